// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// What people expect who come from Swift: SE-0304, Structured concurrency. Each test
// names where the behaviour is laid down: a page and its section, or the name of a test of that
// project. Where sweet decides otherwise, the comment says so.

#include <sweet/sweet.hpp>
#include <sweet/testing/runtime_fixture.hpp>
#include <sweet/testing/structured_bodies.hpp>
#include <sweet/testing/waits_for_ever.hpp>

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <stop_token>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::nursery;
using sweet::testing::runtime_fixture;
using sweet::testing::wait_until_idle;
using sweet::testing::waits_for_ever;

BOOST_FIXTURE_TEST_SUITE(swift_test, runtime_fixture)

// proposals/0304-structured-concurrency.md, section "Cancellation": once the flag is set it is
// never cleared.
BOOST_AUTO_TEST_CASE(that_a_task_is_cancelled_is_never_forgotten) {
  auto task = rt.spawn([](task_context ctx) -> async<bool> {
    try {
      co_await stopped_as_error(waits_for_ever(ctx));
    } catch (const cancelled&) {
    }
    co_await ctx.yield(); // thrown once
    co_return ctx.is_cancelled();
  });
  wait_until_idle(rt);
  task.cancel();
  BOOST_TEST(task.await().value());
}

// Same section: cancellation handlers are run. Swift runs them at once; on_cancel() runs when the
// body is gone, and std::stop_callback at once.
BOOST_AUTO_TEST_CASE(cancellation_handlers_run) {
  std::atomic<int> at_once{0};
  std::atomic<int> in_the_end{0};
  auto task = rt.spawn([&](task_context ctx) -> async<void> {
    std::stop_callback callback{ctx.stop_token(), [&] { ++at_once; }};
    ctx.on_cancel([&] { in_the_end += 1; });
    ctx.on_cancel([&]() -> async<void> {
      in_the_end += 10;
      co_return;
    });
    co_await waits_for_ever(ctx);
  });
  wait_until_idle(rt);
  task.cancel();
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
  BOOST_TEST(at_once == 1);
  BOOST_TEST(in_the_end == 11);
}

// Section "Task groups and child tasks": children that nobody awaits are awaited at the end of the
// scope.
BOOST_AUTO_TEST_CASE(children_are_awaited_at_the_end_of_their_scope) {
  std::atomic<bool> child_ended{false};
  auto task = rt.spawn([&](task_context ctx) -> async<bool> {
    co_await ctx.scope(nursery, [&](task_context own) {
      static_cast<void>(own.spawn([&](task_context inner) -> async<void> {
        co_await inner.sleep_for(5ms);
        child_ended = true;
      }));
    });
    co_return child_ended.load();
  });
  advance(5ms);
  BOOST_TEST(task.await().value());
}

BOOST_AUTO_TEST_SUITE_END()
