// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/supervision/restart_intensity.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>

using namespace std::chrono_literals;
using sweet::restart_intensity;

namespace restart_intensity_test {
namespace {

const restart_intensity::time_point t0{1h};

} // namespace
} // namespace restart_intensity_test

BOOST_AUTO_TEST_SUITE(restart_intensity_test)

BOOST_AUTO_TEST_CASE(so_many_restarts_are_allowed_and_one_more_is_not) {
  restart_intensity intensity{3, 5s};
  BOOST_TEST(intensity.admit(t0));
  BOOST_TEST(intensity.admit(t0));
  BOOST_TEST(intensity.admit(t0));
  BOOST_TEST(!intensity.admit(t0));
}

BOOST_AUTO_TEST_CASE(a_restart_counts_until_the_end_of_its_period) {
  restart_intensity intensity{1, 5s};
  BOOST_TEST(intensity.admit(t0));
  BOOST_TEST(!intensity.admit(t0 + 5s));
}

BOOST_AUTO_TEST_CASE(a_restart_counts_no_longer_than_its_period) {
  restart_intensity intensity{1, 5s};
  BOOST_TEST(intensity.admit(t0));
  BOOST_TEST(intensity.admit(t0 + 5s + 1ns));
}

BOOST_AUTO_TEST_CASE(the_period_slides) {
  restart_intensity intensity{2, 10s};
  for (int i = 0; i < 100; ++i)
    BOOST_TEST(intensity.admit(t0 + i * 5s + i * 1ns));
}

BOOST_AUTO_TEST_CASE(one_that_was_not_allowed_counts_too) {
  restart_intensity intensity{1, 5s};
  BOOST_TEST(intensity.admit(t0));
  BOOST_TEST(!intensity.admit(t0 + 3s));
  BOOST_TEST(!intensity.admit(t0 + 6s));
}

BOOST_AUTO_TEST_CASE(zero_allows_none) {
  restart_intensity intensity{0, 5s};
  BOOST_TEST(!intensity.admit(t0));
}

BOOST_AUTO_TEST_SUITE_END()
