// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// What people expect who come from Java: StructuredTaskScope. Each test
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
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::crashes_after;
using sweet::testing::notes_cancellation;
using sweet::testing::nursery;
using sweet::testing::runtime_fixture;
using sweet::testing::throws;
using sweet::testing::value_after;
using sweet::testing::wait_until_idle;

BOOST_FIXTURE_TEST_SUITE(java_test, runtime_fixture)

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
        co_await sweet::detail::event_access::wait_shielded(until, cancellation_level::graceful);
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
      co_await stopped_as_error(child);
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

BOOST_AUTO_TEST_SUITE_END()
