#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/clock.hpp>
#include <sweet/actors/runtime/deferred_call.hpp>
#include <sweet/actors/runtime/timer_wheel.hpp>
#include <sweet/messages/cancellation_times.hpp>
#include <sweet/messages/task_error.hpp>

#include <atomic>
#include <chrono>

namespace sweet::detail {

struct cell;

/// Limits of time that few tasks have besides a timeout. Set before the task starts; the timers are
/// armed when it starts and disarmed before it ends.
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

/// @returns the limits, made if there were none. Before the task is started.
time_limits& limits_of(cell& c);

/// Arms the timers of a task that is in the tree but not queued yet.
void arm_limits(cell& c);

/// Disarms them, in the task's context. Afterwards it is known which ones have passed.
void disarm_limits(cell& c, time_limits& limits) noexcept;

/// The task's body is about to start.
/// @returns false if it has waited too long
bool leave_queue(cell& c, time_limits& limits) noexcept;

/// Why the task fails if it has overstepped a limit; else empty. @pre disarmed
task_error overstepped(const time_limits& limits) noexcept;

/// The earliest deadline of the task and those above it; time_point::max() if there is none. In the
/// task's context.
clock::time_point deadline_of(const cell& c) noexcept;

} // namespace sweet::detail
