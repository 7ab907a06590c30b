// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/sweet.hpp>
#include <sweet/testing/notes_cancellation.hpp>
#include <sweet/testing/runtime_fixture.hpp>

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::notes_cancellation;
using sweet::testing::runtime_fixture;
using sweet::testing::wait_until_idle;

namespace when_any_test {
namespace {

async<int> value_after(task_context ctx, std::chrono::nanoseconds d, int x) {
  co_await ctx.sleep_for(d);
  co_return x;
}

async<std::string> text_after(task_context ctx, std::chrono::nanoseconds d, std::string x) {
  co_await ctx.sleep_for(d);
  co_return x;
}

async<void> end_after(task_context ctx, std::chrono::nanoseconds d) {
  co_await ctx.sleep_for(d);
}

async<int> failure_after(task_context ctx, std::chrono::nanoseconds d, std::string why) {
  co_await ctx.sleep_for(d);
  throw std::runtime_error{why};
  co_return 0;
}

async<int> waits(task_context ctx, std::atomic<int>& cancelled_ones) {
  co_await notes_cancellation(ctx, cancelled_ones);
  co_return 0;
}

} // namespace
} // namespace when_any_test

BOOST_FIXTURE_TEST_SUITE(when_any_test, runtime_fixture)

BOOST_AUTO_TEST_CASE(the_first_success_wins_and_the_others_are_cancelled) {
  std::atomic<int> cancelled_ones{0};
  auto task = rt.spawn([&](task_context ctx) -> async<winner<int>> {
    auto first = co_await when_any(waits(ctx, cancelled_ones), failure_after(ctx, 1ms, "lost"),
                                   value_after(ctx, 2ms, 7), waits(ctx, cancelled_ones));
    co_await ctx.sleep_for(1ms);
    co_return first;
  });
  advance(3ms);
  BOOST_TEST((task.await().value() == winner<int>{2, 7}));
  BOOST_TEST(cancelled_ones == 2);
}

BOOST_AUTO_TEST_CASE(members_of_different_types_give_a_variant) {
  auto task = rt.spawn([](task_context ctx) -> async<std::string> {
    using answer = std::variant<int, std::string, std::monostate>;
    const answer a = co_await when_any(value_after(ctx, 2ms, 1), text_after(ctx, 1ms, "text"),
                                       end_after(ctx, 3ms));
    const answer b = co_await when_any(value_after(ctx, 2ms, 1), text_after(ctx, 3ms, "text"),
                                       end_after(ctx, 1ms));
    co_return std::get<1>(a) + std::to_string(b.index());
  });
  advance(2ms);
  BOOST_TEST(task.await().value() == "text2");
}

BOOST_AUTO_TEST_CASE(members_without_values_give_the_index) {
  auto task = rt.spawn([](task_context ctx) -> async<std::size_t> {
    winner<void> first = co_await when_any(end_after(ctx, 2ms), end_after(ctx, 1ms));
    std::vector<async<void>> members;
    for (int i = 0; i < 5; ++i)
      members.push_back(end_after(ctx, (5 - i) * 1ms));
    co_return first.index * 10 + (co_await when_any(std::move(members))).index;
  });
  advance(2ms);
  BOOST_TEST(task.await().value() == 14u);
}

BOOST_AUTO_TEST_CASE(if_all_fail_the_error_holds_all_failures_in_order) {
  auto task = rt.spawn([](task_context ctx) -> async<std::string> {
    auto outcome = co_await when_any(failure_after(ctx, 3ms, "a"), failure_after(ctx, 1ms, "b"),
                                     failure_after(ctx, 2ms, "c"))
                       .result();
    const auto& error = outcome.error();
    std::string all = error.message() + ": " + error.cause().message();
    for (const auto& other : error.other_causes())
      all += other.message();
    co_return error.code() == error_code::failure ? all : "wrong code";
  });
  advance(3ms);
  BOOST_TEST(task.await().value() == "none of 3 tasks succeeded: abc");
}

BOOST_AUTO_TEST_CASE(if_all_fail_that_is_thrown_and_becomes_the_cause) {
  auto task = rt.spawn([](task_context ctx) -> async<void> {
    co_await when_any(failure_after(ctx, 1ms, "a"), failure_after(ctx, 1ms, "b"));
  });
  advance(1ms);
  const auto error = task.await().error();
  BOOST_TEST(error.cause().message() == "none of 2 tasks succeeded");
  BOOST_TEST(error.cause().other_causes().size() == 1u);
}

BOOST_AUTO_TEST_CASE(if_all_are_cancelled_so_is_the_answer) {
  std::atomic<int> cancelled_ones{0};
  auto a = rt.spawn(waits, std::ref(cancelled_ones));
  auto b = rt.spawn(waits, std::ref(cancelled_ones));
  auto task = rt.spawn(
      [&]() -> async<error_code> { co_return (co_await when_any(a, b).result()).error().code(); });
  wait_until_idle(rt);
  a.cancel();
  b.cancel();
  BOOST_TEST((task.await().value() == error_code::cancelled));
}

BOOST_AUTO_TEST_CASE(of_no_members_nobody_wins) {
  auto task = rt.spawn([]() -> async<bool> {
    auto any = co_await when_any(std::vector<async<int>>{}).result();
    auto first = co_await race(std::vector<child_task<void>>{}).result();
    co_return any.error().code() == error_code::invalid_data&& first.error().code() ==
        error_code::invalid_data;
  });
  BOOST_TEST(task.await().value());
}

BOOST_AUTO_TEST_CASE(one_member) {
  auto task = rt.spawn([](task_context ctx) -> async<int> {
    auto a = co_await when_any(value_after(ctx, 1ms, 1));
    auto b = co_await race(ctx.spawn(value_after, 1ms, 2));
    co_return a.value + b.value;
  });
  advance(1ms);
  advance(1ms);
  BOOST_TEST(task.await().value() == 3);
}

BOOST_AUTO_TEST_CASE(a_member_that_has_ended_before_wins_and_no_other_starts) {
  std::atomic<int> started{0};
  auto task = rt.spawn([&](task_context ctx) -> async<std::size_t> {
    auto child = ctx.spawn([] { return 1; });
    co_await ctx.sleep_for(1ms);
    auto other = [](std::atomic<int>& n) -> async<int> {
      ++n;
      co_return 2;
    };
    auto first = co_await when_any(other(started), std::move(child), other(started));
    co_return first.index;
  });
  advance(1ms);
  BOOST_TEST(task.await().value() == 1u);
  BOOST_TEST(started == 0);
}

BOOST_AUTO_TEST_CASE(move_only_values) {
  auto task = rt.spawn([](task_context ctx) -> async<int> {
    auto box = [](task_context inner, int ms) -> async<std::unique_ptr<int>> {
      co_await inner.sleep_for(ms * 1ms);
      co_return std::make_unique<int>(ms);
    };
    auto a = co_await when_any(box(ctx, 2), box(ctx, 1));
    auto b = co_await race(box(ctx, 2), value_after(ctx, 9ms, 1));
    co_return *a.value * 10 + *std::get<0>(b);
  });
  advance(3ms);
  BOOST_TEST(task.await().value() == 12);
}

BOOST_AUTO_TEST_CASE(in_a_race_a_failure_may_come_first) {
  std::atomic<int> cancelled_ones{0};
  auto task = rt.spawn([&](task_context ctx) -> async<std::string> {
    auto lost =
        co_await race(waits(ctx, cancelled_ones), failure_after(ctx, 1ms, "first")).result();
    auto won = co_await race(value_after(ctx, 1ms, 5), failure_after(ctx, 2ms, "second"));
    try {
      co_await race(failure_after(ctx, 1ms, "third"), waits(ctx, cancelled_ones));
    } catch (const task_failure& e) {
      co_return lost.error().message() + std::to_string(won.value) + e.error().message();
    }
    co_return "";
  });
  advance(3ms);
  BOOST_TEST(task.await().value() == "first5third");
  BOOST_TEST(cancelled_ones == 2);
}

BOOST_AUTO_TEST_CASE(cancellation_while_waiting_is_no_failure_of_the_members) {
  std::atomic<int> cancelled_ones{0};
  for (const auto level : {cancellation_level::graceful, cancellation_level::kill}) {
    auto task = rt.spawn([&](task_context ctx) -> async<std::string> {
      try {
        co_await stopped_as_error(when_any(waits(ctx, cancelled_ones), waits(ctx, cancelled_ones)));
      } catch (const cancelled&) {
        co_return "cancelled";
      } catch (const task_failure&) {
        co_return "failed";
      }
      co_return "";
    });
    wait_until_idle(rt);
    task.cancel(level);
    BOOST_TEST(task.await().value() == "cancelled");
  }
  BOOST_TEST(cancelled_ones == 4);
}

BOOST_AUTO_TEST_CASE(a_loser_that_ignores_cancellation_is_joined_with_the_scope) {
  async_event go;
  std::atomic<int> answer{0};
  auto task = rt.spawn([&](task_context ctx) -> async<void> {
    auto holds_out = [](async_event& until) -> async<int> {
      while (!until.is_set())
        co_await sweet::detail::event_access::wait_shielded(until, cancellation_level::kill_hard);
      co_return 1;
    };
    answer = (co_await when_any(holds_out(go), value_after(ctx, 1ms, 2))).value;
  });
  advance(1ms);
  BOOST_TEST(answer == 2);
  BOOST_TEST(task.status() == task_status::running);
  go.set();
  BOOST_TEST(task.await().is_ok());
}

BOOST_AUTO_TEST_CASE(under_fail_fast_the_failure_of_a_spawned_child_that_loses_still_counts) {
  auto task = rt.spawn([](task_context ctx) -> async<int> {
    auto child = ctx.spawn(failure_after, 1ms, "counts");
    co_return (co_await when_any(std::move(child), value_after(ctx, 2ms, 1))).value;
  });
  advance(2ms);
  BOOST_TEST(task.await().error().cause().message() == "counts");
}

BOOST_AUTO_TEST_CASE(callables_await_with_their_threads) {
  auto task = rt.spawn([](task_context ctx) {
    auto first = when_any(failure_after(ctx, 1ms, "x"), value_after(ctx, 2ms, 4)).await();
    std::vector<child_task<int>> members;
    for (int i = 0; i < 10; ++i)
      members.push_back(ctx.spawn(value_after, (10 - i) * 1ms, i));
    auto second = race(std::move(members)).await();
    return first.value().value * 10 + second.value().value;
  });
  advance(2ms);
  advance(10ms);
  BOOST_TEST(task.await().value() == 49);
}

BOOST_AUTO_TEST_SUITE_END()
