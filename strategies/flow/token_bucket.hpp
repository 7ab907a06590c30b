#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <chrono>
#include <cstdint>

namespace sweet {

/// How often something may happen.
struct rate_limit_options {
  double per_second = 1;   ///< on average; from 0.001 to 1,000,000
  std::uint32_t burst = 1; ///< so many at once after a pause; at least 1
};

/// A bucket that fills by `per_second` tokens up to `burst`, with which it starts; the decisions of
/// a rate limit, as a machine whose time is handed in.
///
/// Who takes a token that is not there yet gets it in advance and waits for it, so those who wait
/// are served in the order in which they came: with 10 per second and a burst of 2, five who come
/// at once wait for 0, 0, 100, 200 and 300 ms.
///
/// Kept as the one time at which the bucket is full again (the generic cell rate algorithm of
/// ITU-T I.371): whole nanoseconds, no error that adds up.
class token_bucket {
public:
  using duration = std::chrono::nanoseconds;
  using time_point = std::chrono::time_point<std::chrono::steady_clock, duration>;

  /// @throws std::invalid_argument if an option is out of its range
  explicit token_bucket(rate_limit_options options);

  /// How long who takes `tokens` now has to wait for them. @pre at most `burst`
  duration wait(time_point now, std::uint32_t tokens = 1) const noexcept;

  /// Takes `tokens`, also more than there can be at once: those after wait longer then.
  /// @pre at most 65,536 @returns how long to wait for the first one
  duration take(time_point now, std::uint32_t tokens = 1) noexcept;

private:
  duration interval_; ///< between two tokens
  duration capacity_; ///< from empty to full
  time_point full_{};
};

} // namespace sweet
