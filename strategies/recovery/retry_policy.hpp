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

namespace sweet {

/// Whether another attempt can help against an error of this kind at all: not against `cancelled`,
/// which somebody wants; `rejected`, which says that attempts are not wanted; and `invalid_state`
/// and `invalid_data`, which are the same next time.
constexpr bool is_retryable(error_code code) noexcept {
  return code != error_code::cancelled && code != error_code::rejected &&
         code != error_code::invalid_state && code != error_code::invalid_data;
}

/// Whether a failed attempt is followed by another one, and when. A value.
class retry_policy {
public:
  using duration = std::chrono::nanoseconds;
  /// Whether to try again after this error.
  using predicate = std::function<bool(const task_error&)>;

  /// One attempt, no further ones.
  retry_policy() = default;
  /// @param further attempts after the first one
  explicit retry_policy(std::uint32_t further, backoff wait = backoff::exponential(),
                        predicate only_if = {})
      : further_(further), wait_(wait), only_if_(std::move(only_if)) {}

  /// At most this many in all.
  std::uint64_t attempts() const noexcept { return std::uint64_t{further_} + 1; }

  /// What a failed attempt leads to.
  ///
  /// There is none after an error that is not retryable, or that the predicate refuses, and none
  /// that would start at the deadline or later. The delay is that of the backoff, or what the error
  /// (the nearest of its causes) asks for by `retry_after` if that is longer.
  /// @param failed_attempts how many there were, this one included
  /// @param time_left until the deadline; duration::max(): there is none
  /// @param random see backoff::delay()
  /// @returns how long to wait before the next attempt; empty: there is none
  /// @throws what the predicate throws
  std::optional<duration> next(const task_error& error, std::uint32_t failed_attempts,
                               duration time_left, double random) const;

private:
  std::uint32_t further_ = 0;
  backoff wait_ = backoff::immediate();
  predicate only_if_;
};

} // namespace sweet
