// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/recovery/circuit.hpp>

#include <boost/test/unit_test.hpp>

#include <stdexcept>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;

namespace circuit_test {
namespace {

constexpr circuit::time_point start{1h};

circuit opened(circuit_breaker_options options = {}) {
  circuit c{options};
  for (std::uint32_t i = 0; i < options.failures; ++i)
    c.failed(c.enter(start).value(), start);
  return c;
}

} // namespace
} // namespace circuit_test

BOOST_AUTO_TEST_SUITE(circuit_test)

BOOST_AUTO_TEST_CASE(closed_it_lets_everything_pass) {
  circuit c{{}};
  for (int i = 0; i < 100; ++i)
    c.succeeded(c.enter(start).value());
  BOOST_TEST((c.state(start) == circuit_state::closed));
}

BOOST_AUTO_TEST_CASE(five_failures_in_a_row_open_it) {
  circuit c{{}};
  for (int i = 0; i < 4; ++i)
    c.failed(c.enter(start).value(), start);
  BOOST_TEST((c.state(start) == circuit_state::closed));
  c.failed(c.enter(start).value(), start);
  BOOST_TEST((c.state(start) == circuit_state::open));
  BOOST_TEST(!c.enter(start).has_value());
}

BOOST_AUTO_TEST_CASE(a_success_begins_the_row_anew) {
  circuit c{{}};
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 4; ++i)
      c.failed(c.enter(start).value(), start);
    c.succeeded(c.enter(start).value());
  }
  BOOST_TEST((c.state(start) == circuit_state::closed));
}

BOOST_AUTO_TEST_CASE(an_abandoned_call_says_nothing) {
  circuit c{{}};
  for (int i = 0; i < 4; ++i)
    c.failed(c.enter(start).value(), start);
  c.abandoned(c.enter(start).value());
  c.failed(c.enter(start).value(), start);
  BOOST_TEST((c.state(start) == circuit_state::open));
}

BOOST_AUTO_TEST_CASE(a_minute_later_it_is_half_open) {
  auto c = opened();
  BOOST_TEST(!c.enter(start + 1min - 1ns).has_value());
  BOOST_TEST((c.state(start + 1min - 1ns) == circuit_state::open));
  BOOST_TEST((c.state(start + 1min) == circuit_state::half_open));
  BOOST_TEST(c.enter(start + 1min).has_value());
}

BOOST_AUTO_TEST_CASE(half_open_three_calls_pass) {
  auto c = opened();
  const auto now = start + 1min;
  for (int i = 0; i < 3; ++i)
    BOOST_TEST(c.enter(now).has_value());
  BOOST_TEST(!c.enter(now).has_value());
  BOOST_TEST(!c.enter(now + 1h).has_value());
}

BOOST_AUTO_TEST_CASE(all_trials_succeed_and_it_closes) {
  auto c = opened();
  const auto now = start + 1min;
  std::vector<circuit::pass> trials;
  for (int i = 0; i < 3; ++i)
    trials.push_back(c.enter(now).value());
  c.succeeded(trials[0]);
  c.succeeded(trials[1]);
  BOOST_TEST((c.state(now) == circuit_state::half_open));
  BOOST_TEST(!c.enter(now).has_value());
  c.succeeded(trials[2]);
  BOOST_TEST((c.state(now) == circuit_state::closed));
  // With the whole row of failures ahead of it again.
  for (int i = 0; i < 4; ++i)
    c.failed(c.enter(now).value(), now);
  BOOST_TEST((c.state(now) == circuit_state::closed));
}

BOOST_AUTO_TEST_CASE(one_trial_fails_and_it_opens_for_the_whole_time_again) {
  auto c = opened();
  auto now = start + 1min;
  c.succeeded(c.enter(now).value());
  const auto late = c.enter(now).value();
  c.failed(c.enter(now).value(), now);
  BOOST_TEST((c.state(now) == circuit_state::open));
  // What the other trial says now comes too late.
  c.succeeded(late);
  c.failed(late, now + 30s);
  BOOST_TEST((c.state(now + 1min - 1ns) == circuit_state::open));
  now += 1min;
  BOOST_TEST((c.state(now) == circuit_state::half_open));
  for (int i = 0; i < 3; ++i)
    c.succeeded(c.enter(now).value());
  BOOST_TEST((c.state(now) == circuit_state::closed));
}

BOOST_AUTO_TEST_CASE(an_abandoned_trial_makes_room_for_another_one) {
  auto c = opened();
  const auto now = start + 1min;
  c.succeeded(c.enter(now).value());
  c.succeeded(c.enter(now).value());
  c.abandoned(c.enter(now).value());
  c.succeeded(c.enter(now).value());
  BOOST_TEST((c.state(now) == circuit_state::closed));
}

BOOST_AUTO_TEST_CASE(calls_from_before_it_opened_do_not_count) {
  circuit c{{}};
  const auto before = c.enter(start).value();
  for (int i = 0; i < 5; ++i)
    c.failed(c.enter(start).value(), start);
  c.succeeded(before);
  BOOST_TEST((c.state(start) == circuit_state::open));
  const auto now = start + 1min;
  c.succeeded(c.enter(now).value());
  c.failed(before, now);
  c.abandoned(before);
  BOOST_TEST((c.state(now) == circuit_state::half_open));
  c.succeeded(c.enter(now).value());
  c.succeeded(c.enter(now).value());
  BOOST_TEST((c.state(now) == circuit_state::closed));
}

BOOST_AUTO_TEST_CASE(the_numbers_can_be_chosen) {
  auto c = opened({.failures = 1, .open_for = 1s, .trials = 1});
  BOOST_TEST(!c.enter(start + 999ms).has_value());
  const auto trial = c.enter(start + 1s).value();
  BOOST_TEST(!c.enter(start + 1s).has_value());
  c.succeeded(trial);
  BOOST_TEST((c.state(start + 1s) == circuit_state::closed));
  auto for_ever = opened({.open_for = std::chrono::nanoseconds::max()});
  BOOST_TEST(!for_ever.enter(circuit::time_point::max() - 1ns).has_value());
}

BOOST_AUTO_TEST_CASE(what_makes_no_sense_is_refused) {
  BOOST_CHECK_THROW((circuit{{.failures = 0}}), std::invalid_argument);
  BOOST_CHECK_THROW((circuit{{.open_for = 0s}}), std::invalid_argument);
  BOOST_CHECK_THROW((circuit{{.open_for = -1s}}), std::invalid_argument);
  BOOST_CHECK_THROW((circuit{{.trials = 0}}), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
