#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/cancellation_level.hpp>

#include <chrono>
#include <cstdint>

namespace sweet {

/// What has become of a task that was asked to stop.
enum class cancellation_outcome : std::uint8_t {
  success = 0,   ///< it had completed first
  cancelled = 1, ///< it has stopped
  failure = 2,   ///< it failed, before or while it was stopping
  timeout = 3,   ///< its own time was over first
  running = 4,   ///< it has not stopped yet
};

template <>
struct detail::enum_names<cancellation_outcome> {
  static constexpr std::string_view type = "cancellation_outcome";
  static constexpr std::array<std::string_view, 5> values{"success", "cancelled", "failure",
                                                          "timeout", "running"};
};

/// The answer to cancel().
struct cancellation_answer {
  cancellation_outcome outcome = cancellation_outcome::running;
  /// The level it came to; above the one asked for if that did not help in time.
  cancellation_level level = cancellation_level::none;
  /// From the call of cancel() to this answer, on the clock of the runtime, which stops when that
  /// ends.
  std::chrono::nanoseconds took{0};
  /// Bodies of the task and those below it that were in the middle of something when kill_hard
  /// came. They may still be there.
  std::uint32_t abandoned = 0;

  friend bool operator==(const cancellation_answer&, const cancellation_answer&) = default;
};

} // namespace sweet
