#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/task_error.hpp>
#include <sweet/strategies/dependencies/graph_task_state.hpp>

#include <cstddef>
#include <iosfwd>
#include <string>

namespace sweet::inline v0_5 {

/// Where a task of a graph is, and why.
struct graph_status {
  std::string task{};                                    ///< the name of the task
  graph_task_state state = graph_task_state::unselected; ///< where it is
  /// The name of the task that is to blame; empty if there is none. For a waiting task that is the
  /// first of its needs that has not completed; for a skipped task, the need that did not complete;
  /// for a task that was cancelled along with a need, that need.
  std::string because{};

  friend bool operator==(const graph_status&, const graph_status&) = default;
};

/// Formats a status: "parse: running", "parse: waiting for fetch", "parse: skipped because of
/// fetch".
std::string to_string(const graph_status& x);

/// Writes to_string() of the status.
std::ostream& operator<<(std::ostream& out, const graph_status& x);

/// The change of a task of a graph to another state.
struct graph_change {
  /// The place of no task.
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  /// The place of the task, from 0, in the order in which the tasks were added.
  std::size_t task = 0;
  /// The new state of the task.
  graph_task_state state = graph_task_state::unselected;
  /// The place of the task that is to blame, by the rules of graph_status::because; `none` if there
  /// is none.
  std::size_t because = none;
  /// Why the task failed, was cancelled or skipped; empty in all other states.
  task_error error{};
};

/// How many tasks of a graph have ended in which way.
struct graph_counts {
  std::size_t completed = 0; ///< tasks that have completed
  std::size_t failed = 0;    ///< tasks that have failed
  std::size_t cancelled = 0; ///< tasks that were cancelled
  std::size_t skipped = 0;   ///< tasks that never ran, as a need did not complete

  friend bool operator==(const graph_counts&, const graph_counts&) = default;
};

} // namespace sweet::inline v0_5
