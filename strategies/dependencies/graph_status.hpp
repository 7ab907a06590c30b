#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/task_error.hpp>
#include <sweet/strategies/dependencies/graph_task_state.hpp>

#include <cstddef>
#include <iosfwd>
#include <string>

namespace sweet {

/// Where a task of a graph is, and why.
struct graph_status {
  std::string task{}; ///< its name
  graph_task_state state = graph_task_state::unselected;
  /// The task that is to blame: for one that waits, the first need that has not completed; for one
  /// that is skipped, what it needs that did not complete; for one that was cancelled along with
  /// something it needs, that. Else empty.
  std::string because{};

  friend bool operator==(const graph_status&, const graph_status&) = default;
};

/// "parse: running", "parse: waiting for fetch", "parse: skipped because of fetch"
std::string to_string(const graph_status& x);

std::ostream& operator<<(std::ostream& out, const graph_status& x);

/// A task of a graph has gone to another state.
struct graph_change {
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  std::size_t task = 0; ///< its place, in the order in which the tasks were added, from 0
  graph_task_state state = graph_task_state::unselected;
  std::size_t because = none; ///< the place of the task that is to blame, as in graph_status
  task_error error{}; ///< of a task that has ended or never will start; empty if it completed
};

/// How many tasks of a graph have ended how.
struct graph_counts {
  std::size_t completed = 0;
  std::size_t failed = 0;
  std::size_t cancelled = 0;
  std::size_t skipped = 0;

  friend bool operator==(const graph_counts&, const graph_counts&) = default;
};

} // namespace sweet
