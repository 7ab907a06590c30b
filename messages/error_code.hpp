#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/enum_text.hpp>

namespace sweet::inline v0_5 {

/// What kind of failure a task_error is.
enum class error_code : std::uint8_t {
  timeout = 0,         ///< a timeout, deadline or queue timeout has passed
  cancelled = 1,       ///< the task was asked to stop
  failure = 2,         ///< the body threw, or returned an error of its own
  panic = 3,           ///< an invariant of sweet itself is broken
  rejected = 4,        ///< the work was not accepted, and has never started
  resource_limit = 5,  ///< a bound on memory, queues, threads or the like was reached
  invalid_state = 6,   ///< the operation is not possible now
  invalid_data = 7,    ///< an argument, a message or a file is malformed
  recovery_failed = 8, ///< the fallback failed as well
  io = 9,              ///< the operating system refused an input or output operation
  unreachable = 10,    ///< the receiver or its node does not exist or cannot be reached
  unknown = 11,        ///< no reason was given
};

template <>
struct detail::enum_names<error_code> {
  static constexpr std::string_view type = "error_code";
  static constexpr std::array<std::string_view, 12> values{
      "timeout",       "cancelled",    "failure",         "panic", "rejected",    "resource_limit",
      "invalid_state", "invalid_data", "recovery_failed", "io",    "unreachable", "unknown"};
};

} // namespace sweet::inline v0_5
