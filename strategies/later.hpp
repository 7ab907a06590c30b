#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <chrono>

namespace sweet::inline v0_5::detail {

/// Returns `t + d`, or the latest or earliest time there is if the sum lies beyond it. A duration
/// that stands for "for ever", such as nanoseconds::max(), thus ends at time_point::max(), which
/// never comes. Every duration that a user gives is added to a time by this.
template <class Clock>
constexpr std::chrono::time_point<Clock, std::chrono::nanoseconds>
later(std::chrono::time_point<Clock, std::chrono::nanoseconds> t,
      std::chrono::nanoseconds d) noexcept {
  using time_point = std::chrono::time_point<Clock, std::chrono::nanoseconds>;
  std::chrono::nanoseconds::rep sum = 0;
  if (__builtin_add_overflow(t.time_since_epoch().count(), d.count(), &sum))
    return d.count() < 0 ? time_point::min() : time_point::max();
  return time_point{std::chrono::nanoseconds{sum}};
}

/// Returns `d` in nanoseconds, or the longest duration in nanoseconds if `d` is longer: the
/// conversion of std::chrono overflows there.
template <class Rep, class Period>
constexpr std::chrono::nanoseconds in_nanoseconds(std::chrono::duration<Rep, Period> d) noexcept {
  constexpr auto longest = std::chrono::nanoseconds::max();
  using given = std::chrono::duration<Rep, Period>;
  return d < std::chrono::duration_cast<given>(longest)
             ? std::chrono::duration_cast<std::chrono::nanoseconds>(d)
             : longest;
}

} // namespace sweet::inline v0_5::detail
