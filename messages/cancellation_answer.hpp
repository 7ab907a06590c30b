#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/cancellation_level.hpp>

#include <chrono>
#include <cstdint>

namespace sweet::inline v0_5 {

/// What a task that was asked to stop has come to.
enum class cancellation_outcome : std::uint8_t {
  success = 0,   ///< the task had completed first
  cancelled = 1, ///< the task has stopped
  failure = 2,   ///< the task failed, before or while it was stopping
  timeout = 3,   ///< a time limit of the task was over first
  running = 4,   ///< the task has not stopped yet
};

template <>
struct detail::enum_names<cancellation_outcome> {
  static constexpr std::string_view type = "cancellation_outcome";
  static constexpr std::array<std::string_view, 5> values{"success", "cancelled", "failure",
                                                          "timeout", "running"};
};

/// What cancel() and cancel_and_wait() report about the task that was asked to stop.
struct cancellation_answer {
  /// How the task has ended, or that it is still running.
  cancellation_outcome outcome = cancellation_outcome::running;
  /// The level that the cancellation has reached: above the requested one if the level rose
  /// meanwhile.
  cancellation_level level = cancellation_level::none;
  /// The time from the call of cancel() to this answer, by the clock of the runtime.
  std::chrono::nanoseconds took{0};
  /// How many bodies, of the task and of tasks below it, were in the middle of a step when
  /// kill_hard came. They may still be running.
  std::uint32_t abandoned = 0;

  friend bool operator==(const cancellation_answer&, const cancellation_answer&) = default;
};

} // namespace sweet::inline v0_5
