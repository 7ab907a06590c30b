// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/sweet.hpp>
#include <sweet/testing/runtime_fixture.hpp>

#include <array>
#include <atomic>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::runtime_fixture;

namespace circuit_breaker_test {
namespace {

struct breaker_fixture : runtime_fixture {
  sweet::circuit_breaker breaker{rt};
  std::atomic<int> calls{0};
  std::atomic<bool> healthy{false};

  int call() {
    ++calls;
    if (!healthy)
      throw std::runtime_error{"down"};
    return 1;
  }

  spawning_task<int> start() {
    return async_task::to<int>(rt).circuit_breaker(breaker).run([this] { return call(); });
  }

  bool call_succeeds() { return start().await().is_ok(); }

  void open() {
    for (int i = 0; i < 5; ++i)
      BOOST_TEST(!call_succeeds());
    BOOST_TEST((breaker.state() == circuit_state::open));
  }
};

} // namespace
} // namespace circuit_breaker_test

BOOST_FIXTURE_TEST_SUITE(circuit_breaker_test, breaker_fixture)

BOOST_AUTO_TEST_CASE(closed_it_lets_tasks_pass) {
  healthy = true;
  for (int i = 0; i < 10; ++i)
    BOOST_TEST(start().await().value() == 1);
  BOOST_TEST((breaker.state() == circuit_state::closed));
}

BOOST_AUTO_TEST_CASE(open_it_rejects_at_once) {
  open();
  BOOST_TEST(calls == 5);
  auto task = start();
  auto error = task.await().error();
  BOOST_TEST((error.code() == error_code::rejected));
  BOOST_TEST(error.message() == "the circuit breaker is open");
  BOOST_TEST(task.attempts() == 0u);
  BOOST_TEST(calls == 5);
}

BOOST_AUTO_TEST_CASE(half_open_three_trials_pass_and_close_it) {
  open();
  advance(59'999ms);
  BOOST_TEST((start().await().error().code() == error_code::rejected));
  advance(1ms);
  BOOST_TEST((breaker.state() == circuit_state::half_open));
  healthy = true;
  for (int i = 0; i < 3; ++i) {
    BOOST_TEST((breaker.state() == circuit_state::half_open));
    BOOST_TEST(start().await().value() == 1);
  }
  BOOST_TEST((breaker.state() == circuit_state::closed));
}

BOOST_AUTO_TEST_CASE(half_open_no_more_than_three_are_on_their_way) {
  open();
  advance(1min);
  // One for each: one task waits for an event. A trial that ended early would make room for
  // another.
  std::array<async_event, 5> go;
  std::vector<spawning_task<int>> trials;
  for (auto& event : go)
    trials.push_back(async_task::to<int>(rt)
                         .circuit_breaker(breaker)
                         .fallback([](const task_error&) { return 0; })
                         .run([&event]() -> async<int> {
                           co_await event;
                           co_return 1;
                         }));
  sweet::testing::wait_until_idle(rt);
  BOOST_TEST((breaker.state() == circuit_state::half_open));
  for (auto& event : go)
    event.set();
  int passed = 0;
  for (auto& trial : trials)
    passed += trial.await().value();
  BOOST_TEST(passed == 3);
  BOOST_TEST((breaker.state() == circuit_state::closed));
}

BOOST_AUTO_TEST_CASE(a_failed_trial_opens_it_again) {
  open();
  advance(1min);
  healthy = true;
  BOOST_TEST(call_succeeds());
  healthy = false;
  BOOST_TEST(!call_succeeds());
  BOOST_TEST((breaker.state() == circuit_state::open));
  advance(59s);
  BOOST_TEST((breaker.state() == circuit_state::open));
  advance(1s);
  BOOST_TEST((breaker.state() == circuit_state::half_open));
}

BOOST_AUTO_TEST_CASE(each_attempt_is_a_call) {
  auto task =
      async_task::to<int>(rt).circuit_breaker(breaker).retry(9, backoff::immediate()).run([this] {
        return call();
      });
  auto error = task.await().error();
  BOOST_TEST((error.code() == error_code::rejected));
  BOOST_TEST(error.cause().message() == "down");
  BOOST_TEST(error.cause().attempt() == 5u);
  BOOST_TEST(task.attempts() == 5u);
  BOOST_TEST(calls == 5);
}

BOOST_AUTO_TEST_CASE(what_it_rejects_falls_back) {
  open();
  auto task =
      async_task::to<int>(rt)
          .circuit_breaker(breaker)
          .fallback([](const task_error& e) { return e.code() == error_code::rejected ? 2 : 3; })
          .run([this] { return call(); });
  BOOST_TEST(task.await().value() == 2);
}

BOOST_AUTO_TEST_CASE(a_timeout_is_a_failed_call) {
  std::vector<spawning_task<int>> tasks;
  for (int i = 0; i < 5; ++i)
    tasks.push_back(async_task::to<int>(rt).circuit_breaker(breaker).timeout(1s).run(
        [](task_context ctx) -> async<int> {
          co_await ctx.sleep_for(1h);
          co_return 1;
        }));
  advance(1s);
  BOOST_TEST((breaker.state() == circuit_state::open));
}

BOOST_AUTO_TEST_CASE(a_cancelled_call_says_nothing) {
  for (int i = 0; i < 4; ++i)
    BOOST_TEST(!call_succeeds());
  auto task =
      async_task::to<int>(rt).circuit_breaker(breaker).run([](task_context ctx) -> async<int> {
        co_await ctx.sleep_for(1h);
        co_return 1;
      });
  sweet::testing::wait_until_idle(rt);
  task.cancel();
  BOOST_TEST(task.await().is_err());
  BOOST_TEST((breaker.state() == circuit_state::closed));
  BOOST_TEST(!call_succeeds());
  BOOST_TEST((breaker.state() == circuit_state::open));
}

BOOST_AUTO_TEST_CASE(copies_are_the_same_breaker) {
  const auto copy = breaker;
  open();
  BOOST_TEST((copy.state() == circuit_state::open));
}

BOOST_AUTO_TEST_CASE(calls_can_be_made_without_a_task) {
  sweet::circuit_breaker own{rt, {.failures = 1, .open_for = 1s, .trials = 1}};
  own.try_call().value().succeeded();
  own.try_call().value().failed();
  BOOST_TEST(!own.try_call().has_value());
  advance(1s);
  {
    const auto trial = own.try_call();
    BOOST_TEST(trial.has_value());
    BOOST_TEST(!own.try_call().has_value());
  } // says nothing
  auto trial = own.try_call();
  auto moved = std::move(*trial);
  trial.reset();
  BOOST_TEST((own.state() == circuit_state::half_open));
  moved.succeeded();
  BOOST_TEST((own.state() == circuit_state::closed));
  auto first = own.try_call();
  first = own.try_call();
  first->failed();
  BOOST_TEST((own.state() == circuit_state::open));
}

BOOST_AUTO_TEST_CASE(options_are_checked_when_it_is_made) {
  BOOST_CHECK_THROW((sweet::circuit_breaker{rt, {.failures = 0}}), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
