#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <chrono>
#include <cstdint>
#include <deque>

namespace sweet {

/// How many restarts within a time are not too many. A pure function of the times that it is told.
///
/// As OTP's supervisor counts: a restart counts for exactly `period`, its end included; the restart
/// after `max_restarts` that count is one too many.
class restart_intensity {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// @pre `period` is positive. A maximum of 0 allows no restart at all
  restart_intensity(std::uint32_t max_restarts, std::chrono::nanoseconds period)
      : max_restarts_(max_restarts), period_(period) {}

  /// Counts a restart. @pre `now` is not earlier than before @returns whether it is allowed
  bool admit(time_point now);

  std::uint32_t max_restarts() const noexcept { return max_restarts_; }
  std::chrono::nanoseconds period() const noexcept { return period_; }

private:
  std::uint32_t max_restarts_;
  std::chrono::nanoseconds period_;
  std::deque<time_point> restarts_; ///< those that may still count, oldest first
};

} // namespace sweet
