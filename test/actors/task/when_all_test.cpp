// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/sweet.hpp>
#include <sweet/testing/expect.hpp>
#include <sweet/testing/runtime_fixture.hpp>
#include <sweet/testing/throws.hpp>

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::expect;
using sweet::testing::runtime_fixture;
using sweet::testing::throws;
using sweet::testing::wait_until_idle;

namespace when_all_test {
namespace {

async<int> value(int x) {
  co_return x;
}

async<int> value_after(task_context ctx, std::chrono::nanoseconds d, int x) {
  co_await ctx.sleep_for(d);
  co_return x;
}

async<int> failure_after(task_context ctx, std::chrono::nanoseconds d, std::string why) {
  co_await ctx.sleep_for(d);
  throw std::runtime_error{why};
  co_return 0;
}

async<void> nothing() {
  co_return;
}

async<std::unique_ptr<int>> boxed(int x) {
  co_return std::make_unique<int>(x);
}

// Counts those that were started and those that were cancelled.
struct counts {
  std::atomic<int> started{0};
  std::atomic<int> cancelled{0};
};

async<int> waits(task_context ctx, counts& n) {
  ++n.started;
  try {
    for (;;)
      co_await stopped_as_error(ctx.sleep_for(1h));
  } catch (const cancelled&) {
    ++n.cancelled;
    throw;
  }
}

async<void> waits_an_hour(task_context ctx) {
  co_await ctx.sleep_for(1h);
}

async<int> ignores_cancellation(task_context ctx, async_event& go) {
  while (!go.is_set())
    co_await sweet::detail::event_access::wait_shielded(go, ctx.level());
  co_return 1;
}

auto collecting(runtime& rt) {
  return async_task::to<std::string>(rt).on_child_failure(child_failure::collect);
}

} // namespace
} // namespace when_all_test

BOOST_FIXTURE_TEST_SUITE(when_all_test, runtime_fixture)

BOOST_AUTO_TEST_CASE(all_kinds_of_members_of_all_types) {
  auto other = rt.spawn([] { return std::string{"other"}; });
  auto task = rt.spawn([&](task_context ctx) -> async<std::string> {
    auto child = ctx.spawn([] { return 2.5; });
    auto [a, b, c, d] = co_await when_all(value(1), std::move(child), other, nothing());
    static_assert(std::is_same_v<decltype(d), std::monostate>);
    co_return std::to_string(a) + ' ' + std::to_string(b) + ' ' + c;
  });
  BOOST_TEST(task.await().value() == "1 2.500000 other");
}

BOOST_AUTO_TEST_CASE(values_come_in_the_order_of_the_arguments_not_of_the_ends) {
  auto task = rt.spawn([](task_context ctx) -> async<std::vector<int>> {
    std::vector<async<int>> members;
    for (int i = 0; i < 5; ++i)
      members.push_back(value_after(ctx, (5 - i) * 1ms, i));
    co_return co_await when_all(std::move(members));
  });
  advance(5ms);
  BOOST_TEST(task.await().value() == (std::vector{0, 1, 2, 3, 4}));
}

BOOST_AUTO_TEST_CASE(no_member_is_an_answer_at_once) {
  auto task = rt.spawn([]() -> async<bool> {
    std::tuple<> nothing_at_all = co_await when_all();
    static_cast<void>(nothing_at_all);
    auto values = co_await when_all(std::vector<async<int>>{});
    co_await when_all(std::vector<child_task<void>>{});
    auto outcomes = co_await when_all_settled(std::vector<spawning_task<int>>{});
    co_return values.empty() && outcomes.empty();
  });
  BOOST_TEST(task.await().value());
}

BOOST_AUTO_TEST_CASE(one_member) {
  auto task = rt.spawn([](task_context ctx) -> async<int> {
    auto [a] = co_await when_all(value(1));
    auto [b] = co_await when_all(ctx.spawn(value, 2));
    auto [c] = co_await when_all_settled(value(3));
    co_return a + b + c.value();
  });
  BOOST_TEST(task.await().value() == 6);
}

BOOST_AUTO_TEST_CASE(members_that_have_ended_before_the_wait) {
  auto other = rt.spawn([] { return 3; });
  wait_until_idle(rt);
  auto task = rt.spawn([&](task_context ctx) -> async<int> {
    auto a = ctx.spawn(value, 1);
    auto b = ctx.spawn(value, 2);
    co_await ctx.sleep_for(1ms);
    if (!a.is_done() || !b.is_done())
      co_return 0;
    auto [x, y, z] = co_await when_all(std::move(a), std::move(b), other);
    co_return x + y + z;
  });
  advance(1ms);
  BOOST_TEST(task.await().value() == 6);
}

BOOST_AUTO_TEST_CASE(move_only_values) {
  auto task = rt.spawn([](task_context ctx) -> async<int> {
    auto [a, b] = co_await when_all(boxed(1), ctx.spawn(boxed, 2));
    std::vector<async<std::unique_ptr<int>>> members;
    members.push_back(boxed(3));
    members.push_back(boxed(4));
    auto values = co_await when_all(std::move(members));
    co_return *a + *b + *values[0] + *values[1];
  });
  BOOST_TEST(task.await().value() == 10);
}

BOOST_AUTO_TEST_CASE(a_move_only_value_that_somebody_else_has_taken_is_an_error) {
  auto other = rt.spawn([] { return std::make_unique<int>(1); });
  BOOST_TEST(other.await().is_ok());
  auto task = rt.spawn([&]() -> async<error_code> {
    auto all = co_await when_all(value(1), other).result();
    co_return all.error().code();
  });
  BOOST_TEST((task.await().value() == error_code::invalid_state));
}

BOOST_AUTO_TEST_CASE(the_first_failure_is_thrown_at_once_and_cancels_the_rest) {
  counts n;
  auto task = rt.spawn([&](task_context ctx) -> async<std::string> {
    std::string seen;
    try {
      co_await when_all(waits(ctx, n), failure_after(ctx, 5ms, "first"),
                        failure_after(ctx, 9ms, "second"), waits(ctx, n));
    } catch (const task_failure& e) {
      seen = e.error().message();
    }
    co_await ctx.sleep_for(1ms);
    co_return seen + ' ' + std::to_string(n.cancelled);
  });
  advance(6ms);
  BOOST_TEST(task.await().value() == "first 2");
  BOOST_TEST(n.started == 2);
}

BOOST_AUTO_TEST_CASE(the_failure_of_an_async_is_not_that_of_its_parent) {
  auto task = rt.spawn([](task_context ctx) -> async<std::string> {
    auto all = co_await when_all(failure_after(ctx, 0ns, "contained"), value(1)).result();
    co_return all.error().message();
  });
  BOOST_TEST(task.await().value() == "contained");
}

BOOST_AUTO_TEST_CASE(the_failure_of_a_spawned_child_fails_a_fail_fast_parent_all_the_same) {
  auto task = rt.spawn([](task_context ctx) -> async<std::string> {
    auto child = ctx.spawn(failure_after, 0ns, "escalates");
    auto all = co_await when_all(std::move(child), value(1)).result();
    co_return all.error().message();
  });
  BOOST_TEST(task.await().error().cause().message() == "escalates");
}

BOOST_AUTO_TEST_CASE(of_two_failures_at_once_one_is_the_answer) {
  auto task = rt.spawn([](task_context ctx) -> async<std::string> {
    auto all =
        co_await when_all(failure_after(ctx, 5ms, "a"), failure_after(ctx, 5ms, "b")).result();
    co_return all.error().message();
  });
  advance(5ms);
  const auto message = task.await().value();
  BOOST_TEST((message == "a" || message == "b"));
}

BOOST_AUTO_TEST_CASE(a_cancelled_member_ends_the_wait) {
  counts n;
  auto other = rt.spawn([&](task_context ctx) -> async<int> { co_return co_await waits(ctx, n); });
  auto task = rt.spawn([&](task_context ctx) -> async<error_code> {
    auto all = co_await when_all(waits(ctx, n), other).result();
    co_return all.error().code();
  });
  wait_until_idle(rt);
  other.cancel();
  BOOST_TEST((task.await().value() == error_code::cancelled));
  BOOST_TEST(n.cancelled == 2);
}

BOOST_AUTO_TEST_CASE(a_loser_that_ignores_cancellation_does_not_hold_the_answer_up) {
  async_event go;
  std::atomic<bool> answered{false};
  auto task = rt.spawn([&](task_context ctx) -> async<void> {
    auto all =
        co_await when_all(ignores_cancellation(ctx, go), failure_after(ctx, 1ms, "x")).result();
    answered = all.is_err();
  });
  advance(1ms);
  BOOST_TEST(answered);
  BOOST_TEST(task.status() == task_status::running); // the loser is joined with the scope
  go.set();
  BOOST_TEST(task.await().is_ok());
}

BOOST_AUTO_TEST_CASE(a_shared_task_that_loses_is_cancelled) {
  counts n;
  auto other = rt.spawn(waits, std::ref(n));
  auto task = rt.spawn([&](task_context ctx) -> async<void> {
    co_await when_all_settled([](task_context inner, spawning_task<int> loser) -> async<void> {
      co_await when_all(loser, failure_after(inner, 1ms, "x"));
    }(ctx, other));
  });
  advance(1ms);
  BOOST_TEST(task.await().is_ok());
  BOOST_TEST((other.await().error().code() == error_code::cancelled));
}

BOOST_AUTO_TEST_CASE(a_shared_task_is_cancelled_even_if_nobody_had_begun_to_follow_it) {
  counts n;
  auto other = rt.spawn(waits, std::ref(n));
  wait_until_idle(rt);
  auto task = rt.spawn([&](task_context ctx) -> async<void> {
    auto child = ctx.spawn([&]() { return 1; });
    co_await ctx.sleep_for(1ms);
    // What is decided by a member that has ended starts no follower, and cancels nobody.
    co_await race(std::move(child), other);
    // This one is cancelled together with its follower, which is queued behind it.
    co_await race(value(1), other);
  });
  advance(1ms);
  BOOST_TEST(task.await().is_ok());
  BOOST_TEST((other.await().error().code() == error_code::cancelled));
}

BOOST_AUTO_TEST_CASE(cancellation_while_waiting_throws_and_cancels_the_members) {
  counts n;
  auto other = rt.spawn(waits, std::ref(n));
  auto task = rt.spawn([&](task_context ctx) -> async<void> {
    bool thrown = false;
    auto child = ctx.spawn(waits, std::ref(n));
    try {
      co_await stopped_as_error(when_all(waits(ctx, n), std::move(child), other));
    } catch (const cancelled&) {
      thrown = true;
    }
    expect(thrown);
    throw cancelled{};
  });
  wait_until_idle(rt);
  BOOST_TEST(n.started == 3);
  task.cancel();
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
  BOOST_TEST((other.await().error().code() == error_code::cancelled));
  BOOST_TEST(n.cancelled == 3);
}

BOOST_AUTO_TEST_CASE(a_parent_killed_while_waiting) {
  counts n;
  auto task = rt.spawn([&](task_context ctx) -> async<void> {
    for (int i = 0; i < 2; ++i) {
      try {
        co_await stopped_as_error(when_all(waits(ctx, n), waits(ctx, n)));
      } catch (const cancelled&) {
      }
    }
  });
  wait_until_idle(rt);
  task.cancel(cancellation_level::kill);
  BOOST_TEST(task.await().is_ok());
  BOOST_TEST(n.started == 2);
  BOOST_TEST(n.cancelled == 2);
}

BOOST_AUTO_TEST_CASE(a_failure_while_the_parent_is_being_cancelled) {
  auto task = rt.spawn([](task_context ctx) -> async<std::string> {
    try {
      co_await stopped_as_error(when_all([](task_context inner) -> async<void> {
        try {
          co_await stopped_as_error(inner.sleep_for(1h));
        } catch (const cancelled&) {
        }
        throw std::runtime_error{"while it is cleaned up"};
      }(ctx)));
    } catch (const cancelled&) {
      co_return "cancelled";
    } catch (const task_failure& e) {
      co_return e.error().message();
    }
    co_return "nothing";
  });
  wait_until_idle(rt);
  task.cancel();
  const auto seen = task.await().value();
  BOOST_TEST((seen == "cancelled" || seen == "while it is cleaned up"));
}

BOOST_AUTO_TEST_CASE(a_body_that_cleans_up_after_its_cancellation_can_combine) {
  counts n;
  auto task = rt.spawn([&](task_context ctx) -> async<int> {
    try {
      co_await stopped_as_error(ctx.sleep_for(1h));
    } catch (const cancelled&) {
    }
    // Children of a cancelled task are cancelled before they start.
    auto [a, b] = co_await when_all_settled(waits(ctx, n), waits(ctx, n));
    co_return a.error().code() == error_code::cancelled ? n.started.load() : -1;
  });
  wait_until_idle(rt);
  task.cancel();
  BOOST_TEST(task.await().value() == 0);
}

BOOST_AUTO_TEST_CASE(settled_gives_every_outcome) {
  auto task = rt.spawn([](task_context ctx) -> async<std::string> {
    auto [a, b, c] = co_await when_all_settled(value_after(ctx, 2ms, 1),
                                               failure_after(ctx, 1ms, "b"), nothing());
    std::vector<async<int>> members;
    members.push_back(failure_after(ctx, 1ms, "d"));
    members.push_back(value(2));
    auto more = co_await when_all_settled(std::move(members));
    co_return std::to_string(a.value()) + b.error().message() + (c.is_ok() ? "c" : "") +
        more[0].error().message() + std::to_string(more[1].value());
  });
  advance(3ms);
  BOOST_TEST(task.await().value() == "1bcd2");
}

BOOST_AUTO_TEST_CASE(the_body_goes_on_once_not_once_per_member) {
  std::atomic<int> resumed{0};
  auto task = rt.spawn([&](task_context ctx) -> async<void> {
    std::vector<async<int>> members;
    for (int i = 0; i < 100; ++i)
      members.push_back(value_after(ctx, i * 1ms, i));
    co_await when_all(std::move(members));
    ++resumed;
  });
  advance(98ms);
  BOOST_TEST(resumed == 0);
  advance(1ms);
  BOOST_TEST(task.await().is_ok());
  BOOST_TEST(resumed == 1);
}

BOOST_AUTO_TEST_CASE(callables_await_with_their_threads) {
  auto task = rt.spawn([&](task_context ctx) {
    auto child = ctx.spawn(value, 1);
    auto all = when_all(std::move(child), value_after(ctx, 1ms, 2)).await();
    auto failed = when_all(value(1), failure_after(ctx, 1ms, "no")).await();
    auto none = when_all(std::vector<async<int>>{}).await();
    return std::get<0>(all.value()) + std::get<1>(all.value()) == 3 && none.value().empty() &&
           failed.error().message() == "no";
  });
  advance(1ms);
  advance(1ms);
  BOOST_TEST(task.await().value());
}

BOOST_AUTO_TEST_CASE(bodies_on_blocking_threads_await_too) {
  auto task = async_task::to<int>(rt).blocking().run([](task_context ctx) {
    std::vector<child_task<int>> members;
    for (int i = 0; i < 100; ++i)
      members.push_back(ctx.spawn(value, i));
    const auto values = when_all(std::move(members)).await().value();
    return std::accumulate(values.begin(), values.end(), 0);
  });
  BOOST_TEST(task.await().value() == 4950);
}

// The last member may come at any moment of the decision to block: none of these waits for ever.
BOOST_AUTO_TEST_CASE(the_last_member_is_heard_whenever_it_comes) {
  for (int round = 0; round < 3'000; ++round) {
    auto task = async_task::to<int>(rt).blocking().run([](task_context ctx) {
      std::vector<child_task<int>> members;
      for (int i = 0; i < 20; ++i)
        members.push_back(ctx.spawn(value, 1));
      const auto values = when_all(std::move(members)).await().value();
      return std::accumulate(values.begin(), values.end(), 0);
    });
    BOOST_REQUIRE(task.await().value() == 20);
  }
}

BOOST_AUTO_TEST_CASE(a_blocked_wait_is_interrupted_by_cancellation) {
  counts n;
  auto task = rt.spawn(
      [&](task_context ctx) { static_cast<void>(when_all(waits(ctx, n), waits(ctx, n)).await()); });
  wait_until_idle(rt);
  task.cancel();
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
  BOOST_TEST(n.cancelled == 2);
}

BOOST_FIXTURE_TEST_CASE(a_single_worker_helps_itself, sweet::testing::single_worker_fixture) {
  struct sums {
    static int of(task_context ctx, int n) {
      if (n < 2)
        return n;
      std::vector<child_task<int>> parts;
      parts.push_back(ctx.spawn(&sums::of, n - 1));
      parts.push_back(ctx.spawn(&sums::of, n - 2));
      const auto values = when_all(std::move(parts)).await().value();
      return values[0] + values[1];
    }
  };
  BOOST_TEST(rt.spawn(&sums::of, 15).await().value() == 610);
}

BOOST_AUTO_TEST_CASE(misuse_is_refused) {
  auto other = rt.spawn([] { return 1; });
  auto task = rt.spawn([&](task_context ctx) -> async<void> {
    expect(throws<std::invalid_argument>([&] { return when_all(other, other); }));
    expect(throws<std::invalid_argument>([&] { return when_all(std::vector{other, other}); }));
    expect(throws<std::invalid_argument>([&] { return when_all(child_task<int>{}); }));
    expect(throws<std::invalid_argument>([&] { return when_all(spawning_task<int>{}); }));
    auto child = ctx.spawn(value, 1);
    expect(
        throws<std::invalid_argument>([&] { return when_all(child.share(), std::move(child)); }));
    auto twice = when_all(value(1));
    co_await std::move(twice);
    bool refused = false;
    try {
      co_await std::move(twice);
    } catch (const std::logic_error&) {
      refused = true;
    }
    expect(refused);
  });
  BOOST_TEST(task.await().is_ok());
}

BOOST_AUTO_TEST_CASE(the_child_of_another_task_is_refused) {
  auto task = rt.spawn([](task_context ctx) -> async<std::string> {
    auto child = ctx.spawn(value, 1);
    // The inner body awaits on its own behalf what is the outer one's.
    auto inner = ctx.spawn([&]() -> async<std::string> {
      try {
        co_await when_all(std::move(child));
      } catch (const std::invalid_argument& e) {
        co_return e.what();
      }
      co_return "";
    });
    co_return co_await inner;
  });
  BOOST_TEST(task.await().value().find("share()") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_is_never_awaited_starts_nothing_and_cancels_nobody) {
  counts n;
  async_event go;
  auto other = rt.spawn([&]() -> async<void> { co_await go; });
  auto task = rt.spawn([&](task_context ctx) -> async<bool> {
    auto child = ctx.spawn([&]() -> async<int> {
      co_await other;
      ++n.cancelled;
      co_return 1;
    });
    {
      auto all = when_all(waits(ctx, n), std::move(child), other);
    }
    co_return n.started == 0;
  });
  wait_until_idle(rt);
  go.set();
  BOOST_TEST(task.await().value());
  BOOST_TEST(other.await().is_ok());
  BOOST_TEST(n.cancelled == 1);
}

BOOST_AUTO_TEST_CASE(slots_are_used_again) {
  auto task = rt.spawn([](task_context ctx) -> async<int> {
    task_group<int> group{ctx};
    int sum = 0;
    for (int i = 0; i < 70'000; ++i) {
      auto [a, b] = co_await when_all(value(1), value(1));
      sum += a + b;
    }
    group.spawn(value, 1);
    co_return sum + (co_await group.next())->value();
  });
  BOOST_TEST(task.await().value() == 140'001);
}

BOOST_AUTO_TEST_CASE(an_outcome_that_comes_before_the_end_counts) {
  async_event go;
  async_event go_again;
  std::atomic<bool> answered{false};
  auto task = collecting(rt).run([&](task_context ctx) -> async<std::string> {
    auto late = async_task::to<int>(ctx).deadline(5ms).run(ignores_cancellation, std::ref(go));
    auto all = co_await when_all(std::move(late), waits_an_hour(ctx)).result();
    answered = true;
    // The same, when the deadline has passed before.
    auto again =
        async_task::to<int>(ctx).deadline(5ms).run(ignores_cancellation, std::ref(go_again));
    co_await ctx.sleep_for(10ms);
    auto [x, y] = co_await when_all_settled(std::move(again), value(1));
    co_return std::string{to_string(all.error().code())} + ' ' +
        std::string{to_string(x.error().code())} + ' ' + std::to_string(y.value());
  });
  advance(4ms);
  BOOST_TEST(!answered);
  advance(1ms);
  BOOST_TEST(answered);
  advance(10ms);
  BOOST_TEST(task.status() == task_status::running);
  go.set();
  go_again.set();
  BOOST_TEST(task.await().value() == "timeout timeout 1");
}

BOOST_AUTO_TEST_CASE(an_outcome_may_come_while_a_callable_blocks) {
  async_event go;
  auto task = async_task::to<error_code>(rt)
                  .on_child_failure(child_failure::collect)
                  .run([&](task_context ctx) {
                    auto late = async_task::to<int>(ctx).deadline(5ms).run(ignores_cancellation,
                                                                           std::ref(go));
                    const auto code = when_all(std::move(late)).await().error().code();
                    go.set();
                    return code;
                  });
  advance(5ms);
  BOOST_TEST((task.await().value() == error_code::timeout));
}

BOOST_AUTO_TEST_CASE(a_loser_that_does_not_stop_is_killed_in_the_end) {
  std::atomic<int> thrown{0};
  auto task = rt.spawn([&](task_context ctx) -> async<void> {
    auto holds_out = [](task_context inner, std::atomic<int>& n) -> async<void> {
      for (int i = 0; i < 2; ++i) {
        try {
          co_await stopped_as_error(inner.sleep_for(1h));
        } catch (const cancelled&) {
          ++n;
        }
      }
    };
    static_cast<void>(
        co_await when_all(holds_out(ctx, thrown), failure_after(ctx, 1ms, "x")).result());
  });
  advance(1ms);
  BOOST_TEST(thrown == 1);
  advance(5s);
  BOOST_TEST(thrown == 2);
  BOOST_TEST(task.await().is_ok());
}

BOOST_AUTO_TEST_CASE(nested_combinators) {
  auto task = rt.spawn([](task_context ctx) -> async<int> {
    auto pair = [](task_context inner, int x) -> async<int> {
      auto [a, b] = co_await when_all(value_after(inner, 1ms, x), value_after(inner, 2ms, x));
      co_return a + b;
    };
    auto [a, b, c] = co_await when_all(pair(ctx, 1), pair(ctx, 2), pair(ctx, 3));
    co_return a + b + c;
  });
  advance(2ms);
  BOOST_TEST(task.await().value() == 12);
}

BOOST_AUTO_TEST_CASE(with_collect_a_child_may_fail) {
  auto task = collecting(rt).run([](task_context ctx) -> async<std::string> {
    auto [a, b] = co_await when_all_settled(ctx.spawn(failure_after, 1ms, "a"),
                                            ctx.spawn(value_after, 2ms, 1));
    co_return a.error().message() + std::to_string(b.value());
  });
  advance(2ms);
  BOOST_TEST(task.await().value() == "a1");
}

BOOST_AUTO_TEST_SUITE_END()
