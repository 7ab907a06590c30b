#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <chrono>
#include <cstdint>
#include <deque>

namespace sweet::inline v0_5 {

/// Decides whether there were too many restarts within a time; a pure function of the times that it
/// is given. Not thread safe.
///
/// It counts as OTP's supervisor does: a restart counts for exactly `period`, its end included; one
/// restart more than `max_restarts` within that time is too many.
class restart_intensity {
public:
  /// The type of the times.
  using time_point = std::chrono::steady_clock::time_point;

  /// Allows `max_restarts` within `period`; 0 allows no restart at all.
  /// @pre `period` is positive
  restart_intensity(std::uint32_t max_restarts, std::chrono::nanoseconds period)
      : max_restarts_(max_restarts), period_(period) {}

  /// Counts a restart.
  /// @pre `now` is not earlier than in the call before
  /// @returns whether the restart is allowed
  bool admit(time_point now);

  /// Returns how many restarts are allowed within the period.
  std::uint32_t max_restarts() const noexcept { return max_restarts_; }
  /// Returns how long a restart counts.
  std::chrono::nanoseconds period() const noexcept { return period_; }

private:
  std::uint32_t max_restarts_;
  std::chrono::nanoseconds period_;
  std::deque<time_point> restarts_; ///< restarts that may still count, oldest first
};

} // namespace sweet::inline v0_5
