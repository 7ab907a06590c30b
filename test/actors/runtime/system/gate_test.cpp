// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/system/brief_wait.hpp>
#include <sweet/actors/runtime/system/gate.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <thread>

using namespace std::chrono_literals;
using sweet::detail::brief_wait;
using sweet::detail::gate;

namespace gate_test {
namespace {

constexpr std::int64_t in_nanoseconds(std::chrono::nanoseconds d) {
  return d.count();
}

} // namespace
} // namespace gate_test

BOOST_AUTO_TEST_SUITE(gate_test)

BOOST_AUTO_TEST_CASE(a_new_gate_is_closed) {
  gate g;
  BOOST_TEST(!g.try_take());
  BOOST_TEST(!g.wait_for(0));
  BOOST_TEST(!g.wait_for(-1));
}

BOOST_AUTO_TEST_CASE(who_passes_closes_it) {
  gate g;
  g.set();
  g.wait();
  BOOST_TEST(!g.try_take());
  g.set();
  BOOST_TEST(g.try_take());
  BOOST_TEST(!g.try_take());
  g.set();
  BOOST_TEST(g.wait_for(0));
  BOOST_TEST(!g.wait_for(0));
}

BOOST_AUTO_TEST_CASE(set_twice_it_lets_one_pass) {
  gate g;
  g.set();
  g.set();
  BOOST_TEST(g.try_take());
  BOOST_TEST(!g.try_take());
}

BOOST_AUTO_TEST_CASE(after_a_sleep_in_vain_it_is_as_before) {
  gate g;
  BOOST_TEST(!g.wait_for(1));
  BOOST_TEST(!g.try_take());
  g.set();
  g.wait();
  BOOST_TEST(!g.try_take());
}

BOOST_AUTO_TEST_CASE(who_looks_for_a_moment_takes_it_if_it_is_set) {
  gate g;
  BOOST_TEST(!g.take_soon());
  g.set();
  BOOST_TEST(g.take_soon());
  BOOST_TEST(!g.try_take());
}

BOOST_AUTO_TEST_CASE(who_looks_in_vain_stops_it_for_a_while) {
  gate g;
  brief_wait briefly;
  for (unsigned i = 0; i < brief_wait::patience; ++i)
    BOOST_TEST(!briefly.take(g));
  g.set();
  for (unsigned i = 0; i < brief_wait::rest; ++i)
    BOOST_TEST(!briefly.take(g));
  BOOST_TEST(briefly.take(g));
  BOOST_TEST(!g.try_take());
}

BOOST_AUTO_TEST_CASE(who_does_not_look_in_vain_goes_on) {
  gate g;
  brief_wait briefly;
  for (unsigned i = 0; i < 2 * brief_wait::patience; ++i) {
    BOOST_TEST(!briefly.take(g));
    for (int taken = 0; taken < 2; ++taken) {
      g.set();
      BOOST_TEST(briefly.take(g));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_wait_with_a_limit_lasts_as_long) {
  gate g;
  const auto before = std::chrono::steady_clock::now();
  BOOST_TEST(!g.wait_for(in_nanoseconds(2ms)));
  const auto waited = std::chrono::steady_clock::now() - before;
  BOOST_TEST((waited >= 2ms));
}

BOOST_AUTO_TEST_CASE(a_wait_with_a_limit_ends_when_it_is_set) {
  gate g;
  std::thread other{[&] { g.set(); }};
  BOOST_TEST(g.wait_for(in_nanoseconds(1h)));
  other.join();
}

// Each side sleeps until the other one has written: what was written before set() is seen after
// wait(), which ThreadSanitizer checks.
BOOST_AUTO_TEST_CASE(what_came_before_set_is_seen_after_wait) {
  constexpr int rounds = 2'000;
  gate ping;
  gate pong;
  int ball = 0;
  std::thread other{[&] {
    for (int i = 0; i < rounds; ++i) {
      ping.wait();
      ++ball;
      pong.set();
    }
  }};
  for (int i = 0; i < rounds; ++i) {
    ++ball;
    ping.set();
    pong.wait();
    BOOST_REQUIRE_EQUAL(ball, 2 * (i + 1));
  }
  other.join();
}

BOOST_AUTO_TEST_SUITE_END()
