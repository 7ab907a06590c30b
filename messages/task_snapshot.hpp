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

namespace sweet {

/// What one task was doing at the moment it was looked at.
struct task_snapshot {
  task_id id;
  task_id parent; ///< task_id::none for the root
  std::string name;
  task_status status = task_status::pending;
  std::string detail; ///< why it is pending, or what runs, in words; may be empty
  task_priority priority = task_priority::normal;
  cancellation_level level = cancellation_level::none;
  std::uint32_t attempt = 1;  ///< counted from 1; 0 before the first one
  std::uint64_t attempts = 1; ///< at most; more with retry
  task_progress progress;     ///< what the task itself says; may be empty

  friend bool operator==(const task_snapshot&, const task_snapshot&) = default;
};

/// Tasks of one runtime, in any order. Each entry is consistent in itself, not with the others: a
/// parent may be missing because it ended, or was started, while the tasks were being looked at.
struct tree_snapshot {
  std::vector<task_snapshot> tasks;

  friend bool operator==(const tree_snapshot&, const tree_snapshot&) = default;
};

/// What to_text() leaves out, so that a million tasks can still be read.
struct tree_text_limits {
  std::size_t siblings = 20; ///< of more children than this, the rest is only counted
  std::size_t lines = 1000;  ///< once there are about so many, deeper tasks are only counted
};

/// One line: `fetch #12 running, high priority, attempt 2 of 4: backing off`, or
/// `fetch #12 running, 40 of 100: compressing (waiting)` for a task that says how far it is.
std::string to_string(const task_snapshot& x);

/// The tasks as a tree, one line each, children indented under their parent in the order given:
///
///     runtime #1 running
///       crawl #2 running
///         fetch #5 running
///         fetch #6 pending: queue
///         ... and 999,978 more (running 8, pending 999,970)
///
/// Where there are too many siblings, those that stand out are kept: failed or cancelled ones, then
/// those with children, then running ones. Every task is either printed or counted in one such last
/// line, which counts descendants too. A task whose parent is not among the tasks starts a tree of
/// its own and says whose child it is. Memory and time are linear in the number of tasks, whatever
/// the shape.
std::string to_text(const tree_snapshot& x, const tree_text_limits& limits = {});

std::ostream& operator<<(std::ostream& out, const task_snapshot& x);

template <class Inspector>
detail::inspection<Inspector> inspect(Inspector& f, task_snapshot& x) {
  return detail::inspect_fields(f, "task_snapshot", x.id, x.parent, x.name, x.status, x.detail,
                                x.priority, x.level, x.attempt, x.attempts, x.progress);
}

template <class Inspector>
detail::inspection<Inspector> inspect(Inspector& f, tree_snapshot& x) {
  return detail::inspect_fields(f, "tree_snapshot", x.tasks);
}

} // namespace sweet
