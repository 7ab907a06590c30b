// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/recovery/retry_policy.hpp>

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <limits>
#include <optional>
#include <stdexcept>

using namespace sweet;
using namespace std::chrono_literals;

namespace retry_policy_test {
namespace {

const task_error broken{error_code::failure, "broken"};

std::optional<backoff::duration> next(const retry_policy& policy, std::uint32_t failed,
                                      const task_error& error = broken,
                                      backoff::duration time_left = backoff::duration::max()) {
  return policy.next(error, failed, time_left, 0.5);
}

} // namespace
} // namespace retry_policy_test

BOOST_AUTO_TEST_SUITE(retry_policy_test)

BOOST_AUTO_TEST_CASE(by_default_there_is_one_attempt) {
  BOOST_TEST(retry_policy{}.attempts() == 1u);
  BOOST_TEST(!next(retry_policy{}, 1).has_value());
}

BOOST_AUTO_TEST_CASE(so_many_further_attempts) {
  const retry_policy policy{3};
  BOOST_TEST(policy.attempts() == 4u);
  BOOST_TEST((next(policy, 1) == 100ms));
  BOOST_TEST((next(policy, 2) == 200ms));
  BOOST_TEST((next(policy, 3) == 400ms));
  BOOST_TEST(!next(policy, 4).has_value());
  BOOST_TEST(!next(policy, 5).has_value());
}

BOOST_AUTO_TEST_CASE(the_most_that_can_be_asked_for) {
  constexpr auto most = std::numeric_limits<std::uint32_t>::max();
  const retry_policy policy{most, backoff::immediate()};
  BOOST_TEST(policy.attempts() == std::uint64_t{most} + 1);
  BOOST_TEST((next(policy, most) == 0ns));
}

BOOST_AUTO_TEST_CASE(which_errors_are_retried) {
  const retry_policy policy{3, backoff::immediate()};
  for (const auto code :
       {error_code::timeout, error_code::failure, error_code::panic, error_code::resource_limit,
        error_code::recovery_failed, error_code::io, error_code::unreachable, error_code::unknown})
    BOOST_TEST(next(policy, 1, task_error{code}).has_value());
  for (const auto code : {error_code::cancelled, error_code::rejected, error_code::invalid_state,
                          error_code::invalid_data})
    BOOST_TEST(!next(policy, 1, task_error{code}).has_value());
}

BOOST_AUTO_TEST_CASE(a_predicate_narrows_that) {
  const retry_policy policy{3, backoff::immediate(),
                            [](const task_error& e) { return e.code() != error_code::failure; }};
  BOOST_TEST(next(policy, 1, task_error{error_code::io}).has_value());
  BOOST_TEST(!next(policy, 1).has_value());
  const retry_policy all{3, backoff::immediate(), [](const task_error&) { return true; }};
  BOOST_TEST(!next(all, 1, task_error{error_code::cancelled}).has_value());
}

BOOST_AUTO_TEST_CASE(what_a_predicate_throws_gets_out) {
  const retry_policy policy{3, backoff::immediate(),
                            [](const task_error&) -> bool { throw std::runtime_error{"no"}; }};
  BOOST_CHECK_THROW(next(policy, 1), std::runtime_error);
  // Where there is nothing to decide it is not asked.
  BOOST_TEST(!next(policy, 4).has_value());
}

BOOST_AUTO_TEST_CASE(an_error_may_ask_for_a_longer_delay) {
  const retry_policy policy{3};
  BOOST_TEST((next(policy, 1, broken.with_retry_after(2s)) == 2s));
  BOOST_TEST((next(policy, 1, broken.with_retry_after(1ms)) == 100ms));
  BOOST_TEST((next(policy, 1, broken.with_cause(broken.with_retry_after(3s))) == 3s));
  BOOST_TEST(
      (next(policy, 1, broken.with_retry_after(2s).with_cause(broken.with_retry_after(3s))) == 2s));
}

BOOST_AUTO_TEST_CASE(no_attempt_starts_at_the_deadline_or_later) {
  const retry_policy policy{3, backoff::fixed(100ms)};
  BOOST_TEST((next(policy, 1, broken, 101ms) == 100ms));
  BOOST_TEST(!next(policy, 1, broken, 100ms).has_value());
  BOOST_TEST(!next(policy, 1, broken, 99ms).has_value());
  BOOST_TEST(!next(policy, 1, broken.with_retry_after(1s), 1s).has_value());
  BOOST_TEST(!next(retry_policy{3, backoff::immediate()}, 1, broken, 0ns).has_value());
  BOOST_TEST(!next(retry_policy{3, backoff::immediate()}, 1, broken, -1ns).has_value());
}

BOOST_AUTO_TEST_CASE(a_delay_without_end_is_never_over) {
  constexpr auto for_ever = backoff::duration::max();
  BOOST_TEST(!next(retry_policy{3, backoff::fixed(for_ever)}, 1).has_value());
}

BOOST_AUTO_TEST_CASE(the_delay_is_spread_by_what_is_handed_in) {
  const retry_policy policy{3, backoff::fixed(100ms)};
  BOOST_TEST((policy.next(broken, 1, 1h, 0) == 80ms));
  BOOST_TEST((policy.next(broken, 1, 1h, 0.75) == 110ms));
}

BOOST_AUTO_TEST_SUITE_END()
