#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/enum_text.hpp>

#include <array>
#include <cstdint>
#include <string_view>

namespace sweet::inline v0_5 {

/// Where a task of a graph is.
enum class graph_task_state : std::uint8_t {
  unselected, ///< the task is not part of this run
  waiting,    ///< the task waits for its needs
  ready,      ///< the task waits for its turn: only so many may run at once
  running,    ///< the task is running
  completed,  ///< the task has completed
  failed,     ///< the task has failed
  cancelled,  ///< the task was cancelled, before or while it ran
  skipped,    ///< the task never runs: one of its needs did not complete
};

template <>
struct detail::enum_names<graph_task_state> {
  static constexpr std::string_view type = "graph_task_state";
  static constexpr std::array<std::string_view, 8> values{
      "unselected", "waiting", "ready", "running", "completed", "failed", "cancelled", "skipped"};
};

/// Tells whether a task keeps this state for the rest of the run.
constexpr bool is_settled(graph_task_state x) noexcept {
  using enum graph_task_state;
  return x == unselected || x >= completed;
}

} // namespace sweet::inline v0_5
