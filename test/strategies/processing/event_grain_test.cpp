// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/processing/event_grain.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstdint>

using namespace sweet;
using namespace std::chrono_literals;

namespace event_grain_test {
namespace {

/// After so many portions whose events take that long each.
event_grain after(int portions, std::chrono::nanoseconds each) {
  event_grain grain;
  for (int i = 0; i < portions; ++i)
    grain.measured(grain.size(), each * grain.size());
  return grain;
}

} // namespace
} // namespace event_grain_test

BOOST_AUTO_TEST_SUITE(event_grain_test)

BOOST_AUTO_TEST_CASE(it_starts_with_single_events_and_doubles_at_most) {
  BOOST_TEST(event_grain{}.size() == 1u);
  for (int portions = 0; portions < 10; ++portions)
    BOOST_TEST(after(portions, 1ns).size() == std::min(64u, 1u << portions));
}

BOOST_AUTO_TEST_CASE(a_portion_keeps_a_receiver_busy_for_twenty_microseconds) {
  BOOST_TEST(after(20, 100ns).size() == 64u);
  BOOST_TEST(after(20, 1us).size() == 20u);
  BOOST_TEST(after(20, 5us).size() == 4u);
  BOOST_TEST(after(20, 20us).size() == 1u);
  BOOST_TEST(after(20, 1h).size() == 1u);
}

BOOST_AUTO_TEST_CASE(it_shrinks_at_once) {
  auto grain = after(20, 1ns);
  grain.measured(64, 64 * 10us);
  BOOST_TEST(grain.size() == 2u);
}

BOOST_AUTO_TEST_CASE(slow_receivers_have_one_portion_and_fast_ones_a_queue) {
  BOOST_TEST(event_grain{}.depth() == 2u);
  BOOST_TEST(after(20, 2ms).depth() == 1u);
  BOOST_TEST(after(20, 1ms).depth() == 2u);
  BOOST_TEST(after(20, 50us).depth() == 2u);
  BOOST_TEST(after(20, 100ns).depth() == 3u); // 64 take 6.4 us
  BOOST_TEST(after(20, 1ns).depth() == event_grain::max_depth);
}

BOOST_AUTO_TEST_CASE(no_time_at_all_is_as_good_as_a_nanosecond) {
  event_grain grain;
  grain.measured(1, 0ns);
  BOOST_TEST(grain.size() == 2u);
}

BOOST_AUTO_TEST_SUITE_END()
