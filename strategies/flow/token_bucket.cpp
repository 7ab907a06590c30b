// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/flow/token_bucket.hpp>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace sweet::inline v0_5 {

token_bucket::token_bucket(rate_limit_options options) {
  if (!(options.per_second >= 0.001 && options.per_second <= 1e6))
    throw std::invalid_argument{"rate limit: per_second is a number from 0.001 to 1,000,000"};
  interval_ = duration{std::llround(1e9 / options.per_second)};
  if (options.burst == 0 || options.burst > duration::max() / interval_ / 4)
    throw std::invalid_argument{"rate limit: burst has to be positive, and to fill in years"};
  capacity_ = interval_ * options.burst;
}

token_bucket::duration token_bucket::wait(time_point now, std::uint32_t tokens) const noexcept {
  return std::max(duration{0}, std::max(full_, now) - now - (capacity_ - interval_ * tokens));
}

token_bucket::duration token_bucket::take(time_point now, std::uint32_t tokens) noexcept {
  const auto result = wait(now);
  const auto taken = interval_ * tokens;
  // No wait goes beyond the end of time.
  full_ = std::min(std::max(full_, now), time_point::max() - capacity_ - taken) + taken;
  return result;
}

} // namespace sweet::inline v0_5
