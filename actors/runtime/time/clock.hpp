#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <chrono>
#include <cstddef>
#include <optional>

namespace sweet {

/// Who wants to know when a clock that does not run by itself has been moved.
class clock_listener {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// A time that the clock may move to without passing anything that is due; empty if nothing is.
  /// It may be earlier than what is due next, and moves on with each call of reach().
  virtual std::optional<time_point> next_due() = 0;

  /// The clock has come to `now`: what is due happens before this returns.
  /// @returns how much that was
  virtual std::size_t reach(time_point now) = 0;

protected:
  ~clock_listener() = default;
};

/// The time by which a runtime lives: timeouts, deadlines, delays. It never goes back.
///
/// Thread safe.
class clock {
public:
  using time_point = std::chrono::steady_clock::time_point;
  using duration = std::chrono::steady_clock::duration;

  virtual ~clock() = default;

  virtual time_point now() const noexcept = 0;

  /// The same for less, and up to a few milliseconds late.
  virtual time_point coarse_now() const noexcept { return now(); }

  /// Called by who keeps timers on this clock. A clock that runs by itself returns false, and the
  /// caller waits on its own. Any other returns true, and calls `listener` whenever it moves, until
  /// it is told to stop.
  virtual bool start_telling(clock_listener& listener) {
    static_cast<void>(listener);
    return false;
  }

  /// Returns when `listener` is not being called and will not be called any more.
  virtual void stop_telling(clock_listener& listener) { static_cast<void>(listener); }
};

/// The system's own: std::chrono::steady_clock.
class steady_clock final : public clock {
public:
  time_point now() const noexcept override { return std::chrono::steady_clock::now(); }
  time_point coarse_now() const noexcept override;
};

} // namespace sweet
