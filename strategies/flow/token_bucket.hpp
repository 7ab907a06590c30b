#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/flow/rate_limit_options.hpp>

#include <chrono>
#include <cstdint>

namespace sweet::inline v0_5 {

/// Decides when work of a limited rate may start; a pure function of the times that it is given.
///
/// The bucket starts with `burst` tokens and gains `per_second` tokens a second, up to `burst`. A
/// caller that takes a token which is not there yet owns it in advance and waits for it, so callers
/// are served in the order in which they came: with 10 per second and a burst of 2, five callers
/// that come at once wait for 0, 0, 100, 200 and 300 ms.
///
/// The state is the one time at which the bucket is full again (the generic cell rate algorithm of
/// ITU-T I.371): whole nanoseconds, no error that adds up. Not thread safe.
class token_bucket {
public:
  /// The type of the waits.
  using duration = std::chrono::nanoseconds;
  /// The type of the times.
  using time_point = std::chrono::time_point<std::chrono::steady_clock, duration>;

  /// Makes a full bucket.
  /// @throws std::invalid_argument if an option is out of its range
  explicit token_bucket(rate_limit_options options);

  /// Returns how long a caller that takes `tokens` at `now` would have to wait for them.
  /// @pre `tokens` is at most `burst`
  duration wait(time_point now, std::uint32_t tokens = 1) const noexcept;

  /// Takes `tokens`, which may be more than `burst`: later callers wait longer then.
  /// @pre `tokens` is at most 65,536
  /// @returns how long to wait for the first token
  duration take(time_point now, std::uint32_t tokens = 1) noexcept;

private:
  duration interval_; ///< between two tokens
  duration capacity_; ///< from empty to full
  time_point full_{};
};

} // namespace sweet::inline v0_5
