// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/sweet.hpp>
#include <sweet/testing/runtime_fixture.hpp>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::busy_runtime_fixture;
using sweet::testing::runtime_fixture;
using sweet::testing::wait_until_idle;

namespace recovery_limits_test {
namespace {

async<int> waits_for_ever(task_context ctx) {
  for (;;)
    co_await ctx.sleep_for(1h);
}

int fails(task_context) {
  throw std::runtime_error{"no"};
}

/// A body in the middle of something until it is let go.
struct computation {
  ~computation() {
    hold = false;
    while (runs && !ended)
      std::this_thread::yield();
  }

  int operator()() {
    runs = true;
    while (hold)
      std::this_thread::yield();
    ended = true;
    return 1;
  }

  void wait_until_it_runs() const {
    while (!runs)
      std::this_thread::yield();
  }

  std::atomic<bool> runs{false};
  std::atomic<bool> hold{true};
  std::atomic<bool> ended{false};
};

} // namespace
} // namespace recovery_limits_test

BOOST_AUTO_TEST_SUITE(recovery_limits_test)

// -- deadline -------------------------------------------------------------------------------------

BOOST_FIXTURE_TEST_CASE(no_attempt_starts_past_the_deadline, runtime_fixture) {
  auto task = async_task::to<int>(rt)
                  .deadline(2500ms)
                  .retry(9, backoff::fixed(1s).without_jitter())
                  .run(fails);
  advance(1999ms);
  BOOST_TEST(!task.is_done());
  advance(1ms);
  // The fourth would start at 3 s: there is no use in waiting for that.
  BOOST_TEST(task.is_done());
  const auto error = task.await().error();
  BOOST_TEST(error.message() == "no");
  BOOST_TEST(error.attempt() == 3u);
}

BOOST_FIXTURE_TEST_CASE(no_attempt_starts_at_the_deadline, runtime_fixture) {
  auto task =
      async_task::to<int>(rt).deadline(2s).retry(9, backoff::fixed(1s).without_jitter()).run(fails);
  advance(1s);
  BOOST_TEST(task.await().error().attempt() == 2u);
}

BOOST_FIXTURE_TEST_CASE(the_deadline_of_the_parent_counts, runtime_fixture) {
  auto task =
      async_task::to<std::uint32_t>(rt)
          .deadline(2500ms)
          .on_child_failure(child_failure::collect)
          .run([](task_context ctx) -> async<std::uint32_t> {
            auto child =
                async_task::to<int>(ctx).retry(9, backoff::fixed(1s).without_jitter()).run(fails);
            auto outcome = co_await child.result();
            co_return outcome.error().attempt();
          });
  advance(2s);
  BOOST_TEST(task.await().value() == 3u);
}

BOOST_FIXTURE_TEST_CASE(at_the_deadline_the_attempt_is_cancelled_and_none_follows,
                        runtime_fixture) {
  std::atomic<int> cancelled_attempts{0};
  async_event go;
  auto task =
      async_task::to<int>(rt)
          .deadline(2s)
          .retry(9, backoff::immediate())
          .fallback([](const task_error&) { return 0; })
          .run([&](task_context ctx) -> async<int> {
            try {
              co_await stopped_as_error(waits_for_ever(ctx));
            } catch (const cancelled&) {
              ++cancelled_attempts;
            }
            co_await sweet::detail::event_access::wait_shielded(go, cancellation_level::graceful);
            throw std::runtime_error{"in clean-up"};
          });
  advance(2s);
  BOOST_TEST((task.await().error().code() == error_code::timeout));
  BOOST_TEST(task.await().error().message() == "not done by its deadline");
  BOOST_TEST(task.status() == task_status::failed);
  BOOST_TEST(cancelled_attempts == 1);
  go.set();
  wait_until_idle(rt);
  BOOST_TEST(task.attempts() == 1u);
}

BOOST_FIXTURE_TEST_CASE(all_attempts_together_have_one_deadline, runtime_fixture) {
  auto task = async_task::to<int>(rt)
                  .timeout(1s)
                  .deadline(2500ms)
                  .retry(9, backoff::immediate())
                  .run(waits_for_ever);
  advance(2499ms);
  BOOST_TEST(task.attempts() == 3u);
  BOOST_TEST(!task.is_done());
  advance(1ms);
  BOOST_TEST((task.await().error().code() == error_code::timeout));
  BOOST_TEST(task.await().error().attempt() == 3u);
}

BOOST_FIXTURE_TEST_CASE(an_attempt_knows_the_deadline_of_its_task, runtime_fixture) {
  auto task = async_task::to<bool>(rt)
                  .deadline(3s)
                  .retry(1, backoff::fixed(1s).without_jitter())
                  .run([](task_context ctx) {
                    if (ctx.attempt() == 1)
                      throw std::runtime_error{"no"};
                    return ctx.time_left() == 2s;
                  });
  advance(1s);
  BOOST_TEST(task.await().value());
}

BOOST_FIXTURE_TEST_CASE(the_fallback_comes_early_rather_than_too_late, runtime_fixture) {
  auto task = async_task::to<int>(rt)
                  .deadline(1s)
                  .retry(9, backoff::fixed(2s).without_jitter())
                  .fallback([](const task_error&) { return 7; })
                  .run(fails);
  wait_until_idle(rt);
  BOOST_TEST(task.is_done());
  BOOST_TEST(task.await().value() == 7);
}

BOOST_FIXTURE_TEST_CASE(the_fallback_has_to_keep_the_deadline, runtime_fixture) {
  auto task = async_task::to<int>(rt)
                  .deadline(1s)
                  .fallback([](task_context ctx, task_error) { return waits_for_ever(ctx); })
                  .run(fails);
  advance(999ms);
  BOOST_TEST(!task.is_done());
  advance(1ms);
  BOOST_TEST((task.await().error().code() == error_code::timeout));
}

BOOST_FIXTURE_TEST_CASE(an_attempt_that_the_rate_limit_would_admit_too_late_is_rejected,
                        runtime_fixture) {
  rate_limit limit{rt};
  limit.take();
  auto task = async_task::to<int>(rt).deadline(1s).rate_limit(limit).run(fails);
  wait_until_idle(rt);
  BOOST_TEST((task.await().error().code() == error_code::rejected));
  BOOST_TEST(task.attempts() == 0u);
  // It has taken no token.
  BOOST_TEST((limit.take() == 1s));
  auto again = async_task::to<int>(rt)
                   .deadline(1s)
                   .rate_limit(rate_limit{rt})
                   .retry(1, backoff::immediate())
                   .run(fails);
  BOOST_TEST(again.await().error().cause().message() == "no");
}

BOOST_FIXTURE_TEST_CASE(a_call_that_outlasts_the_deadline_is_a_failed_one, runtime_fixture) {
  circuit_breaker breaker{rt, {.failures = 1}};
  auto task = async_task::to<int>(rt).deadline(1s).circuit_breaker(breaker).run(waits_for_ever);
  advance(1s);
  BOOST_TEST((task.await().error().code() == error_code::timeout));
  BOOST_TEST((breaker.state() == circuit_state::open));
}

// -- queue timeout --------------------------------------------------------------------------------

BOOST_FIXTURE_TEST_CASE(the_queue_timeout_is_for_the_first_start_only, runtime_fixture) {
  auto task = async_task::to<int>(rt)
                  .queue_timeout(1s)
                  .retry(1, backoff::fixed(1h).without_jitter())
                  .run([](task_context ctx) {
                    return ctx.attempt() == 1 ? throw std::runtime_error{"no"} : 2;
                  });
  advance(1h);
  BOOST_TEST(task.await().value() == 2);
}

// -- cancellation ---------------------------------------------------------------------------------

BOOST_FIXTURE_TEST_CASE(the_reason_is_that_of_the_task, runtime_fixture) {
  const auto described = async_task::to<int>(rt).retry(3, backoff::fixed(1h));
  auto attempting = described.run(waits_for_ever);
  auto backing_off = described.run(fails);
  wait_until_idle(rt);
  for (const auto& task : {attempting, backing_off}) {
    task.cancel(cancellation_level::graceful, "not needed");
    BOOST_TEST(task.await().error().message() == "cancelled: not needed");
  }
}

BOOST_FIXTURE_TEST_CASE(clean_up_of_the_task_follows_its_cancellation_only, runtime_fixture) {
  std::atomic<int> cleanups{0};
  const auto described =
      async_task::to<int>(rt).timeout(1s).retry(1, backoff::immediate()).on_cancel([&] {
        ++cleanups;
      });
  auto times_out = described.run(waits_for_ever);
  advance(2s);
  BOOST_TEST((times_out.await().error().code() == error_code::timeout));
  BOOST_TEST(cleanups == 0);
  auto stopped = described.run(waits_for_ever);
  wait_until_idle(rt);
  stopped.cancel();
  BOOST_TEST((stopped.await().error().code() == error_code::cancelled));
  wait_until_idle(rt);
  BOOST_TEST(cleanups == 1);
}

BOOST_FIXTURE_TEST_CASE(clean_up_of_an_attempt_comes_before_the_next_one, runtime_fixture) {
  std::atomic<std::uint32_t> cleaned{0};
  auto task = async_task::to<std::uint32_t>(rt)
                  .timeout(1s)
                  .retry(1, backoff::immediate())
                  .run([&](task_context ctx) -> async<std::uint32_t> {
                    if (ctx.attempt() == 2)
                      co_return cleaned.load();
                    ctx.on_cancel([&] { ++cleaned; });
                    co_await waits_for_ever(ctx);
                    co_return 0;
                  });
  advance(2s);
  BOOST_TEST(task.await().value() == 1u);
}

BOOST_FIXTURE_TEST_CASE(at_kill_hard_nothing_is_waited_for, busy_runtime_fixture) {
  computation body;
  auto task = async_task::to<int>(rt).retry(3).run([&] { return body(); });
  body.wait_until_it_runs();
  task.cancel(cancellation_level::kill_hard);
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
  BOOST_TEST(!body.ended);
}

BOOST_FIXTURE_TEST_CASE(an_attempt_that_is_left_behind_is_the_last_one, runtime_fixture) {
  async_event go;
  std::atomic<int> attempts{0};
  auto task =
      async_task::to<int>(rt)
          .timeout(1s)
          .rise_after({.graceful = 1s, .kill = 1s})
          .retry(3, backoff::immediate())
          .fallback([](const task_error& e) { return e.code() == error_code::timeout ? 7 : 0; })
          .run([&](task_context) -> async<int> {
            ++attempts;
            co_await sweet::detail::event_access::wait_shielded(go, cancellation_level::kill_hard);
            co_return 1;
          });
  advance(1h);
  // The value is there, but what is left behind runs on below the task.
  BOOST_TEST(attempts == 1);
  BOOST_TEST(task.status() == task_status::running);
  go.set();
  BOOST_TEST(task.await().value() == 7);
}

BOOST_AUTO_TEST_SUITE_END()
