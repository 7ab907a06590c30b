#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <sweet/actors/runtime/time/timer_wheel.hpp>
#include <sweet/actors/sync/operation.hpp>
#include <sweet/actors/sync/wait_arm.hpp>
#include <sweet/strategies/flow/missed_ticks.hpp>

#include <chrono>

namespace sweet::inline v0_5 {

class interval;
class runtime;
class task_context;

namespace detail {

class task_home;

/// The next tick of an interval.
class tick_arm final : public wait_arm, timer_entry {
public:
  using value_type = std::chrono::steady_clock::time_point;
  explicit tick_arm(interval& of) noexcept;

  bool enter() override;
  bool leave() noexcept override;
  void describe(wait_view& view) const noexcept override;
  value_type take() noexcept;
  value_type nothing() const noexcept;

private:
  interval& interval_;
};

} // namespace detail

/// Ticks at regular times, by the clock of the runtime, however long the work between them takes.
///
///     sweet::interval ticks{ctx, 100ms, sweet::missed_ticks::skip};
///     for (;;) {
///       co_await ticks.tick(); // the first one at once
///       co_await measure();
///     }
///
/// The first tick is due when the interval is made. A tick comes when it is due or up to a
/// millisecond later, plus what the machine needs; the next one does not move by that, but for
/// missed_ticks::delay. For one thread at a time; a copy goes on by itself. It allocates nothing.
///
/// It must not be used after the end of its runtime. A thread that runs no task and waits for a
/// tick when the runtime ends waits for ever.
class interval {
public:
  /// The type of the times.
  using time_point = std::chrono::steady_clock::time_point;

  /// Makes an interval for the body of a task.
  /// @param period the time between ticks
  /// @param missed what becomes of ticks that are due while nobody waits for them
  /// @throws std::invalid_argument if `period` is not positive
  interval(task_context ctx, std::chrono::nanoseconds period,
           missed_ticks missed = missed_ticks::burst);
  /// Makes an interval that goes by the clock of `rt`, for a thread that runs no task as well.
  /// @param period the time between ticks
  /// @param missed what becomes of ticks that are due while nobody waits for them
  /// @throws std::invalid_argument if `period` is not positive
  interval(runtime& rt, std::chrono::nanoseconds period, missed_ticks missed = missed_ticks::burst);

  /// Waits for the next tick: `co_await ticks.tick()`, in a callable `ticks.tick().await()`. Gives
  /// the time at which the tick was due, which is earlier than now if it was missed. A tick whose
  /// wait is stopped, or loses in a select(), comes next time. The interval must stay where it is
  /// until then.
  auto tick() noexcept { return operation<detail::tick_arm>{std::in_place, *this}; }

  /// Makes the next tick due one period from now, whatever was missed.
  void reset() noexcept { reset_after(period_); }
  /// Makes the next tick due `d` from now, whatever was missed; the others follow by the period.
  void reset_after(std::chrono::nanoseconds d) noexcept;

  /// Returns when the next tick is due.
  time_point due() const noexcept { return due_; }
  /// Returns the time between ticks.
  std::chrono::nanoseconds period() const noexcept { return period_; }

private:
  friend class detail::tick_arm;

  interval(detail::task_home& home, std::chrono::nanoseconds period, missed_ticks missed);

  detail::task_home* home_; ///< knows the clock
  std::chrono::nanoseconds period_;
  missed_ticks missed_;
  time_point due_;
};

} // namespace sweet::inline v0_5
