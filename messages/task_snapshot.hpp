#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include <sweet/messages/cancellation_level.hpp>
#include <sweet/messages/inspection.hpp>
#include <sweet/messages/task_id.hpp>
#include <sweet/messages/task_priority.hpp>
#include <sweet/messages/task_progress.hpp>
#include <sweet/messages/task_status.hpp>
#include <sweet/messages/task_wait.hpp>

namespace sweet::inline v0_5 {

/// What one task was doing at the moment of the snapshot.
struct task_snapshot {
  task_id id;                                ///< the task
  task_id parent;                            ///< its parent; task_id::none for the root
  std::string name;                          ///< its name; may be empty
  task_status status = task_status::pending; ///< where it was in its life
  std::string detail; ///< why it was pending, or what was running, in words; may be empty
  task_priority priority = task_priority::normal;      ///< how urgent it is
  cancellation_level level = cancellation_level::none; ///< how hard it was asked to stop
  std::uint32_t attempt = 1;  ///< the attempt under way, counted from 1; 0 before the first
  std::uint64_t attempts = 1; ///< the largest number of attempts; more than 1 with retry
  task_progress progress;     ///< what the task reports itself; may be empty
  task_wait wait;             ///< what it waited for, if it waited
  /// The type of the body, as the compiler writes it, of a task that waited and has no name: the
  /// parameters of a coroutine, or where a lambda is written.
  std::string body;

  friend bool operator==(const task_snapshot&, const task_snapshot&) = default;
};

/// Snapshots of the tasks of one runtime, in any order. Each entry is consistent in itself, not
/// with the others: a parent may be missing because it ended, or was started, during the snapshot.
struct tree_snapshot {
  std::vector<task_snapshot> tasks; ///< one entry for each task

  friend bool operator==(const tree_snapshot&, const tree_snapshot&) = default;
};

/// What to_text() leaves out, so that a tree of a million tasks can still be read.
struct tree_text_limits {
  /// The most children of one task that get a line; others are counted.
  std::size_t siblings = 20;
  std::size_t lines = 1000; ///< about the most lines; deeper tasks are counted then
};

/// Formats a task as one line: `fetch #12 running, high priority, attempt 2 of 4: backing off`, or
/// `fetch #12 running, 40 of 100: compressing (waits for channel)` for a task that reports its
/// progress.
std::string to_string(const task_snapshot& x);

/// Formats the tasks as a tree, one line each, children indented under their parent in the order
/// given.
///
///     runtime #1 running
///       crawl #2 running
///         fetch #5 running
///         fetch #6 pending: queue
///         ... and 999,978 more (running 8, pending 999,970)
///
/// Of too many siblings the most notable get lines: first failed or cancelled ones, then those with
/// children, then running ones. Every task is either printed or counted in one such last line,
/// which counts descendants too. A task whose parent is not among the tasks starts a tree of its
/// own, which names that parent. Memory and time are linear in the number of tasks, whatever the
/// shape.
std::string to_text(const tree_snapshot& x, const tree_text_limits& limits = {});

/// Writes to_string() of the task.
std::ostream& operator<<(std::ostream& out, const task_snapshot& x);

/// Lets CAF serialise the snapshot of a task.
template <class Inspector>
detail::inspection<Inspector> inspect(Inspector& f, task_snapshot& x) {
  return detail::inspect_fields(f, "task_snapshot", x.id, x.parent, x.name, x.status, x.detail,
                                x.priority, x.level, x.attempt, x.attempts, x.progress, x.wait,
                                x.body);
}

/// Lets CAF serialise the snapshot of a tree.
template <class Inspector>
detail::inspection<Inspector> inspect(Inspector& f, tree_snapshot& x) {
  return detail::inspect_fields(f, "tree_snapshot", x.tasks);
}

} // namespace sweet::inline v0_5
