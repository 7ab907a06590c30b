// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// What people expect who come from Trio. Each test
// names where the behaviour is laid down: a page and its section, or the name of a test of that
// project. Where sweet decides otherwise, the comment says so.

#include <sweet/sweet.hpp>
#include <sweet/testing/expect.hpp>
#include <sweet/testing/notes_cancellation.hpp>
#include <sweet/testing/runtime_fixture.hpp>
#include <sweet/testing/structured_bodies.hpp>
#include <sweet/testing/throws.hpp>
#include <sweet/testing/waits_for_ever.hpp>

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <functional>
#include <stdexcept>
#include <string>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::crashes_after;
using sweet::testing::expect;
using sweet::testing::notes_cancellation;
using sweet::testing::nursery;
using sweet::testing::runtime_fixture;
using sweet::testing::throws;
using sweet::testing::value_after;
using sweet::testing::wait_until_idle;
using sweet::testing::waits_for_ever;

BOOST_FIXTURE_TEST_SUITE(trio_test, runtime_fixture)

// src/trio/_core/_tests/test_run.py, test_child_crash_basic; docs, "Trio's core functionality",
// section "Nurseries and spawning".
BOOST_AUTO_TEST_CASE(a_crash_in_a_nursery_comes_out_of_the_nursery) {
  auto task = rt.spawn([](task_context ctx) -> async<std::string> {
    auto outcome = co_await ctx
                       .scope(nursery,
                              [](task_context own) -> async<void> {
                                static_cast<void>(own.spawn(crashes_after, 0ns, "uh oh"));
                                co_return;
                              })
                       .result();
    co_return outcome.error().root_cause().message();
  });
  BOOST_TEST(task.await().value() == "uh oh");
}

// test_run.py, test_child_crash_wakes_parent.
BOOST_AUTO_TEST_CASE(a_crash_wakes_the_body_of_the_nursery) {
  std::atomic<int> woken{0};
  auto task = rt.spawn([&](task_context ctx) -> async<std::string> {
    auto outcome = co_await ctx
                       .scope(nursery,
                              [&](task_context own) -> async<void> {
                                static_cast<void>(own.spawn(crashes_after, 1ms, "a crash"));
                                co_await notes_cancellation(own, woken);
                              })
                       .result();
    co_return outcome.error().root_cause().message();
  });
  advance(1ms);
  BOOST_TEST(task.await().value() == "a crash");
  BOOST_TEST(woken == 1);
}

// test_run.py, test_two_child_crashes. Trio raises a group of both; here the failure that came
// first is the cause, and each is on its handle.
BOOST_AUTO_TEST_CASE(of_two_crashes_the_first_is_the_reason) {
  auto task = rt.spawn([](task_context ctx) -> async<std::string> {
    auto outcome = co_await ctx
                       .scope(nursery,
                              [](task_context own) -> async<void> {
                                static_cast<void>(own.spawn(crashes_after, 1ms, "first"));
                                static_cast<void>(own.spawn(crashes_after, 2ms, "second"));
                                co_await waits_for_ever(own);
                              })
                       .result();
    co_return outcome.error().cause().message();
  });
  advance(2ms);
  BOOST_TEST(task.await().value() == "first");
}

// test_run.py, test_nursery_main_block_error_basic, and docs, section "Child tasks and
// cancellation": the children are cancelled, and awaited before the error goes on.
BOOST_AUTO_TEST_CASE(an_error_in_the_body_cancels_the_children_and_waits_for_them) {
  std::atomic<int> noted{0};
  auto task = rt.spawn([&](task_context ctx) -> async<std::string> {
    try {
      co_await ctx.scope(nursery, [&](task_context own) -> async<void> {
        auto a = own.spawn(notes_cancellation, std::ref(noted));
        auto b = own.spawn(notes_cancellation, std::ref(noted));
        co_await own.sleep_for(1ms);
        throw std::runtime_error{"whoops"};
      });
    } catch (const task_failure& e) {
      co_return noted == 2 ? e.error().message() : "children were left behind";
    }
    co_return "nothing thrown";
  });
  advance(1ms);
  BOOST_TEST(task.await().value() == "whoops");
}

// test_run.py, test_cancel_inheritance.
BOOST_AUTO_TEST_CASE(cancellation_reaches_the_leaves_of_nested_nurseries) {
  std::atomic<int> leaves{0};
  auto worker = [&](task_context ctx) -> async<void> {
    co_await ctx.scope(nursery, [&](task_context own) -> async<void> {
      static_cast<void>(own.spawn(notes_cancellation, std::ref(leaves)));
      static_cast<void>(own.spawn(notes_cancellation, std::ref(leaves)));
      co_return;
    });
  };
  auto task = rt.spawn([&](task_context ctx) -> async<void> {
    auto first = ctx.spawn(worker);
    static_cast<void>(ctx.spawn(worker));
    co_await first;
  });
  wait_until_idle(rt);
  task.cancel();
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
  BOOST_TEST(leaves == 4);
}

// test_run.py, test_cancel_shielding; docs, section "Cancellation semantics": clean-up that has to
// wait goes into a shield.
BOOST_AUTO_TEST_CASE(shielded_clean_up_can_wait) {
  std::atomic<bool> said_goodbye{false};
  auto task = rt.spawn([&](task_context ctx) -> async<void> {
    bool stopped = false;
    try {
      co_await stopped_as_error(ctx.sleep_for(24h));
    } catch (const cancelled&) {
      stopped = true;
    }
    if (stopped)
      co_await ctx.shield(1s, [&](task_context own) -> async<void> {
        co_await own.sleep_for(10ms);
        said_goodbye = true;
      });
    throw cancelled{};
  });
  wait_until_idle(rt);
  task.cancel();
  wait_until_idle(rt);
  BOOST_TEST(!said_goodbye);
  advance(10ms);
  BOOST_TEST(said_goodbye);
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
}

// src/trio/_tests/test_timeouts.py, test_move_on_after.
BOOST_AUTO_TEST_CASE(move_on_after_goes_on_behind_the_block) {
  auto task = rt.spawn([](task_context ctx) -> async<int> {
    auto slow = co_await ctx.with_timeout(5ms, waits_for_ever).result();
    auto fast = co_await ctx.with_timeout(
        5ms, [](task_context own) -> async<int> { return value_after(own, 1ms, 7); });
    co_return slow.is_err() ? fast : 0;
  });
  advance(6ms);
  BOOST_TEST(task.await().value() == 7);
}

// test_timeouts.py, test_fail (fail_after).
BOOST_AUTO_TEST_CASE(fail_after_throws_that_it_was_too_slow) {
  auto task = rt.spawn([](task_context ctx) -> async<error_code> {
    try {
      co_await ctx.with_timeout(5ms, waits_for_ever);
    } catch (const task_failure& e) {
      co_return e.error().code();
    }
    co_return error_code::unknown;
  });
  advance(5ms);
  BOOST_TEST((task.await().value() == error_code::timeout));
}

// test_timeouts.py, test_move_on_after_moves_on_even_if_shielded.
BOOST_AUTO_TEST_CASE(a_timeout_ends_a_shield_within_it) {
  auto task = rt.spawn([](task_context ctx) -> async<error_code> {
    auto outcome = co_await ctx
                       .shield(24h,
                               [](task_context own) -> async<void> {
                                 co_await own.with_timeout(5ms, waits_for_ever);
                               })
                       .result();
    co_return outcome.error().root_cause().code();
  });
  wait_until_idle(rt);
  task.cancel();
  advance(5ms);
  BOOST_TEST((task.await().value() == error_code::timeout));
}

// test_timeouts.py, test_timeouts_raise_value_error.
BOOST_AUTO_TEST_CASE(a_timeout_that_makes_no_sense_is_refused) {
  auto task = rt.spawn([](task_context ctx) {
    expect(throws<std::invalid_argument>([&] { return ctx.with_timeout(-1ns, waits_for_ever); }));
    expect(throws<std::invalid_argument>([&] { return ctx.shield(0ns, waits_for_ever); }));
  });
  BOOST_TEST(task.await().is_ok());
}

BOOST_AUTO_TEST_SUITE_END()
