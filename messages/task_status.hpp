#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/enum_text.hpp>

namespace sweet::inline v0_5 {

/// Where a task is in its life. `completed`, `failed` and `cancelled` are final.
enum class task_status : std::uint8_t {
  pending = 0,              ///< it has not started
  running = 1,              ///< its body, or one of its children, is at work
  completed = 2,            ///< it has ended with a value
  failed = 3,               ///< it has ended with an error
  pending_cancellation = 4, ///< it was asked to stop, and has not ended yet
  cancelled = 5,            ///< it has ended because it was asked to stop
};

template <>
struct detail::enum_names<task_status> {
  static constexpr std::string_view type = "task_status";
  static constexpr std::array<std::string_view, 6> values{
      "pending", "running", "completed", "failed", "pending_cancellation", "cancelled"};
};

/// Tells whether a task in this status has ended.
constexpr bool is_terminal(task_status x) noexcept {
  return x == task_status::completed || x == task_status::failed || x == task_status::cancelled;
}

} // namespace sweet::inline v0_5
