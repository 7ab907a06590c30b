#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <atomic>
#include <functional>
#include <mutex>
#include <vector>

#include <sweet/actors/runtime/time/clock.hpp>

namespace sweet::testing {

/// A clock that stands still until a test moves it, so that a test about an hour takes no time and
/// never depends on how fast the machine is.
///
/// It moves what tasks and scheduled actors wait for: sleeps, timeouts, deadlines, delayed
/// messages, request and receive timeouts. It does not move a thread that blocks on its own, such
/// as a blocking actor in receive() with a timeout.
///
/// Times are met to the millisecond, counted from when the runtime was made: what is due between
/// two of them fires at the later one.
///
/// Thread safe.
class virtual_clock final : public clock {
public:
  /// @param settle called by advance() after each moment at which something has fired, before time
  /// moves on;
  ///   a function that returns once everybody has reacted makes chains of timers exact. May be
  ///   empty.
  explicit virtual_clock(std::function<void()> settle = {}) : settle_(std::move(settle)) {}

  time_point now() const noexcept override;

  /// Moves on by `d`, moment by moment: what is due fires in the order of due time, in this thread,
  /// before this returns. What is started meanwhile and due before the end fires as well, if it is
  /// started before time has passed it: by what fires, or before `settle` returns.
  /// @pre `d >= 0`; not called from within a timer
  void advance(duration d);

  bool start_telling(clock_listener& listener) override;
  void stop_telling(clock_listener& listener) override;

private:
  void reach(time_point t);

  // Not 0, which CAF takes for "no time".
  std::atomic<duration::rep> now_{duration{std::chrono::hours{1}}.count()};
  std::mutex mutex_;
  std::vector<clock_listener*> listeners_;
  std::function<void()> settle_;
};

} // namespace sweet::testing
