#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/enum_text.hpp>

#include <array>
#include <cstdint>
#include <string_view>

namespace sweet {

/// Where a task of a graph is.
enum class graph_task_state : std::uint8_t {
  unselected, ///< nobody asked for it in this run
  waiting,    ///< for what it needs
  ready,      ///< for its turn, since only so many may run at once
  running,
  completed,
  failed,
  cancelled, ///< while it ran, or before it could
  skipped,   ///< never runs: something that it needs did not complete
};

template <>
struct detail::enum_names<graph_task_state> {
  static constexpr std::string_view type = "graph_task_state";
  static constexpr std::array<std::string_view, 8> values{
      "unselected", "waiting", "ready", "running", "completed", "failed", "cancelled", "skipped"};
};

/// Whether it will stay in this state for the rest of the run.
constexpr bool is_settled(graph_task_state x) noexcept {
  using enum graph_task_state;
  return x == unselected || x >= completed;
}

} // namespace sweet
