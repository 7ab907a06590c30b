// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/recovery/backoff.hpp>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace sweet::inline v0_5 {

namespace {

void check_not_negative(backoff::duration d) {
  if (d.count() < 0)
    throw std::invalid_argument{"backoff: a delay cannot be negative"};
}

/// Converts nanoseconds, which may be more than a duration can hold.
backoff::duration to_duration(double ns) noexcept {
  // The first double above all that fit: everything below it can be converted.
  constexpr double too_long = 9223372036854775808.0;
  return ns < too_long ? backoff::duration{static_cast<backoff::duration::rep>(ns)}
                       : backoff::duration::max();
}

} // namespace

backoff backoff::fixed(duration d) {
  check_not_negative(d);
  return {kind::fixed, d, 1, d};
}

backoff backoff::linear(duration step, duration longest) {
  check_not_negative(step);
  check_not_negative(longest);
  return {kind::linear, step, 1, longest};
}

backoff backoff::exponential(duration first, double factor, duration longest) {
  check_not_negative(first);
  check_not_negative(longest);
  if (!std::isfinite(factor) || factor < 1)
    throw std::invalid_argument{"backoff: the factor is a finite number, at least 1"};
  return {kind::exponential, first, factor, longest};
}

backoff backoff::jitter(double share) const {
  if (!(share >= 0 && share <= 1))
    throw std::invalid_argument{"backoff: jitter is a share of the delay from 0 to 1"};
  auto copy = *this;
  copy.jitter_ = share;
  return copy;
}

double backoff::middle(std::uint32_t failed_attempts) const noexcept {
  const auto first = static_cast<double>(first_.count());
  switch (kind_) {
    case kind::immediate: return 0;
    case kind::fixed: return first;
    case kind::linear: return first * failed_attempts;
    // A delay of zero stays zero, even times infinity.
    case kind::exponential: return first > 0 ? first * std::pow(factor_, failed_attempts - 1.0) : 0;
  }
  return 0;
}

backoff::duration backoff::delay(std::uint32_t failed_attempts, double random) const noexcept {
  if (failed_attempts == 0)
    return duration{0};
  const auto longest = static_cast<double>(longest_.count());
  return to_duration(std::min(middle(failed_attempts), longest) * (1 + jitter_ * (2 * random - 1)));
}

} // namespace sweet::inline v0_5
