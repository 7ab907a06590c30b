// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// The longest duration is for ever, wherever one is taken: nothing is over at once, nor later.

#include <sweet/sweet.hpp>
#include <sweet/testing/runtime_fixture.hpp>
#include <sweet/testing/simulation.hpp>
#include <sweet/testing/waits_for_ever.hpp>

#include <caf/actor.hpp>
#include <caf/behavior.hpp>

#include <functional>
#include <stdexcept>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::runtime_fixture;
using sweet::testing::simulation;
using sweet::testing::waits_for_ever;

namespace for_ever_test {
namespace {

constexpr auto for_ever = std::chrono::nanoseconds::max();
/// Longer than any test would wait, and not near the end of time.
constexpr auto century = std::chrono::hours{24 * 365 * 100};

async<int> takes_an_hour(task_context ctx) {
  co_await ctx.sleep_for(1h);
  co_return 1;
}

} // namespace
} // namespace for_ever_test

BOOST_FIXTURE_TEST_SUITE(for_ever_test, runtime_fixture)

BOOST_AUTO_TEST_CASE(limits_of_the_builder_never_pass) {
  const auto with = async_task::to<int>(rt);
  std::vector<spawning_task<int>> tasks{
      with.timeout(for_ever).run(takes_an_hour),
      with.deadline(for_ever).run(takes_an_hour),
      with.queue_timeout(for_ever).run(takes_an_hour),
      with.rise_after({.graceful = for_ever, .kill = for_ever}).run(takes_an_hour),
  };
  advance(1h);
  for (const auto& task : tasks)
    BOOST_TEST(task.await().value() == 1);
}

BOOST_AUTO_TEST_CASE(scopes_have_all_the_time_there_is_left) {
  auto task = spawn(rt, [](task_context ctx) -> async<int> {
    const auto timed = co_await ctx.with_timeout(ctx.time_left(), takes_an_hour);
    co_return timed + co_await ctx.shield(for_ever, takes_an_hour);
  });
  advance(1h);
  advance(1h);
  BOOST_TEST(task.await().value() == 2);
}

BOOST_AUTO_TEST_CASE(sleeps_do_not_end) {
  auto task = spawn(rt, [](task_context ctx) -> async<void> { co_await ctx.sleep_for(for_ever); });
  auto left =
      spawn(rt, [](task_context ctx) -> async<void> { co_await ctx.sleep_for(ctx.time_left()); });
  advance(century);
  BOOST_TEST(!task.is_done());
  BOOST_TEST(!left.is_done());
  task.cancel();
  left.cancel();
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
  BOOST_TEST((left.await().error().code() == error_code::cancelled));
}

BOOST_AUTO_TEST_CASE(waits_for_tasks_do_not_end) {
  async_event go;
  auto slow = spawn(rt, [&]() -> async<int> {
    co_await go;
    co_return 1;
  });
  auto waits = spawn(rt, [&] { return slow.await(for_ever).value(); });
  auto asks =
      spawn(rt, [&] { return slow.cancel(cancellation_level::none).await(for_ever).outcome; });
  advance(century);
  BOOST_TEST(!waits.is_done());
  BOOST_TEST(!asks.is_done());
  go.set();
  BOOST_TEST(slow.await(for_ever).value() == 1);
  BOOST_TEST(waits.await().value() == 1);
  BOOST_TEST((asks.await().value() == cancellation_outcome::success));
  BOOST_TEST((slow.cancel().await(for_ever).outcome == cancellation_outcome::success));
}

BOOST_AUTO_TEST_CASE(waits_for_messages_and_answers_do_not_end) {
  auto receives = spawn(rt, [](task_context ctx) -> async<int> {
    co_return (co_await ctx.receive<int>(for_ever)).payload;
  });
  auto actor = rt.system().spawn([]() -> caf::behavior { return {[](int x) { return x + 1; }}; });
  auto asks = spawn(rt, [actor](task_context ctx) -> async<int> {
    co_return co_await ctx.request<int>(actor, for_ever, 1);
  });
  advance(century);
  BOOST_TEST(!receives.is_done());
  BOOST_TEST(receives.send(7).is_ok());
  BOOST_TEST(receives.await().value() == 7);
  BOOST_TEST(asks.await().value() == 2);
}

// Nobody waits for an attempt that never comes: the task ends with the error of the last one.
BOOST_AUTO_TEST_CASE(an_attempt_that_never_comes_is_given_up) {
  int attempts = 0;
  auto backs_off = async_task::to<int>(rt)
                       .retry(3, backoff::fixed(for_ever).without_jitter())
                       .run([&attempts]() -> int {
                         ++attempts;
                         throw std::runtime_error{"broken"};
                       });
  auto is_told =
      async_task::to<int>(rt).retry(3, backoff::immediate()).run([]() -> task_result<int> {
        return task_error{error_code::resource_limit, "busy"}.with_retry_after(for_ever);
      });
  BOOST_TEST(backs_off.await().error().message() == "broken");
  BOOST_TEST(attempts == 1);
  BOOST_TEST((is_told.await().error().code() == error_code::resource_limit));
  BOOST_TEST(is_told.attempts() == 1u);
}

BOOST_AUTO_TEST_CASE(a_runtime_that_waits_for_ever_at_its_end) {
  auto task = [] {
    runtime other{
        runtime_options{.workers = 1, .shutdown = {.graceful = for_ever, .kill = for_ever}}};
    return other.spawn(waits_for_ever);
  }();
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
}

BOOST_AUTO_TEST_CASE(batches_wait_for_more_events) {
  async_event go;
  auto stream = async_task::emits<int>(rt)
                    .sender([&go](task_context, emitter<int>& out) -> async<void> {
                      co_await out.emit(1);
                      co_await go;
                      co_await out.emit(2);
                    })
                    .receiver(strategy::batched(2, for_ever), [](batch<int>&) {})
                    .run();
  advance(1h);
  BOOST_TEST(stream.counts().processed == 0u);
  go.set();
  BOOST_TEST(stream.await_final_event().is_ok());
}

// Time does not pass there until "for ever" is over.
BOOST_AUTO_TEST_CASE(in_a_simulation_nothing_but_a_sleep_for_ever_is_a_deadlock) {
  simulation sim{1};
  BOOST_CHECK_EXCEPTION(
      sim.run([](task_context ctx) -> async<void> { co_await ctx.sleep_for(for_ever); }),
      sweet::testing::simulation_error, [](const sweet::testing::simulation_error& e) {
        return e.problem() == sweet::testing::simulation_problem::deadlock;
      });
}

BOOST_AUTO_TEST_SUITE_END()
