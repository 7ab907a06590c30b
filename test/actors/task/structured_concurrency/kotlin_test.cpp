// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// What people expect who come from Kotlin coroutines. Each test
// names where the behaviour is laid down: a page and its section, or the name of a test of that
// project. Where sweet decides otherwise, the comment says so.

#include <sweet/sweet.hpp>
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
using sweet::testing::notes_cancellation;
using sweet::testing::runtime_fixture;
using sweet::testing::supervisor_scope;
using sweet::testing::throws;
using sweet::testing::value_after;
using sweet::testing::wait_until_idle;
using sweet::testing::waits_for_ever;

BOOST_FIXTURE_TEST_SUITE(kotlin_test, runtime_fixture)

// kotlinx-coroutines-core/common/test/SupervisorTest.kt, testSupervisorScope; "Coroutine exceptions
// handling", section "Supervision scope".
BOOST_AUTO_TEST_CASE(in_a_supervisor_scope_a_failing_child_leaves_its_siblings_alone) {
  auto task = rt.spawn([](task_context ctx) -> async<int> {
    co_return co_await ctx.scope(supervisor_scope, [](task_context own) -> async<int> {
      auto bad = own.spawn(crashes_after, 1ms, "ignored");
      auto good = own.spawn(value_after, 5ms, 3);
      co_return co_await good;
    });
  });
  advance(5ms);
  BOOST_TEST(task.await().value() == 3);
}

// SupervisorTest.kt, testThrowingSupervisorScope.
BOOST_AUTO_TEST_CASE(a_supervisor_scope_whose_own_body_throws_cancels_its_children) {
  std::atomic<int> noted{0};
  auto task = rt.spawn([&](task_context ctx) -> async<std::string> {
    auto outcome = co_await ctx
                       .scope(supervisor_scope,
                              [&](task_context own) -> async<void> {
                                auto child = own.spawn(notes_cancellation, std::ref(noted));
                                co_await own.sleep_for(1ms);
                                throw std::runtime_error{"body"};
                              })
                       .result();
    co_return outcome.error().message();
  });
  advance(1ms);
  BOOST_TEST(task.await().value() == "body");
  BOOST_TEST(noted == 1);
}

// SupervisorTest.kt, testSupervisorScopeExternalCancellation.
BOOST_AUTO_TEST_CASE(cancellation_from_outside_goes_through_a_supervisor_scope) {
  std::atomic<int> noted{0};
  auto task = rt.spawn([&](task_context ctx) -> async<void> {
    co_await ctx.scope(supervisor_scope, [&](task_context own) -> async<void> {
      auto child = own.spawn(notes_cancellation, std::ref(noted));
      co_await child;
    });
  });
  wait_until_idle(rt);
  task.cancel();
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
  BOOST_TEST(noted == 1);
}

// CoroutineScopeTest.kt, testAsyncCancellationFirst and testAsyncCancellationSecond; "Composing
// suspending functions", section "Structured concurrency with async".
BOOST_AUTO_TEST_CASE(of_a_sum_in_parallel_the_failing_part_cancels_the_other_one) {
  std::atomic<int> noted{0};
  auto failed_sum = [&](task_context ctx) -> async<int> {
    auto one = ctx.spawn([&](task_context own) -> async<int> {
      co_await notes_cancellation(own, noted);
      co_return 42;
    });
    auto two = ctx.spawn([](task_context own) -> async<int> {
      co_await crashes_after(own, 1ms, "arithmetic");
      co_return 0;
    });
    co_return co_await one + co_await two;
  };
  auto task = rt.spawn(failed_sum);
  advance(1ms);
  BOOST_TEST(task.await().error().root_cause().message() == "arithmetic");
  BOOST_TEST(noted == 1);
}

// AsyncTest.kt, testParallelDecompositionCaughtExceptionWithInheritedParent: to catch what await()
// throws does not save the scope.
BOOST_AUTO_TEST_CASE(a_catch_all_around_an_await_does_not_save_the_scope) {
  std::atomic<bool> caught{false};
  auto task = rt.spawn([&](task_context ctx) -> async<int> {
    auto child = ctx.spawn(crashes_after, 0ns, "decomposition");
    try {
      co_await child;
    } catch (...) {
      caught = true;
    }
    co_return 5;
  });
  BOOST_TEST(task.await().error().cause().message() == "decomposition");
  BOOST_TEST(caught);
}

// "Coroutine exceptions handling", section "Cancellation and exceptions": an exception of a child
// cancels its parent with that exception, whether or not somebody awaits the child.
BOOST_AUTO_TEST_CASE(a_failure_counts_also_if_the_result_was_dropped) {
  auto task = rt.spawn([](task_context ctx) -> async<int> {
    static_cast<void>(ctx.spawn(crashes_after, 0ns, "dropped"));
    co_return 1;
  });
  BOOST_TEST(task.await().error().cause().message() == "dropped");
}

// AsyncTest.kt, testDeferWithTwoWaiters.
BOOST_AUTO_TEST_CASE(a_deferred_value_has_any_number_of_waiters) {
  auto deferred = rt.spawn(value_after, 5ms, 42);
  auto waits = [&]() -> async<int> { co_return co_await deferred; };
  auto a = rt.spawn(waits);
  auto b = rt.spawn(waits);
  advance(5ms);
  BOOST_TEST(a.await().value() == 42);
  BOOST_TEST(b.await().value() == 42);
}

// "Coroutine exceptions handling", section "Cancellation and exceptions": a child can be cancelled
// without its parent.
BOOST_AUTO_TEST_CASE(cancelling_a_child_does_not_cancel_its_parent) {
  std::atomic<int> noted{0};
  auto task = rt.spawn([&](task_context ctx) -> async<bool> {
    auto child = ctx.spawn(notes_cancellation, std::ref(noted));
    co_await ctx.sleep_for(1ms);
    child.cancel();
    auto outcome = co_await child.result();
    co_await ctx.yield();
    co_return outcome.error().code() == error_code::cancelled && !ctx.is_cancelled();
  });
  advance(1ms);
  BOOST_TEST(task.await().value());
  BOOST_TEST(noted == 1);
}

// Same section: the parent handles the exception only when all its children have ended.
BOOST_AUTO_TEST_CASE(a_failure_is_known_outside_only_after_the_siblings_have_cleaned_up) {
  async_event cleaned_up;
  auto task = rt.spawn([&](task_context ctx) -> async<void> {
    static_cast<void>(ctx.spawn([&](task_context own) -> async<void> {
      bool stopped = false;
      try {
        co_await stopped_as_error(waits_for_ever(own));
      } catch (const cancelled&) {
        stopped = true;
      }
      while (stopped && !cleaned_up.is_set())
        co_await sweet::detail::event_access::wait_shielded(cleaned_up, own.level());
    }));
    static_cast<void>(ctx.spawn(crashes_after, 1ms, "second child"));
    co_return;
  });
  advance(1ms);
  BOOST_TEST(!task.is_done());
  cleaned_up.set();
  BOOST_TEST(task.await().error().cause().message() == "second child");
}

// NonCancellableTest.kt, testNonCancellableFinally and testNonCancellable: behind the block the
// cancellation shows again.
BOOST_AUTO_TEST_CASE(behind_a_shield_the_cancellation_shows) {
  std::string seen;
  auto task = rt.spawn([&](task_context ctx) -> async<void> {
    co_await ctx.shield(24h, [&](task_context own) -> async<void> {
      co_await own.sleep_for(5ms);
      seen += "inside ";
    });
    seen += "behind ";
    co_await ctx.yield();
    seen += "never";
  });
  wait_until_idle(rt);
  task.cancel();
  advance(5ms);
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
  BOOST_TEST(seen == "inside behind ");
}

// WithTimeoutOrNullTest.kt, testOuterTimeout: its inner timeouts only end the inner block.
BOOST_AUTO_TEST_CASE(an_inner_timeout_ends_the_inner_block_only) {
  auto task = rt.spawn([](task_context ctx) -> async<int> {
    co_return co_await ctx.with_timeout(100ms, [](task_context own) -> async<int> {
      auto inner = co_await own.with_timeout(10ms, waits_for_ever).result();
      co_return inner.error().code() == error_code::timeout ? 1 : 0;
    });
  });
  advance(10ms);
  BOOST_TEST(task.await().value() == 1);
}

// Trio's core functionality, section "A simple timeout example": of nested scopes only the one that
// has triggered the cancellation catches it. WithTimeoutOrNullTest.kt, testOuterTimeout.
BOOST_AUTO_TEST_CASE(an_outer_timeout_is_not_taken_for_the_inner_one) {
  std::string seen;
  auto task = rt.spawn([&](task_context ctx) -> async<error_code> {
    auto outcome =
        co_await ctx
            .with_timeout(10ms,
                          [&](task_context own) -> async<void> {
                            try {
                              co_await stopped_as_error(own.with_timeout(100ms, waits_for_ever));
                            } catch (const task_failure&) {
                              seen = "the inner one";
                            } catch (const cancelled&) {
                              seen = "the outer one";
                              throw;
                            }
                          })
            .result();
    co_return outcome.error().code();
  });
  advance(10ms);
  BOOST_TEST((task.await().value() == error_code::timeout));
  BOOST_TEST(seen == "the outer one");
}

// WithTimeoutTest.kt, testSuppressExceptionWithResult: to swallow the cancellation does not undo
// the timeout.
BOOST_AUTO_TEST_CASE(a_body_that_swallows_its_timeout_has_timed_out_all_the_same) {
  auto task = rt.spawn([](task_context ctx) -> async<error_code> {
    auto outcome = co_await ctx
                       .with_timeout(5ms,
                                     [](task_context own) -> async<std::string> {
                                       try {
                                         co_await stopped_as_error(own.sleep_for(24h));
                                       } catch (const cancelled&) {
                                       }
                                       co_return "OK";
                                     })
                       .result();
    co_return outcome.error().code();
  });
  advance(5ms);
  BOOST_TEST((task.await().value() == error_code::timeout));
}

// StructuredTaskScopeTest.java (see below), testForkAfterCancel2: it should not run. In Trio
// (test_precancelled_task) such a child runs up to its first wait.
BOOST_AUTO_TEST_CASE(a_child_that_is_started_during_cancellation_never_runs) {
  std::atomic<bool> ran{false};
  auto task = rt.spawn([&](task_context ctx) -> async<error_code> {
    try {
      co_await stopped_as_error(waits_for_ever(ctx));
    } catch (const cancelled&) {
    }
    auto child = ctx.spawn([&] { ran = true; });
    auto outcome = co_await child.result();
    co_return outcome.error().code();
  });
  wait_until_idle(rt);
  task.cancel();
  BOOST_TEST((task.await().value() == error_code::cancelled));
  BOOST_TEST(!ran);
}

BOOST_AUTO_TEST_SUITE_END()
