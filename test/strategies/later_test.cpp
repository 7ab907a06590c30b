// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/later.hpp>

#include <boost/test/unit_test.hpp>

using namespace std::chrono_literals;
using sweet::detail::in_nanoseconds;
using sweet::detail::later;

namespace {

using time_point = std::chrono::steady_clock::time_point;
using std::chrono::nanoseconds;

} // namespace

BOOST_AUTO_TEST_SUITE(later_test)

BOOST_AUTO_TEST_CASE(a_sum_that_fits_is_the_sum) {
  const time_point t{5s};
  BOOST_TEST((later(t, 2s) == time_point{7s}));
  BOOST_TEST((later(t, -2s) == time_point{3s}));
  BOOST_TEST((later(time_point::max() - 1ns, 1ns) == time_point::max()));
}

BOOST_AUTO_TEST_CASE(beyond_the_last_time_is_the_last_time) {
  BOOST_TEST((later(time_point{1ns}, nanoseconds::max()) == time_point::max()));
  BOOST_TEST((later(time_point{-1s}, nanoseconds::max()) < time_point::max()));
  BOOST_TEST((later(time_point::max(), 1ns) == time_point::max()));
  BOOST_TEST((later(time_point{-1s}, nanoseconds::min()) == time_point::min()));
}

BOOST_AUTO_TEST_CASE(longer_units_are_cut_at_the_longest_duration) {
  BOOST_TEST((in_nanoseconds(5ms) == 5'000'000ns));
  BOOST_TEST((in_nanoseconds(std::chrono::milliseconds::max()) == nanoseconds::max()));
  BOOST_TEST((in_nanoseconds(nanoseconds::max()) == nanoseconds::max()));
  BOOST_TEST((in_nanoseconds(std::chrono::hours{-1}) == nanoseconds{-1h}));
}

BOOST_AUTO_TEST_SUITE_END()
