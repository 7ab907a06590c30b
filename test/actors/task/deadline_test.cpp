// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/sweet.hpp>
#include <sweet/testing/runtime_fixture.hpp>
#include <sweet/testing/waits_for_ever.hpp>

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::busy_runtime_fixture;
using sweet::testing::runtime_fixture;
using sweet::testing::wait_until_idle;
using sweet::testing::waits_for_ever;

namespace deadline_test {
namespace {

/// Keeps the workers busy until it is let go.
struct busy_workers {
  explicit busy_workers(runtime& rt) {
    for (std::size_t i = 0; i < rt.workers(); ++i)
      blockers.push_back(spawn(rt, [this] {
        ++busy;
        while (hold)
          std::this_thread::yield();
      }));
    while (busy != static_cast<int>(blockers.size()))
      std::this_thread::yield();
  }
  ~busy_workers() {
    hold = false;
    for (auto& blocker : blockers)
      BOOST_TEST(blocker.await().is_ok());
  }

  std::atomic<bool> hold{true};
  std::atomic<int> busy{0};
  std::vector<spawning_task<void>> blockers;
};

} // namespace
} // namespace deadline_test

BOOST_AUTO_TEST_SUITE(deadline_test)

BOOST_FIXTURE_TEST_CASE(the_handle_has_its_outcome_at_the_deadline, runtime_fixture) {
  async_event cleaned;
  auto task = async_task::to<void>(rt).deadline(2s).run([&](task_context ctx) -> async<void> {
    try {
      co_await stopped_as_error(ctx.sleep_for(1h));
    } catch (const cancelled&) {
    }
    co_await cleaned;
  });
  advance(1'999ms);
  BOOST_TEST(task.status() == task_status::running);
  advance(1ms);
  // While the task is still cleaning up.
  BOOST_TEST(task.status() == task_status::failed);
  BOOST_TEST((task.await().error().code() == error_code::timeout));
  BOOST_TEST(rt.live_tasks() == 1u);
  cleaned.set();
  wait_until_idle(rt);
  BOOST_TEST((task.await().error().code() == error_code::timeout));
}

BOOST_FIXTURE_TEST_CASE(a_task_in_time_is_not_disturbed, runtime_fixture) {
  auto task = async_task::to<int>(rt).deadline(1s).run([](task_context ctx) -> async<int> {
    co_await ctx.sleep_for(999ms);
    co_return 1;
  });
  advance(2s);
  BOOST_TEST(task.await().value() == 1);
}

BOOST_FIXTURE_TEST_CASE(the_deadline_counts_from_the_start_of_the_task_not_of_its_body,
                        busy_runtime_fixture) {
  spawning_task<int> task;
  std::atomic<bool> ran{false};
  {
    busy_workers busy{rt};
    task = async_task::to<int>(rt).deadline(1s).run([&] {
      ran = true;
      return 1;
    });
    time.advance(1s);
    BOOST_TEST(task.status() == task_status::failed);
  }
  BOOST_TEST((task.await().error().code() == error_code::timeout));
  wait_until_idle(rt);
  BOOST_TEST(!ran);
}

BOOST_FIXTURE_TEST_CASE(an_awaiting_parent_is_told_at_the_deadline_and_waits_for_the_end,
                        runtime_fixture) {
  async_event cleaned;
  std::atomic<bool> told{false};
  auto task = async_task::to<int>(rt)
                  .on_child_failure(child_failure::collect)
                  .run([&](task_context ctx) -> async<int> {
                    auto child = async_task::to<void>(ctx).deadline(1s).run(
                        [&](task_context own) -> async<void> {
                          try {
                            co_await stopped_as_error(waits_for_ever(own));
                          } catch (const cancelled&) {
                          }
                          co_await cleaned;
                        });
                    auto outcome = co_await child.result();
                    told = outcome.error().code() == error_code::timeout;
                    co_return 1;
                  });
  advance(1s);
  BOOST_TEST(told);
  BOOST_TEST(!task.is_done());
  cleaned.set();
  BOOST_TEST(task.await().value() == 1);
}

BOOST_FIXTURE_TEST_CASE(a_child_past_its_deadline_fails_its_parent_at_that_moment,
                        runtime_fixture) {
  async_event cleaned;
  std::atomic<bool> sibling_cancelled{false};
  auto task = spawn(rt, [&](task_context ctx) -> async<void> {
    auto child = async_task::to<void>(ctx).deadline(1s).run([&](task_context own) -> async<void> {
      try {
        co_await stopped_as_error(waits_for_ever(own));
      } catch (const cancelled&) {
      }
      co_await cleaned;
    });
    auto sibling = ctx.spawn([&](task_context own) -> async<void> {
      try {
        co_await stopped_as_error(waits_for_ever(own));
      } catch (const cancelled&) {
        sibling_cancelled = true;
        throw;
      }
    });
    co_await sibling;
  });
  advance(1s);
  BOOST_TEST(sibling_cancelled);
  BOOST_TEST(!task.is_done());
  cleaned.set();
  BOOST_TEST((task.await().error().root_cause().code() == error_code::timeout));
}

BOOST_FIXTURE_TEST_CASE(children_inherit_the_earlier_deadline, runtime_fixture) {
  auto task = async_task::to<bool>(rt).deadline(10s).run([](task_context ctx) -> async<bool> {
    const auto mine = ctx.deadline();
    auto plain = ctx.spawn([](task_context own) { return own.deadline(); });
    auto earlier = async_task::to<std::chrono::steady_clock::time_point>(ctx).deadline(3s).run(
        [](task_context own) { return own.deadline(); });
    auto later = async_task::to<std::chrono::nanoseconds>(ctx).deadline(1h).run(
        [](task_context own) { return own.time_left(); });
    bool right = co_await plain == mine;
    right = right && co_await earlier == mine - 7s;
    right = right && co_await later == 10s;
    co_return right;
  });
  BOOST_TEST(task.await().value());
  auto without = spawn(rt, [](task_context ctx) {
    return ctx.deadline() == clock::time_point::max() &&
           ctx.time_left() == std::chrono::nanoseconds::max();
  });
  BOOST_TEST(without.await().value());
}

BOOST_FIXTURE_TEST_CASE(a_body_that_computes_resolves_at_the_deadline, busy_runtime_fixture) {
  std::atomic<bool> runs{false};
  std::atomic<bool> hold{true};
  std::atomic<bool> told{false};
  std::atomic<bool> ended{false};
  auto task = async_task::to<int>(rt).blocking().deadline(1s).run([&](task_context ctx) {
    auto stop = ctx.stop_token();
    runs = true;
    while (hold)
      std::this_thread::yield();
    told = stop.stop_requested();
    ended = true;
    return 1;
  });
  while (!runs)
    std::this_thread::yield();
  time.advance(1s);
  BOOST_TEST((task.await().error().code() == error_code::timeout));
  hold = false;
  while (!ended)
    std::this_thread::yield();
  BOOST_TEST(told);
}

BOOST_FIXTURE_TEST_CASE(what_monitors_the_task_hears_of_it_at_the_deadline, runtime_fixture) {
  async_event cleaned;
  auto task = async_task::to<void>(rt).deadline(1s).run([&](task_context ctx) -> async<void> {
    try {
      co_await stopped_as_error(ctx.sleep_for(1h));
    } catch (const cancelled&) {
    }
    co_await cleaned;
  });
  auto waiter = spawn(rt, [&]() -> async<bool> {
    auto outcome = co_await task.result();
    co_return outcome.error().code() == error_code::timeout;
  });
  advance(1s);
  BOOST_TEST(waiter.await().value());
  cleaned.set();
  wait_until_idle(rt);
}

BOOST_FIXTURE_TEST_CASE(a_task_that_waits_too_long_in_the_queue_fails_without_having_run,
                        busy_runtime_fixture) {
  std::atomic<bool> ran{false};
  spawning_task<int> task;
  {
    busy_workers busy{rt};
    task = async_task::to<int>(rt).queue_timeout(1s).run([&] {
      ran = true;
      return 1;
    });
    time.advance(999ms);
    BOOST_TEST(task.status() == task_status::pending);
    time.advance(1ms);
    BOOST_TEST(task.status() == task_status::failed);
    BOOST_TEST((task.await().error().code() == error_code::timeout));
  }
  wait_until_idle(rt);
  BOOST_TEST(!ran);
}

BOOST_FIXTURE_TEST_CASE(a_task_that_has_started_has_left_the_queue, runtime_fixture) {
  auto task = async_task::to<int>(rt).queue_timeout(1s).run([](task_context ctx) -> async<int> {
    co_await ctx.sleep_for(10s);
    co_return 1;
  });
  advance(10s);
  BOOST_TEST(task.await().value() == 1);
}

BOOST_FIXTURE_TEST_CASE(limits_must_be_positive, runtime_fixture) {
  BOOST_CHECK_THROW(async_task::to<int>(rt).deadline(0s), std::invalid_argument);
  BOOST_CHECK_THROW(async_task::to<int>(rt).queue_timeout(-1s), std::invalid_argument);
}

BOOST_FIXTURE_TEST_CASE(a_deadline_beyond_all_time_is_none, runtime_fixture) {
  auto task =
      async_task::to<int>(rt).deadline(std::chrono::nanoseconds::max()).run([] { return 1; });
  BOOST_TEST(task.await().value() == 1);
}

BOOST_AUTO_TEST_SUITE_END()
