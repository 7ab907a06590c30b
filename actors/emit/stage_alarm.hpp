#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/wire/event_link.hpp>
#include <sweet/actors/emit/wire/inlet.hpp>
#include <sweet/actors/runtime/time/clock.hpp>
#include <sweet/actors/runtime/time/timer_wheel.hpp>

#include <cstdint>

namespace sweet::inline v0_5::detail {

class timer_service;

/// Wakes the router of a stage at a time: a timer whose link comes to the router's inlet. The link
/// may still lie there when the router has ended, so the alarm belongs to the stage. The router
/// calls the functions.
class stage_alarm final : private timer_entry, private event_link {
public:
  explicit stage_alarm(inlet& router) noexcept;

  /// Sets the alarm to `due`, unless it is to ring earlier.
  void ring_by(clock::time_point due, timer_service& timers) noexcept;
  /// Called when the link has come: the alarm can be set again.
  void has_rung() noexcept { now_ = state::idle; }
  /// Cancels the alarm. When this returns, no link comes any more.
  void cancel(timer_service& timers) noexcept;

private:
  enum class state : std::uint8_t {
    idle,
    armed,    ///< the timer is running
    arriving, ///< the timer has fired: the link is on its way
  };

  inlet& router_;
  state now_ = state::idle;
  clock::time_point due_{};
};

} // namespace sweet::inline v0_5::detail
