// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/flow/missed_ticks.hpp>
#include <sweet/testing/checks.hpp>

#include <chrono>

using namespace sweet;
using namespace std::chrono_literals;

namespace missed_ticks_test {
namespace {

using time_point = std::chrono::steady_clock::time_point;

/// The next tick, of one that was due at 20 with a period of 10 and is given at `now`.
std::chrono::nanoseconds next_at(std::chrono::nanoseconds now, missed_ticks missed) {
  return detail::next_tick(time_point{20ns}, time_point{now}, 10ns, missed).time_since_epoch();
}

} // namespace
} // namespace missed_ticks_test

BOOST_AUTO_TEST_SUITE(missed_ticks_test)

BOOST_AUTO_TEST_CASE(a_tick_that_comes_in_time_is_followed_by_the_next_one) {
  using enum missed_ticks;
  for (const auto missed : {burst, skip, delay})
    BOOST_TEST((next_at(20ns, missed) == 30ns));
}

BOOST_AUTO_TEST_CASE(burst_catches_up) {
  BOOST_TEST((next_at(29ns, missed_ticks::burst) == 30ns));
  BOOST_TEST((next_at(45ns, missed_ticks::burst) == 30ns));
}

BOOST_AUTO_TEST_CASE(skip_goes_on_with_the_next_that_is_not_due) {
  BOOST_TEST((next_at(29ns, missed_ticks::skip) == 30ns));
  BOOST_TEST((next_at(30ns, missed_ticks::skip) == 40ns));
  BOOST_TEST((next_at(45ns, missed_ticks::skip) == 50ns));
}

BOOST_AUTO_TEST_CASE(delay_leaves_a_period_between) {
  BOOST_TEST((next_at(21ns, missed_ticks::delay) == 31ns));
  BOOST_TEST((next_at(45ns, missed_ticks::delay) == 55ns));
}

BOOST_AUTO_TEST_CASE(a_tick_beyond_all_time_never_comes) {
  using enum missed_ticks;
  constexpr auto longest = std::chrono::nanoseconds::max();
  for (const auto missed : {burst, skip, delay})
    BOOST_TEST((detail::next_tick(time_point{20ns}, time_point{20ns}, longest, missed) ==
                time_point::max()));
}

BOOST_AUTO_TEST_SUITE_END()
