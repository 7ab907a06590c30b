// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/recovery/error_strategy.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <stdexcept>

using namespace sweet;
using namespace std::chrono_literals;

namespace error_strategy_test {
namespace {

using action = error_strategy::action;

const task_error failure{error_code::failure, "no"};
const task_error bad_data{error_code::invalid_data, "never"};

action decided(const error_strategy& strategy, const task_error& error, std::uint32_t attempts) {
  return strategy.decide(error, attempts, 0.5).what;
}

} // namespace
} // namespace error_strategy_test

BOOST_AUTO_TEST_SUITE(error_strategy_test)

BOOST_AUTO_TEST_CASE(by_default_it_stops) {
  BOOST_TEST((decided({}, failure, 1) == action::stop));
  BOOST_TEST((decided(error_strategy::stop_on_first(), failure, 1) == action::stop));
  BOOST_TEST(!error_strategy{}.retries());
}

BOOST_AUTO_TEST_CASE(it_goes_on) {
  BOOST_TEST((decided(error_strategy::continue_on_error(), failure, 7) == action::go_on));
}

BOOST_AUTO_TEST_CASE(it_retries_so_often_then_goes_on) {
  const auto strategy = error_strategy::retry(2, backoff::fixed(100ms).without_jitter());
  BOOST_TEST(strategy.retries());
  for (const std::uint32_t attempt : {1u, 2u}) {
    const auto next = strategy.decide(failure, attempt, 0.5);
    BOOST_TEST((next == error_strategy::decision{action::try_again, 100ms}));
  }
  BOOST_TEST((decided(strategy, failure, 3) == action::go_on));
  BOOST_TEST((decided(strategy, bad_data, 1) == action::go_on));
}

BOOST_AUTO_TEST_CASE(a_predicate_decides) {
  const auto strategy = error_strategy::custom(
      [](const task_error& e) { return e.code() == error_code::invalid_data; });
  BOOST_TEST((decided(strategy, bad_data, 1) == action::go_on));
  BOOST_TEST((decided(strategy, failure, 1) == action::stop));
  const auto throws =
      error_strategy::custom([](const task_error&) -> bool { throw std::runtime_error{"?"}; });
  BOOST_CHECK_THROW(decided(throws, failure, 1), std::runtime_error);
}

BOOST_AUTO_TEST_SUITE_END()
