#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/task_error.hpp>
#include <sweet/strategies/recovery/backoff.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>

namespace sweet::inline v0_5 {

/// Tells whether another attempt can help against an error of this kind. It cannot against
/// `cancelled`, which is wanted; against `rejected`, which asks for no more attempts; and against
/// `invalid_state` and `invalid_data`, which would be the same next time.
constexpr bool is_retryable(error_code code) noexcept {
  return code != error_code::cancelled && code != error_code::rejected &&
         code != error_code::invalid_state && code != error_code::invalid_data;
}

/// Decides whether a failed attempt is followed by another one, and when. A value.
class retry_policy {
public:
  /// The type of the delays.
  using duration = std::chrono::nanoseconds;
  /// Tells whether to try again after an error.
  using predicate = std::function<bool(const task_error&)>;

  /// Allows one attempt and no further ones.
  retry_policy() = default;
  /// Allows attempts after the first one.
  /// @param further how many attempts after the first one
  /// @param wait the delays between attempts
  /// @param only_if tells whether to try again after an error; empty: after every retryable one
  explicit retry_policy(std::uint32_t further, backoff wait = backoff::exponential(),
                        predicate only_if = {})
      : further_(further), wait_(wait), only_if_(std::move(only_if)) {}

  /// Returns the largest number of attempts in all.
  std::uint64_t attempts() const noexcept { return std::uint64_t{further_} + 1; }

  /// Decides what a failed attempt leads to. The task has not been told to stop. Exceptions of the
  /// predicate pass through.
  ///
  /// There is no other attempt after an error that is not retryable, or that the predicate refuses,
  /// and none that would start at the deadline or later. The delay is that of the backoff, or the
  /// `retry_after` of the error (of the nearest of its causes that has one) if that is longer.
  /// @param error the error of the attempt
  /// @param failed_attempts how many attempts have failed, this one included
  /// @param time_left the time until the deadline; duration::max() without a deadline
  /// @param random see backoff::delay()
  /// @returns how long to wait before the next attempt; empty: there is none
  std::optional<duration> next(const task_error& error, std::uint32_t failed_attempts,
                               duration time_left, double random) const;

private:
  std::uint32_t further_ = 0;
  backoff wait_ = backoff::immediate();
  predicate only_if_;
};

} // namespace sweet::inline v0_5
