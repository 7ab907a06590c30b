#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/time/clock.hpp>
#include <sweet/actors/runtime/time/deferred_call.hpp>
#include <sweet/actors/runtime/time/timer_wheel.hpp>
#include <sweet/messages/cancellation_times.hpp>
#include <sweet/messages/task_error.hpp>

#include <atomic>
#include <chrono>

namespace sweet::inline v0_5::detail {

struct cell;

/// The time limits of a task besides its timeout; few tasks have any. Set before the task starts.
/// The timers are armed when it starts and disarmed before it ends.
struct time_limits {
  struct timer : timer_entry, deferred_call {
    cell* task = nullptr;
  };

  clock::time_point deadline = clock::time_point::max();
  std::chrono::nanoseconds queue_timeout{0}; ///< zero: none
  std::chrono::nanoseconds shield_time{0};   ///< zero: none
  cancellation_times rise_after;
  timer deadline_timer;
  timer queue_timer;
  timer shield_timer;
  /// Written by the timer, under the lock of its wheel, and read after it has been disarmed under
  /// the same lock: relaxed.
  std::atomic<bool> deadline_passed{false};
  std::atomic<bool> queue_time_passed{false};
};

/// The error of a task whose queue timeout has passed.
task_error queue_error() noexcept;
/// The error of a task whose deadline has passed.
task_error deadline_error() noexcept;

/// The error of a task that has overstepped one of its limits; otherwise empty. @pre the timers are
/// disarmed
task_error overstepped(const time_limits& limits) noexcept;

} // namespace sweet::inline v0_5::detail
