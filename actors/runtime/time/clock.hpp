#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <chrono>
#include <cstddef>
#include <optional>

namespace sweet::inline v0_5 {

/// Keeps timers on a clock that does not run by itself, and is told when that clock moves.
class clock_listener {
public:
  /// The type of the times.
  using time_point = std::chrono::steady_clock::time_point;

  /// Returns a time that the clock may move to without passing a timer that is due; empty if there
  /// is no timer. It may be earlier than the next timer, and moves on with each call of reach().
  virtual std::optional<time_point> next_due() = 0;

  /// Runs the timers that are due once the clock has come to `now`, before it returns.
  /// @returns how many there were
  virtual std::size_t reach(time_point now) = 0;

protected:
  ~clock_listener() = default;
};

/// The time that timeouts, deadlines and delays of a runtime go by. It never goes back. Thread
/// safe.
class clock {
public:
  /// The type of the times.
  using time_point = std::chrono::steady_clock::time_point;
  /// The type of the durations.
  using duration = std::chrono::steady_clock::duration;

  /// Destroys the clock.
  virtual ~clock() = default;

  /// Returns the present time.
  virtual time_point now() const noexcept = 0;

  /// Returns the present time at a lower cost; it may be a few milliseconds late.
  virtual time_point coarse_now() const noexcept { return now(); }

  /// Makes the clock call `listener` whenever it moves, until stop_telling(). A clock that runs by
  /// itself returns false, and its timers wait on their own.
  /// @returns whether the clock calls the listener
  virtual bool start_telling(clock_listener& listener) {
    static_cast<void>(listener);
    return false;
  }

  /// Returns once `listener` is not being called and will not be called any more.
  virtual void stop_telling(clock_listener& listener) { static_cast<void>(listener); }
};

/// The clock of the system: std::chrono::steady_clock.
class steady_clock final : public clock {
public:
  /// Returns the time of std::chrono::steady_clock.
  time_point now() const noexcept override { return std::chrono::steady_clock::now(); }
  /// Returns the time of CLOCK_MONOTONIC_COARSE, which costs less and may be a few milliseconds
  /// late.
  time_point coarse_now() const noexcept override;
};

} // namespace sweet::inline v0_5
