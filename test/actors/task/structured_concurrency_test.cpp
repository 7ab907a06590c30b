// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// What people expect who come from other libraries of structured concurrency. Each test names where
// the behaviour is laid down: a page and its section, or the name of a test of that project. Where
// sweet decides otherwise, the comment says so.

#include <sweet/sweet.hpp>
#include <sweet/testing/expect.hpp>
#include <sweet/testing/runtime_fixture.hpp>
#include <sweet/testing/throws.hpp>

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::expect;
using sweet::testing::runtime_fixture;
using sweet::testing::throws;
using sweet::testing::wait_until_idle;

namespace structured_concurrency_test {
namespace {

constexpr auto nursery = child_failure::fail_fast;
constexpr auto supervisor_scope = child_failure::collect;

async<void> sleeps_for_ever(task_context ctx) {
  for (;;)
    co_await ctx.sleep_for(24h);
}

async<void> crashes_after(task_context ctx, std::chrono::nanoseconds d, std::string why) {
  if (d.count() != 0)
    co_await ctx.sleep_for(d);
  throw std::runtime_error{why};
}

async<int> value_after(task_context ctx, std::chrono::nanoseconds d, int x) {
  co_await ctx.sleep_for(d);
  co_return x;
}

// Sleeps for ever, and counts that it was cancelled.
async<void> notes_cancellation(task_context ctx, std::atomic<int>& noted) {
  try {
    co_await sleeps_for_ever(ctx);
  } catch (const cancelled&) {
    ++noted;
    throw;
  }
}

} // namespace
} // namespace structured_concurrency_test

BOOST_FIXTURE_TEST_SUITE(structured_concurrency_test, runtime_fixture)

// -- Trio --------------------------------------------------------------------------------------

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
                                co_await sleeps_for_ever(own);
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
      co_await ctx.sleep_for(24h);
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
    auto slow = co_await ctx.with_timeout(5ms, sleeps_for_ever).result();
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
      co_await ctx.with_timeout(5ms, sleeps_for_ever);
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
                                 co_await own.with_timeout(5ms, sleeps_for_ever);
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
    expect(throws<std::invalid_argument>([&] { return ctx.with_timeout(-1ns, sleeps_for_ever); }));
    expect(throws<std::invalid_argument>([&] { return ctx.shield(0ns, sleeps_for_ever); }));
  });
  BOOST_TEST(task.await().is_ok());
}

// -- Kotlin coroutines -------------------------------------------------------------------------

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
        co_await sleeps_for_ever(own);
      } catch (const cancelled&) {
        stopped = true;
      }
      while (stopped && !cleaned_up.is_set())
        co_await cleaned_up.wait_shielded(own.level());
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
      auto inner = co_await own.with_timeout(10ms, sleeps_for_ever).result();
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
    auto outcome = co_await ctx
                       .with_timeout(10ms,
                                     [&](task_context own) -> async<void> {
                                       try {
                                         co_await own.with_timeout(100ms, sleeps_for_ever);
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
                                         co_await own.sleep_for(24h);
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
      co_await sleeps_for_ever(ctx);
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

// -- Java: StructuredTaskScope -----------------------------------------------------------------

// test/jdk/java/util/concurrent/StructuredTaskScope/StructuredTaskScopeTest.java,
// testAnySuccessfulOrThrow5.
BOOST_AUTO_TEST_CASE(any_successful_looks_past_failures) {
  auto task = rt.spawn([](task_context ctx) -> async<int> {
    auto fails = [](task_context own) -> async<int> {
      co_await crashes_after(own, 0ns, "foo");
      co_return 0;
    };
    auto first = co_await when_any(value_after(ctx, 5ms, 7), fails(ctx));
    co_return first.value;
  });
  advance(5ms);
  BOOST_TEST(task.await().value() == 7);
}

// StructuredTaskScopeTest.java, testAnySuccessfulOrThrow4 and, with no subtask at all,
// testAnySuccessfulOrThrow1.
BOOST_AUTO_TEST_CASE(any_successful_without_a_success_throws) {
  auto task = rt.spawn([](task_context ctx) -> async<std::string> {
    auto failed = co_await when_any(crashes_after(ctx, 0ns, "foo")).result();
    auto none = co_await when_any(std::vector<async<int>>{}).result();
    co_return failed.error().cause().message() + ' ' + std::string{to_string(none.error().code())};
  });
  BOOST_TEST(task.await().value() == "foo invalid_data");
}

// StructuredTaskScopeTest.java, testAllSuccessfulOrThrow4: a timeout around subtasks.
BOOST_AUTO_TEST_CASE(a_timeout_around_subtasks_cancels_those_that_are_left) {
  std::atomic<int> noted{0};
  auto task = rt.spawn([&](task_context ctx) -> async<error_code> {
    auto outcome = co_await ctx
                       .with_timeout(10ms,
                                     [&](task_context own) -> async<int> {
                                       auto [a, b] =
                                           co_await when_all(value_after(own, 1ms, 1),
                                                             notes_cancellation(own, noted));
                                       co_return a;
                                     })
                       .result();
    co_return outcome.error().code();
  });
  advance(10ms);
  BOOST_TEST((task.await().value() == error_code::timeout));
  BOOST_TEST(noted == 1);
}

// StructuredTaskScopeTest.java, testInterruptClose1: what goes on after it was interrupted is
// waited for.
BOOST_AUTO_TEST_CASE(a_straggler_is_waited_for) {
  async_event done;
  auto task = rt.spawn([&](task_context ctx) -> async<int> {
    auto straggler = [](async_event& until) -> async<int> {
      while (!until.is_set())
        co_await until.wait_shielded(cancellation_level::graceful);
      co_return 1;
    };
    co_return (co_await race(straggler(done), value_after(ctx, 1ms, 2))).value;
  });
  advance(1ms);
  BOOST_TEST(!task.is_done());
  done.set();
  BOOST_TEST(task.await().value() == 2);
}

// StructuredTaskScopeTest.java, testForkAfterJoinInterrupted: the join throws. That the subtasks
// are cancelled, too, is ours.
BOOST_AUTO_TEST_CASE(cancel_while_joining) {
  std::atomic<int> noted{0};
  std::atomic<bool> join_was_interrupted{false};
  auto task = rt.spawn([&](task_context ctx) -> async<void> {
    auto child = ctx.spawn(notes_cancellation, std::ref(noted));
    try {
      co_await child;
    } catch (const cancelled&) {
      join_was_interrupted = true;
      throw;
    }
  });
  wait_until_idle(rt);
  task.cancel();
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
  BOOST_TEST(join_was_interrupted);
  BOOST_TEST(noted == 1);
}

// StructuredTaskScopeTest.java, testOnCompleteThrows: what a callback throws goes to the handler of
// uncaught exceptions, and changes nothing else.
BOOST_AUTO_TEST_CASE(an_exception_in_a_callback_harms_nobody) {
  std::mutex mutex;
  std::vector<std::string> lines;
  runtime logged{runtime_options{.workers = 1, .log = [&](const log_record& r) {
                                   std::lock_guard guard{mutex};
                                   lines.push_back(r.text);
                                 }}};
  auto task = logged.spawn([] { return 3; });
  task.on_done([](task_result<int>) { throw std::runtime_error{"foo"}; });
  BOOST_TEST(task.await().value() == 3);
  wait_until_idle(logged);
  std::lock_guard guard{mutex};
  BOOST_REQUIRE(lines.size() == 1u);
  BOOST_TEST(lines.front().find("foo") != std::string::npos);
}

// StructuredTaskScopeTest.java, testJoinWithNoSubtasks.
BOOST_AUTO_TEST_CASE(a_join_without_subtasks_returns) {
  auto task = rt.spawn([](task_context ctx) -> async<void> {
    co_await ctx.scope(nursery, [](task_context) {});
    co_await when_all();
    task_group<int> group{ctx};
    co_await group.next();
  });
  BOOST_TEST(task.await().is_ok());
}

// -- Tokio: JoinSet, CancellationToken, abort --------------------------------------------------

// tokio/tests/task_join_set.rs, abort_all: half of the tasks have ended before.
BOOST_AUTO_TEST_CASE(abort_all_spares_what_has_ended) {
  auto task = rt.spawn([](task_context ctx) -> async<std::pair<int, int>> {
    task_group<void> set{ctx};
    for (int i = 0; i < 5; ++i)
      set.spawn([] {});
    for (int i = 0; i < 5; ++i)
      set.spawn(sleeps_for_ever);
    co_await ctx.sleep_for(1ms);
    set.cancel();
    std::pair<int, int> completed_and_cancelled;
    while (auto outcome = co_await set.next())
      ++(outcome->is_ok() ? completed_and_cancelled.first : completed_and_cancelled.second);
    co_return completed_and_cancelled;
  });
  advance(1ms);
  const auto [completed, aborted] = task.await().value();
  BOOST_TEST(completed == 5);
  BOOST_TEST(aborted == 5);
}

// task_join_set.rs, abort_tasks: every second one is aborted.
BOOST_AUTO_TEST_CASE(single_tasks_of_a_set_can_be_aborted) {
  auto task = rt.spawn([](task_context ctx) -> async<std::pair<int, int>> {
    std::vector<child_task<int>> set;
    for (int i = 0; i < 16; ++i) {
      set.push_back(ctx.spawn(value_after, (i + 1) * 1s, i));
      if (i % 2 != 0)
        set.back().cancel();
    }
    std::pair<int, int> completed_and_cancelled;
    for (const auto& outcome : co_await when_all_settled(std::move(set))) {
      if (outcome.is_ok() && outcome.value() % 2 == 0)
        ++completed_and_cancelled.first;
      else if (outcome.error().code() == error_code::cancelled)
        ++completed_and_cancelled.second;
    }
    co_return completed_and_cancelled;
  });
  advance(16s);
  BOOST_TEST((task.await().value() == std::pair{8, 8}));
}

// task_join_set.rs, alternating: tasks are added while others are taken.
BOOST_AUTO_TEST_CASE(a_set_is_filled_while_it_is_drained) {
  auto task = rt.spawn([](task_context ctx) -> async<int> {
    task_group<void> set{ctx};
    int taken = 0;
    set.spawn([] {});
    set.spawn([] {});
    for (int i = 0; i < 16; ++i) {
      taken += (co_await set.next())->is_ok();
      set.spawn([] {});
    }
    co_return taken == 16 ? static_cast<int>(set.size()) : -1;
  });
  BOOST_TEST(task.await().value() == 2);
}

// tokio/tests/task_abort.rs, test_abort_wakes_task_3964: abort wakes a sleeping task, also if its
// handle is dropped at once, and what it holds is freed.
BOOST_AUTO_TEST_CASE(abort_wakes_a_sleeper_and_frees_what_it_holds) {
  auto owned = std::make_shared<int>(1);
  std::weak_ptr<int> watch = owned;
  auto task = rt.spawn(
      [](task_context ctx, std::shared_ptr<int> held) -> async<int> {
        co_await ctx.sleep_for(24h);
        co_return *held;
      },
      std::move(owned));
  wait_until_idle(rt);
  BOOST_TEST(!watch.expired());
  task.cancel();
  task = {};
  wait_until_idle(rt);
  BOOST_TEST(watch.expired());
}

// tokio-util/tests/sync_cancellation_token.rs, cancel_only_all_descendants.
BOOST_AUTO_TEST_CASE(only_descendants_are_cancelled) {
  std::atomic<int> below{0};
  std::atomic<int> beside{0};
  async_event go;
  auto task = rt.spawn([&](task_context ctx) -> async<int> {
    auto sibling = ctx.spawn(notes_cancellation, std::ref(beside));
    auto branch = ctx.spawn([&](task_context own) -> async<void> {
      static_cast<void>(own.spawn([&](task_context inner) -> async<void> {
        co_await inner.spawn(notes_cancellation, std::ref(below));
      }));
      co_await notes_cancellation(own, below);
    });
    co_await ctx.sleep_for(1ms);
    branch.cancel();
    co_await branch.result();
    const int noted = below * 10 + beside;
    sibling.cancel();
    co_return noted;
  });
  advance(1ms);
  BOOST_TEST(task.await().value() == 20);
}

// sync_cancellation_token.rs, create_child_token_after_parent_was_cancelled.
BOOST_AUTO_TEST_CASE(a_token_made_after_the_cancellation_is_cancelled) {
  auto task = rt.spawn([](task_context ctx) -> async<bool> {
    try {
      co_await sleeps_for_ever(ctx);
    } catch (const cancelled&) {
    }
    co_return ctx.stop_token().stop_requested();
  });
  wait_until_idle(rt);
  task.cancel();
  BOOST_TEST(task.await().value());
}

// -- Swift: SE-0304, Structured concurrency ----------------------------------------------------

// proposals/0304-structured-concurrency.md, section "Cancellation": once the flag is set it is
// never cleared.
BOOST_AUTO_TEST_CASE(that_a_task_is_cancelled_is_never_forgotten) {
  auto task = rt.spawn([](task_context ctx) -> async<bool> {
    try {
      co_await sleeps_for_ever(ctx);
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
    co_await sleeps_for_ever(ctx);
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

// -- Python: asyncio.TaskGroup -----------------------------------------------------------------

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
      co_await ctx.sleep_for(24h);
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
      co_await ctx.sleep_for(24h);
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
        co_await own.sleep_for(24h);
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
