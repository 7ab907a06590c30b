#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <atomic>
#include <functional>
#include <mutex>
#include <vector>

#include <sweet/actors/runtime/time/clock.hpp>

namespace sweet::inline v0_5::testing {

/// A clock that stands still until a test moves it, so that a test about an hour takes no time and
/// never depends on how fast the machine is. Thread safe.
///
/// It moves the waits of tasks and scheduled actors: sleeps, timeouts, deadlines, delayed messages,
/// request and receive timeouts. It does not move a thread that blocks on its own, such as a
/// blocking actor in receive() with a timeout.
///
/// Times are met to the millisecond, counted from when the runtime was made: a timer that is due
/// between two of them fires at the later one.
class virtual_clock final : public clock {
public:
  /// Makes a clock.
  /// @param settle called by advance() after each moment at which something has fired, before time
  /// moves on. A function that returns once all tasks have reacted makes chains of timers exact.
  /// May be empty.
  explicit virtual_clock(std::function<void()> settle = {}) : settle_(std::move(settle)) {}

  /// Returns the time that the clock was moved to.
  time_point now() const noexcept override;

  /// Moves on by `d`, moment by moment: timers fire in the order in which they are due, in this
  /// thread, before this returns. A timer that is started meanwhile fires as well if it is due
  /// before the end, and was started before time has passed it: by another timer, or before
  /// `settle` returns.
  /// @pre `d >= 0`; not called from within a timer
  void advance(duration d);

  /// Makes the clock call `listener` whenever it moves.
  /// @returns true
  bool start_telling(clock_listener& listener) override;
  /// Returns once `listener` is not being called and will not be called any more.
  void stop_telling(clock_listener& listener) override;

private:
  void reach(time_point t);

  // Not 0, which CAF takes for "no time".
  std::atomic<duration::rep> now_{duration{std::chrono::hours{1}}.count()};
  std::mutex mutex_;
  std::vector<clock_listener*> listeners_;
  std::function<void()> settle_;
};

} // namespace sweet::inline v0_5::testing
