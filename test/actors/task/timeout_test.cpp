// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/sweet.hpp>
#include <sweet/testing/runtime_fixture.hpp>
#include <sweet/testing/waits_for_ever.hpp>

#include <atomic>
#include <stdexcept>
#include <thread>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::runtime_fixture;
using sweet::testing::waits_for_ever;

BOOST_FIXTURE_TEST_SUITE(timeout_test, runtime_fixture)

BOOST_AUTO_TEST_CASE(sleeping_takes_as_long_as_it_says) {
  auto task = spawn(rt, [](task_context ctx) -> async<int> {
    co_await ctx.sleep_for(100ms);
    co_return 1;
  });
  advance(99ms);
  BOOST_TEST(!task.is_done());
  advance(1ms);
  BOOST_TEST(task.await().value() == 1);
}

BOOST_AUTO_TEST_CASE(a_task_that_takes_too_long_fails_with_timeout) {
  auto task = async_task::to<void>(rt).timeout(30s).run(waits_for_ever);
  advance(29'999ms);
  BOOST_TEST(task.status() == task_status::running);
  advance(1ms);
  auto r = task.await();
  BOOST_TEST((r.error().code() == error_code::timeout));
  BOOST_TEST(r.error().message() == "not done after 30 s");
  BOOST_TEST(task.status() == task_status::failed);
}

BOOST_AUTO_TEST_CASE(a_task_in_time_is_not_disturbed) {
  auto task = async_task::to<int>(rt).timeout(1s).run([](task_context ctx) -> async<int> {
    co_await ctx.sleep_for(999ms);
    co_return 1;
  });
  advance(2s);
  BOOST_TEST(task.await().value() == 1);
}

BOOST_AUTO_TEST_CASE(the_children_count_in) {
  auto task = async_task::to<int>(rt).timeout(1s).run([](task_context ctx) {
    auto child = ctx.spawn(waits_for_ever);
    return 1;
  });
  advance(1s);
  BOOST_TEST((task.await().error().code() == error_code::timeout));
}

BOOST_AUTO_TEST_CASE(the_time_of_a_child_that_is_over_fails_its_parent) {
  auto task = spawn(rt, [](task_context ctx) -> async<void> {
    co_await async_task::to<void>(ctx).name("slow").timeout(1s).run(waits_for_ever);
  });
  advance(1s);
  auto error = task.await().error();
  BOOST_TEST((error.code() == error_code::failure));
  BOOST_TEST((error.cause().code() == error_code::timeout));
  BOOST_TEST(error.cause().name() == "slow");
}

BOOST_AUTO_TEST_CASE(clean_up_may_take_longer_than_the_timeout) {
  async_event cleaned;
  auto task = async_task::to<void>(rt).timeout(1s).run([&](task_context ctx) -> async<void> {
    try {
      co_await stopped_as_error(waits_for_ever(ctx));
    } catch (const cancelled&) {
    }
    co_await cleaned;
  });
  advance(1s);
  BOOST_TEST(!task.is_done());
  BOOST_TEST(task.status() == task_status::running);
  cleaned.set();
  BOOST_TEST((task.await().error().code() == error_code::timeout));
}

BOOST_AUTO_TEST_CASE(time_that_is_over_comes_before_a_child_that_has_failed_earlier) {
  async_event cleaned;
  auto task = async_task::to<void>(rt).timeout(1s).run([&](task_context ctx) -> async<void> {
    auto child = ctx.spawn([] { throw std::runtime_error{"failed"}; });
    try {
      co_await stopped_as_error(waits_for_ever(ctx));
    } catch (const cancelled&) {
    }
    co_await cleaned;
  });
  advance(1s);
  BOOST_TEST(!task.is_done());
  cleaned.set();
  BOOST_TEST((task.await().error().code() == error_code::timeout));
}

BOOST_AUTO_TEST_CASE(a_running_body_is_told_by_its_stop_token) {
  std::atomic<bool> runs{false};
  auto task = async_task::to<int>(rt).timeout(1s).run([&](task_context ctx) {
    auto token = ctx.stop_token();
    runs = true;
    while (!token.stop_requested())
      std::this_thread::yield();
    return 1;
  });
  while (!runs)
    std::this_thread::yield();
  time.advance(1s);
  BOOST_TEST((task.await().error().code() == error_code::timeout));
}

BOOST_AUTO_TEST_CASE(a_blocking_body_times_out, *boost::unit_test::timeout(30)) {
  std::atomic<bool> runs{false};
  auto task = async_task::to<int>(rt).blocking().timeout(1s).run([&](task_context ctx) {
    runs = true;
    while (!ctx.is_cancelled())
      std::this_thread::yield();
    return 1;
  });
  while (!runs)
    std::this_thread::yield();
  time.advance(1s);
  BOOST_TEST((task.await().error().code() == error_code::timeout));
}

BOOST_AUTO_TEST_CASE(the_time_runs_from_the_start_of_the_body) {
  std::atomic<bool> hold{true};
  std::atomic<int> busy{0};
  std::vector<spawning_task<void>> blockers;
  for (std::size_t i = 0; i < rt.workers(); ++i)
    blockers.push_back(spawn(rt, [&] {
      ++busy;
      while (hold)
        std::this_thread::yield();
    }));
  while (busy != static_cast<int>(rt.workers()))
    std::this_thread::yield();
  auto task = async_task::to<int>(rt).timeout(1s).run([] { return 1; });
  time.advance(1h);
  hold = false;
  BOOST_TEST(task.await().value() == 1);
  for (auto& blocker : blockers)
    BOOST_TEST(blocker.await().is_ok());
}

BOOST_AUTO_TEST_CASE(a_timeout_must_be_positive) {
  BOOST_CHECK_THROW(async_task::to<int>(rt).timeout(0s), std::invalid_argument);
  BOOST_CHECK_THROW(async_task::to<int>(rt).timeout(-1s), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
