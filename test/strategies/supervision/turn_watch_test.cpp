// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/supervision/turn_watch.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>

using namespace std::chrono_literals;
using sweet::detail::turn_watch;

namespace turn_watch_test {
namespace {

struct fixture {
  /// A look `d` after the one before.
  bool look_after(std::chrono::nanoseconds d, unsigned turns, const void* body) {
    now += d;
    return watch.look(turns, body, now);
  }

  turn_watch watch{100ms};
  turn_watch::time_point now{1h};
  int a = 0;
  int b = 0;
};

} // namespace
} // namespace turn_watch_test

BOOST_FIXTURE_TEST_SUITE(turn_watch_test, fixture)

BOOST_AUTO_TEST_CASE(looks_come_twice_as_often_as_the_limit) {
  BOOST_TEST((watch.period() == 50ms));
}

BOOST_AUTO_TEST_CASE(a_long_turn_is_told_once) {
  BOOST_TEST(!look_after(50ms, 1, &a));
  BOOST_TEST(!look_after(50ms, 1, &a));
  BOOST_TEST(look_after(50ms, 1, &a));
  BOOST_TEST(!look_after(50ms, 1, &a));
  BOOST_TEST(!look_after(50ms, 2, &a));
  BOOST_TEST(!look_after(50ms, 2, &a));
  BOOST_TEST(look_after(50ms, 2, &a));
}

BOOST_AUTO_TEST_CASE(turns_that_end_in_time_are_not_told) {
  for (unsigned turns = 0; turns < 10; ++turns)
    for (int look = 0; look < 2; ++look)
      BOOST_TEST(!look_after(50ms, turns, &a));
  // Nor bodies that follow each other without another turn, nor none.
  for (int look = 0; look < 10; ++look)
    BOOST_TEST(!look_after(50ms, 10, look % 2 == 0 ? &a : &b));
  for (int look = 0; look < 10; ++look)
    BOOST_TEST(!look_after(50ms, 10, nullptr));
}

BOOST_AUTO_TEST_CASE(a_process_that_was_stopped_begins_anew) {
  BOOST_TEST(!look_after(50ms, 1, &a));
  BOOST_TEST(!look_after(10s, 1, &a));
  BOOST_TEST(!look_after(50ms, 1, &a));
  BOOST_TEST(look_after(50ms, 1, &a));
  BOOST_TEST(!look_after(10s, 1, &a));
  for (int look = 0; look < 5; ++look)
    BOOST_TEST(!look_after(50ms, 1, &a)); // once is enough
}

BOOST_AUTO_TEST_SUITE_END()
