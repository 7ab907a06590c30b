// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// What people expect who come from Python: asyncio.TaskGroup. Each test
// names where the behaviour is laid down: a page and its section, or the name of a test of that
// project. Where sweet decides otherwise, the comment says so.

#include <sweet/sweet.hpp>
#include <sweet/testing/notes_cancellation.hpp>
#include <sweet/testing/runtime_fixture.hpp>
#include <sweet/testing/structured_bodies.hpp>
#include <sweet/testing/throws.hpp>

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <functional>
#include <stdexcept>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::crashes_after;
using sweet::testing::notes_cancellation;
using sweet::testing::nursery;
using sweet::testing::runtime_fixture;
using sweet::testing::throws;
using sweet::testing::value_after;
using sweet::testing::wait_until_idle;

BOOST_FIXTURE_TEST_SUITE(asyncio_test, runtime_fixture)

// Lib/test/test_asyncio/test_taskgroups.py, test_taskgroup_03: a member can be cancelled; the
// others go on.
BOOST_AUTO_TEST_CASE(a_cancelled_member_does_not_disturb_the_group) {
  auto task = rt.spawn([](task_context ctx) -> async<int> {
    auto t1 = ctx.spawn(value_after, 1s, 42);
    co_await ctx.sleep_for(1ms);
    t1.cancel();
    auto t2 = ctx.spawn(value_after, 1ms, 11);
    const bool stopped = (co_await t1.result()).error().code() == error_code::cancelled;
    co_return stopped ? co_await t2 : 0;
  });
  advance(2ms);
  BOOST_TEST(task.await().value() == 11);
}

// test_taskgroups.py, test_taskgroup_07: a cancelled group cancels its members and its body.
BOOST_AUTO_TEST_CASE(cancelling_the_group_cancels_its_members_and_its_body) {
  std::atomic<int> noted{0};
  auto task = rt.spawn([&](task_context ctx) -> async<void> {
    for (int i = 0; i < 5; ++i)
      static_cast<void>(ctx.spawn(notes_cancellation, std::ref(noted)));
    try {
      co_await stopped_as_error(ctx.sleep_for(24h));
    } catch (const cancelled&) {
      noted += 10;
      throw;
    }
  });
  wait_until_idle(rt);
  task.cancel();
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
  BOOST_TEST(noted == 15);
}

// test_taskgroups.py, test_taskgroup_14: the failure of an inner group goes through the outer one.
BOOST_AUTO_TEST_CASE(the_failure_of_an_inner_group_fails_the_outer_one) {
  std::atomic<int> noted{0};
  auto task = rt.spawn([&](task_context ctx) -> async<void> {
    static_cast<void>(ctx.spawn(notes_cancellation, std::ref(noted)));
    co_await ctx.scope(nursery, [](task_context own) -> async<void> {
      static_cast<void>(own.spawn(crashes_after, 1ms, "inner"));
      co_return;
    });
  });
  advance(1ms);
  BOOST_TEST(task.await().error().root_cause().message() == "inner");
  BOOST_TEST(noted == 1);
}

// test_taskgroups.py, test_taskgroup_18: a body that throws something else while it is cancelled
// has failed.
BOOST_AUTO_TEST_CASE(an_error_during_cancellation_is_a_failure) {
  auto task = rt.spawn([](task_context ctx) -> async<void> {
    try {
      co_await stopped_as_error(ctx.sleep_for(24h));
    } catch (const cancelled&) {
      throw std::runtime_error{"while it was cleaned up"};
    }
  });
  wait_until_idle(rt);
  task.cancel();
  const auto error = task.await().error();
  BOOST_TEST((error.code() == error_code::failure));
  BOOST_TEST(error.message() == "while it was cleaned up");
}

// test_taskgroups.py, test_taskgroup_15: a member crashes while the body, cancelled, still cleans
// up. Python then reports the cancellation; here the failure is not lost.
BOOST_AUTO_TEST_CASE(a_crash_while_a_cancelled_group_winds_up_is_not_lost) {
  auto task = rt.spawn([](task_context ctx) -> async<void> {
    static_cast<void>(ctx.spawn([](task_context own) -> async<void> {
      try {
        co_await stopped_as_error(own.sleep_for(24h));
      } catch (const cancelled&) {
      }
      throw std::runtime_error{"crash soon"};
    }));
    co_await ctx.sleep_for(24h);
  });
  wait_until_idle(rt);
  task.cancel();
  BOOST_TEST(task.await().error().root_cause().message() == "crash soon");
}

// test_taskgroups.py, test_taskgroup_02: members are added while others run.
BOOST_AUTO_TEST_CASE(members_come_while_others_run) {
  auto task = rt.spawn([](task_context ctx) -> async<int> {
    auto t1 = ctx.spawn(value_after, 10ms, 42);
    co_await ctx.sleep_for(5ms);
    auto t2 = ctx.spawn(value_after, 20ms, 11);
    co_return co_await t1 + co_await t2;
  });
  advance(25ms);
  BOOST_TEST(task.await().value() == 53);
}

BOOST_AUTO_TEST_SUITE_END()
