#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/enum_text.hpp>

namespace sweet {

/// Where a task is in its life. A terminal status never changes.
enum class task_status : std::uint8_t {
  pending = 0,
  running = 1,
  completed = 2,
  failed = 3,
  pending_cancellation = 4,
  cancelled = 5,
};

template <>
struct detail::enum_names<task_status> {
  static constexpr std::string_view type = "task_status";
  static constexpr std::array<std::string_view, 6> values{
      "pending", "running", "completed", "failed", "pending_cancellation", "cancelled"};
};

/// Whether a task in this status has ended.
constexpr bool is_terminal(task_status x) noexcept {
  return x == task_status::completed || x == task_status::failed || x == task_status::cancelled;
}

} // namespace sweet
