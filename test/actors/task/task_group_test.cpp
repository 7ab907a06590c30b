// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/sweet.hpp>
#include <sweet/testing/runtime_fixture.hpp>
#include <sweet/testing/simulation.hpp>
#include <sweet/testing/throws.hpp>
#include <sweet/testing/waits_for_ever.hpp>

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <latch>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::runtime_fixture;
using sweet::testing::throws;
using sweet::testing::wait_until_idle;
using sweet::testing::waits_for_ever;

namespace task_group_test {
namespace {

// How many run at the same time, and how many ever did.
struct gauge {
  std::atomic<int> now{0};
  std::atomic<int> most{0};
  std::atomic<int> started{0};

  void enter() {
    ++started;
    const int n = ++now;
    for (int seen = most; seen < n && !most.compare_exchange_weak(seen, n);) {
    }
  }
  void leave() { --now; }
};

async<int> measured(task_context ctx, gauge& g, int i) {
  g.enter();
  struct leave_at_end {
    gauge& g;
    ~leave_at_end() { g.leave(); }
  } at_end{g};
  co_await ctx.sleep_for(10ms);
  co_return i;
}

async<int> fails() {
  throw std::runtime_error{"bad"};
  co_return 0;
}

} // namespace
} // namespace task_group_test

BOOST_FIXTURE_TEST_SUITE(task_group_test, runtime_fixture)

BOOST_AUTO_TEST_CASE(no_more_than_max_concurrency_run_at_a_time) {
  gauge g;
  auto task = rt.spawn([&](task_context ctx) -> async<int> {
    task_group<int> group{ctx};
    group.max_concurrency(3);
    for (int i = 0; i < 10; ++i)
      group.spawn(measured, std::ref(g), i);
    int sum = 0;
    while (auto outcome = co_await group.next())
      sum += outcome->value();
    co_return sum;
  });
  advance(10ms);
  BOOST_TEST(g.started == 6);
  advance(30ms);
  BOOST_TEST(task.await().value() == 45);
  BOOST_TEST(g.most == 3);
}

BOOST_AUTO_TEST_CASE(members_are_handed_out_in_the_order_of_their_ends) {
  sweet::testing::simulation sim{1};
  const auto order = sim.run([](task_context ctx) -> async<std::string> {
    task_group<char> group{ctx};
    for (const char member : {'c', 'a', 'b'})
      group.spawn([member](task_context own) -> async<char> {
        co_await own.sleep_for(1s * (member - 'a' + 1));
        co_return member;
      });
    co_await ctx.sleep_for(1min);
    std::string ended;
    while (auto outcome = co_await group.next())
      ended += outcome->value();
    co_return ended;
  });
  BOOST_TEST(order == "abc");
}

BOOST_AUTO_TEST_CASE(members_start_in_the_order_of_spawning) {
  std::vector<int> order; // one at a time
  auto task = rt.spawn([&](task_context ctx) -> async<void> {
    task_group<void> group{ctx};
    group.max_concurrency(1);
    for (int i = 0; i < 100; ++i)
      group.spawn([&order, i] { order.push_back(i); });
    while (co_await group.next()) {
    }
  });
  BOOST_TEST(task.await().is_ok());
  std::vector<int> expected(100);
  std::iota(expected.begin(), expected.end(), 0);
  BOOST_TEST(order == expected, boost::test_tools::per_element());
}

// The first one may end at any moment of the spawning of the second one, which waits for its turn.
BOOST_AUTO_TEST_CASE(a_member_gets_its_turn_whenever_the_one_before_it_ends) {
  for (int round = 0; round < 2'000; ++round) {
    std::atomic<bool> first_ran{false};
    auto task = rt.spawn([&](task_context ctx) {
      task_group<void> group{ctx};
      group.max_concurrency(1);
      group.spawn([&] { first_ran = true; });
      for (int spin = 0; spin < 10'000 && !first_ran; ++spin)
        ;
      group.spawn([] {});
      int ended = 0;
      while (group.next().await())
        ++ended;
      return ended;
    });
    BOOST_REQUIRE(task.await().value() == 2);
  }
}

BOOST_AUTO_TEST_CASE(members_start_while_the_parent_waits_for_something_else) {
  gauge g;
  async_event go;
  auto task = rt.spawn([&](task_context ctx) -> async<std::size_t> {
    task_group<int> group{ctx};
    group.max_concurrency(1);
    for (int i = 0; i < 4; ++i)
      group.spawn(measured, std::ref(g), i);
    co_await go;
    co_return group.size();
  });
  advance(100ms);
  BOOST_TEST(g.started == 4);
  BOOST_TEST(g.now == 0);
  go.set();
  BOOST_TEST(task.await().value() == 4u);
}

BOOST_AUTO_TEST_CASE(members_start_while_a_callable_blocks_in_await) {
  gauge g;
  async_event go;
  auto task = rt.spawn([&](task_context ctx) {
    auto other = ctx.spawn([&]() -> async<void> { co_await go; });
    task_group<int> group{ctx};
    group.max_concurrency(1);
    for (int i = 0; i < 4; ++i)
      group.spawn(measured, std::ref(g), i);
    return other.await().is_ok();
  });
  advance(100ms);
  BOOST_TEST(g.started == 4);
  go.set();
  BOOST_TEST(task.await().value());
}

BOOST_AUTO_TEST_CASE(members_start_while_a_blocking_body_awaits) {
  gauge g;
  async_event go;
  async_event spawned;
  auto task = async_task::to<bool>(rt).blocking().run([&](task_context ctx) {
    auto other = ctx.spawn([&]() -> async<void> { co_await go; });
    task_group<int> group{ctx};
    group.max_concurrency(2);
    for (int i = 0; i < 4; ++i)
      group.spawn(measured, std::ref(g), i);
    spawned.set();
    return other.await().is_ok();
  });
  auto watcher = rt.spawn([&]() -> async<void> { co_await spawned; });
  BOOST_TEST(watcher.await().is_ok());
  while (g.started != 4 || g.now != 0)
    advance(10ms);
  go.set();
  BOOST_TEST(task.await().value());
}

BOOST_AUTO_TEST_CASE(members_start_after_the_body_has_ended) {
  gauge g;
  auto task = rt.spawn([&](task_context ctx) {
    task_group<int> group{ctx};
    group.max_concurrency(2);
    for (int i = 0; i < 7; ++i)
      group.spawn(measured, std::ref(g), i);
  });
  advance(20ms);
  BOOST_TEST(task.status() == task_status::running);
  advance(20ms);
  BOOST_TEST(task.await().is_ok());
  BOOST_TEST(g.started == 7);
  BOOST_TEST(g.most == 2);
}

BOOST_AUTO_TEST_CASE(a_group_that_is_gone_still_gives_turns_beside_a_new_one) {
  gauge g;
  gauge other;
  auto task = rt.spawn([&](task_context ctx) -> async<int> {
    {
      task_group<int> gone{ctx};
      gone.max_concurrency(1);
      for (int i = 0; i < 5; ++i)
        gone.spawn(measured, std::ref(g), i);
    }
    task_group<int> group{ctx};
    group.max_concurrency(2);
    for (int i = 0; i < 5; ++i)
      group.spawn(measured, std::ref(other), i);
    int sum = 0;
    while (auto outcome = co_await group.next())
      sum += outcome->value();
    co_return sum;
  });
  advance(100ms);
  BOOST_TEST(task.await().value() == 10);
  BOOST_TEST(g.started == 5);
  BOOST_TEST(g.most == 1);
  BOOST_TEST(other.most == 2);
}

BOOST_AUTO_TEST_CASE(a_higher_limit_lets_more_start_and_a_lower_one_stops_nobody) {
  gauge g;
  async_event raise;
  async_event lower;
  auto task = rt.spawn([&](task_context ctx) -> async<void> {
    task_group<void> group{ctx};
    group.max_concurrency(1);
    for (int i = 0; i < 10; ++i)
      group.spawn([&](task_context inner) -> async<void> {
        g.enter();
        co_await waits_for_ever(inner);
      });
    co_await raise;
    group.max_concurrency(6);
    co_await lower;
    group.max_concurrency(2);
    co_await waits_for_ever(ctx);
  });
  wait_until_idle(rt);
  BOOST_TEST(g.started == 1);
  raise.set();
  wait_until_idle(rt);
  BOOST_TEST(g.started == 6);
  lower.set();
  wait_until_idle(rt);
  BOOST_TEST(g.started == 6);
  task.cancel();
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
  BOOST_TEST(g.started == 6);
}

BOOST_AUTO_TEST_CASE(a_limit_of_nothing_is_refused) {
  auto task = rt.spawn([](task_context ctx) {
    task_group<void> group{ctx};
    return throws<std::invalid_argument>([&] { group.max_concurrency(0); });
  });
  BOOST_TEST(task.await().value());
}

BOOST_AUTO_TEST_CASE(a_cancelled_group_never_runs_the_waiting_ones_and_hands_them_out) {
  gauge g;
  auto task = rt.spawn([&](task_context ctx) -> async<std::pair<int, std::size_t>> {
    task_group<int> group{ctx};
    group.max_concurrency(2);
    for (int i = 0; i < 10; ++i)
      group.spawn(measured, std::ref(g), i);
    co_await ctx.sleep_for(1ms);
    group.cancel();
    const auto left = group.size();
    int cancelled_ones = 0;
    while (auto outcome = co_await group.next())
      cancelled_ones += outcome->error().code() == error_code::cancelled;
    // It goes on working.
    group.spawn(measured, std::ref(g), 1);
    cancelled_ones += (co_await group.next())->is_ok() ? 100 : 0;
    co_return std::pair{cancelled_ones, left};
  });
  advance(1ms);
  advance(10ms);
  auto [cancelled_ones, left] = task.await().value();
  BOOST_TEST(left == 10u);
  BOOST_TEST(cancelled_ones == 110);
  BOOST_TEST(g.started == 3);
}

BOOST_AUTO_TEST_CASE(a_cancelled_parent_never_runs_the_waiting_ones) {
  gauge g;
  std::atomic<int> handed_out{0};
  auto task = rt.spawn([&](task_context ctx) -> async<void> {
    task_group<int> group{ctx};
    group.max_concurrency(2);
    for (int i = 0; i < 10; ++i)
      group.spawn(measured, std::ref(g), i);
    try {
      co_await stopped_as_error(
          ctx.sleep_for(1h)); // next() could give a member that has been cancelled before us
    } catch (const cancelled&) {
    }
    while (auto outcome = co_await group.next())
      handed_out += outcome->error().code() == error_code::cancelled;
    // Nor does one that comes later.
    group.spawn(measured, std::ref(g), 1);
    group.spawn(measured, std::ref(g), 2);
    group.spawn(measured, std::ref(g), 3);
    while (auto outcome = co_await group.next())
      handed_out += outcome->error().code() == error_code::cancelled;
  });
  wait_until_idle(rt);
  task.cancel();
  BOOST_TEST(task.await().is_ok());
  BOOST_TEST(handed_out == 13);
  BOOST_TEST(g.started == 2);
}

BOOST_AUTO_TEST_CASE(a_killed_parent_leaves_nobody_waiting) {
  gauge g;
  auto task = rt.spawn([&](task_context ctx) -> async<void> {
    task_group<int> group{ctx};
    group.max_concurrency(1);
    for (int i = 0; i < 10; ++i)
      group.spawn(measured, std::ref(g), i);
    co_await ctx.sleep_for(1h);
  });
  wait_until_idle(rt);
  task.cancel(cancellation_level::kill);
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
  BOOST_TEST(g.started == 1);
}

BOOST_AUTO_TEST_CASE(a_failing_member_cancels_the_waiting_ones_of_a_fail_fast_parent) {
  gauge g;
  auto task = rt.spawn([&](task_context ctx) -> async<void> {
    task_group<int> group{ctx};
    group.max_concurrency(1);
    group.spawn(fails);
    for (int i = 0; i < 10; ++i)
      group.spawn(measured, std::ref(g), i);
    while (co_await group.next()) {
    }
  });
  advance(0ms);
  advance(10ms);
  BOOST_TEST(task.await().error().cause().message() == "bad");
  BOOST_TEST(g.started <= 1);
}

BOOST_AUTO_TEST_CASE(two_failures_at_once_are_two_outcomes_of_a_collecting_parent) {
  gauge g;
  auto task = async_task::to<int>(rt)
                  .on_child_failure(child_failure::collect)
                  .run([&](task_context ctx) -> async<int> {
                    task_group<int> group{ctx};
                    group.max_concurrency(2);
                    group.spawn(fails);
                    group.spawn(fails);
                    group.spawn(measured, std::ref(g), 7);
                    int failures = 0;
                    while (auto outcome = co_await group.next())
                      failures += outcome->is_err();
                    co_return failures;
                  });
  advance(10ms);
  BOOST_TEST(task.await().value() == 2);
  BOOST_TEST(g.started == 1);
}

BOOST_AUTO_TEST_CASE(a_member_that_kill_hard_abandons_holds_nobody_up) {
  std::atomic<bool> started{false};
  std::atomic<bool> go{false};
  std::atomic<int> next_ones{0};
  auto task = rt.spawn([&](task_context ctx) -> async<error_code> {
    task_group<void> group{ctx};
    group.max_concurrency(1);
    group.spawn([&] {
      started = true;
      while (!go)
        std::this_thread::yield();
    });
    while (!started)
      co_await ctx.yield();
    group.cancel(cancellation_level::kill_hard);
    auto outcome = co_await group.next();
    // Its turn is over.
    group.spawn([&] { ++next_ones; });
    co_await group.next();
    go = true;
    co_return outcome->error().code();
  });
  BOOST_TEST((task.await().value() == error_code::cancelled));
  BOOST_TEST(next_ones == 1);
}

BOOST_AUTO_TEST_CASE(kill_hard_of_a_group_reaches_below_its_members_and_nothing_else) {
  std::atomic<bool> started{false};
  std::atomic<bool> go{false};
  auto task = rt.spawn([&](task_context ctx) -> async<int> {
    auto sibling = ctx.spawn([](task_context own) -> async<void> {
      auto child = own.spawn(waits_for_ever);
      co_await child;
    });
    task_group<void> others{ctx};
    others.spawn(waits_for_ever);
    task_group<void> group{ctx};
    spawning_task<void> below;
    for (int i = 0; i < 3; ++i)
      group.spawn(waits_for_ever);
    group.spawn([&](task_context own) { // computes, and passes nothing on
      auto child = own.spawn(waits_for_ever);
      below = child.share();
      started = true;
      while (!go)
        std::this_thread::yield();
    });
    while (!started)
      co_await ctx.yield();
    group.cancel(cancellation_level::kill_hard);
    const bool at_once = below.is_done();
    const bool goes_on = !sibling.is_done();
    int given_up = 0;
    while (auto outcome = co_await group.next())
      given_up += outcome->error().code() == error_code::cancelled ? 1 : 0;
    go = true;
    co_await ctx.yield();
    const bool others_go_on = !sibling.is_done() && others.size() == 1;
    sibling.cancel();
    others.cancel();
    co_await sibling.result();
    co_await others.next();
    co_return at_once&& goes_on&& others_go_on ? given_up : -1;
  });
  BOOST_TEST(task.await().value() == 4);
}

BOOST_AUTO_TEST_CASE(waiting_members_are_pending_children_in_the_tree) {
  async_event go;
  auto task = rt.spawn([&](task_context ctx) -> async<std::size_t> {
    task_group<void> group{ctx};
    group.max_concurrency(1);
    for (int i = 0; i < 3; ++i)
      group.spawn(waits_for_ever);
    co_await go;
    const auto n = ctx.children().size();
    group.cancel();
    co_return n;
  });
  wait_until_idle(rt);
  int waiting = 0;
  for (const auto& t : rt.snapshot().tasks)
    waiting += t.status == task_status::pending && t.detail == "waiting for its turn";
  BOOST_TEST(waiting == 2);
  go.set();
  BOOST_TEST(task.await().value() == 3u);
}

BOOST_AUTO_TEST_CASE(dropped_children_are_reaped_while_the_parent_waits) {
  async_event go;
  auto task = rt.spawn([&](task_context ctx) -> async<void> {
    for (int i = 0; i < 100; ++i)
      static_cast<void>(
          ctx.spawn([](task_context inner) -> async<void> { co_await inner.sleep_for(1ms); }));
    co_await go;
  });
  wait_until_idle(rt);
  BOOST_TEST(rt.live_tasks() == 101u);
  advance(1ms);
  BOOST_TEST(rt.live_tasks() == 1u);
  go.set();
  BOOST_TEST(task.await().is_ok());
}

BOOST_AUTO_TEST_CASE(a_group_that_outlives_the_body_holds_nobody_up) {
  gauge g;
  auto kept = std::make_shared<std::optional<task_group<int>>>();
  auto task = rt.spawn([&g, kept = std::move(kept)](task_context ctx) -> async<void> {
    kept->emplace(ctx);
    (*kept)->max_concurrency(2);
    for (int i = 0; i < 5; ++i)
      (*kept)->spawn(measured, std::ref(g), i);
    co_await ctx.sleep_for(10ms); // two have ended and lie in the group
  });
  advance(10ms);
  advance(20ms);
  BOOST_TEST(task.await().is_ok());
  BOOST_TEST(g.started == 5);
}

BOOST_AUTO_TEST_CASE(move_only_values_come_out_of_a_group) {
  auto task = rt.spawn([](task_context ctx) -> async<int> {
    task_group<std::unique_ptr<int>> group{ctx};
    group.max_concurrency(1);
    for (int i = 0; i < 3; ++i)
      group.spawn([i] { return std::make_unique<int>(i); });
    auto moved = std::move(group);
    int sum = 0;
    while (auto outcome = co_await moved.next())
      sum += *outcome->value();
    co_return sum;
  });
  BOOST_TEST(task.await().value() == 3);
}

// Runs a body that waits for members of a group which end when they are told to, and tells them so.
template <class Start>
std::string in_the_order_of_their_ends(runtime& rt, Start start) {
  async_event ends[3];
  std::latch begun{3};
  auto task = start([&](task_context ctx) {
    task_group<char> group{ctx};
    for (const char member : {'a', 'b', 'c'})
      group.spawn([&, member]() -> async<char> {
        begun.count_down();
        co_await ends[member - 'a'];
        co_return member;
      });
    std::string ended;
    while (auto outcome = group.next().await())
      ended += outcome->value();
    return ended;
  });
  begun.wait();
  for (const int member : {2, 0, 1}) {
    wait_until_idle(rt);
    ends[member].set();
  }
  return task.await().value();
}

BOOST_AUTO_TEST_CASE(a_callable_takes_outcomes_in_the_order_of_their_ends) {
  BOOST_TEST(in_the_order_of_their_ends(rt, [&](auto body) { return rt.spawn(body); }) == "cab");
  BOOST_TEST(in_the_order_of_their_ends(rt, [&](auto body) {
               return async_task::to<std::string>(rt).blocking().run(body);
             }) == "cab");
}

BOOST_FIXTURE_TEST_CASE(a_callable_that_waits_for_a_group_runs_its_members,
                        sweet::testing::single_worker_fixture) {
  auto task = rt.spawn([](task_context ctx) {
    task_group<int> group{ctx};
    group.max_concurrency(2);
    for (int i = 0; i < 100; ++i)
      group.spawn([i] { return i; });
    int sum = 0;
    while (auto outcome = group.next().await())
      sum += outcome->value();
    return sum;
  });
  BOOST_TEST(task.await().value() == 4950);
}

BOOST_AUTO_TEST_CASE(a_cancelled_callable_stops_waiting_for_its_group) {
  bool went_on = false;
  auto task = rt.spawn([&](task_context ctx) {
    task_group<void> group{ctx};
    group.spawn(waits_for_ever);
    static_cast<void>(group.next().await());
    went_on = true;
  });
  wait_until_idle(rt);
  task.cancel();
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
  BOOST_TEST(!went_on);
}

BOOST_AUTO_TEST_CASE(a_destructor_of_a_stopped_body_gets_no_outcome) {
  std::latch gate{1};
  bool empty = false;
  auto task = rt.spawn([&](task_context ctx) {
    task_group<void> group{ctx};
    struct looks_at_end {
      ~looks_at_end() {
        empty = !group.next().await();
        gate.count_down();
      }
      task_group<void>& group;
      bool& empty;
      std::latch& gate;
    } at_end{group, empty, gate};
    group.spawn(async_task::to<void>(ctx).blocking(), [&gate] { gate.wait(); });
    static_cast<void>(group.next().await());
  });
  wait_until_idle(rt);
  task.cancel();
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
  BOOST_TEST(empty);
}

BOOST_AUTO_TEST_CASE(more_bodies_than_may_block_are_told_so) {
  async_event go;
  auto gate = rt.spawn([&]() -> async<void> { co_await go; });
  std::vector<spawning_task<error_code>> blocked;
  for (int i = 0; i < 514; ++i)
    blocked.push_back(rt.spawn([&](task_context ctx) {
      task_group<void> group{ctx};
      group.spawn([&]() -> async<void> { co_await gate; });
      try {
        return group.next().await() ? error_code::unknown : error_code::failure;
      } catch (const task_failure& refused) {
        return group.size() == 1 ? refused.error().code() : error_code::failure;
      }
    }));
  wait_until_idle(rt);
  go.set();
  int refused = 0;
  for (auto& task : blocked) {
    const auto what = task.await().value();
    BOOST_TEST((what != error_code::failure));
    refused += what == error_code::resource_limit;
  }
  BOOST_TEST(refused == 2);
}

BOOST_AUTO_TEST_CASE(a_builder_describes_members) {
  auto task = rt.spawn([](task_context ctx) {
    task_group<std::string> group{ctx};
    const auto member = async_task::to<std::string>(ctx).retry(1, backoff::immediate());
    for (const char* name : {"first", "second"})
      group.spawn(
          member.name(name),
          [](task_context own, int last) {
            if (own.attempt() < 2)
              throw std::runtime_error{"not yet"};
            return own.name() + std::to_string(last);
          },
          7);
    std::set<std::string> values;
    while (auto outcome = group.next().await())
      values.insert(outcome->value());
    return values;
  });
  BOOST_TEST((task.await().value() == std::set<std::string>{"first7", "second7"}));
}

// The outcome of a member that waits in vain for its turn behind another one, and whether it ran.
// A third member gets the turn afterwards.
template <class Describe>
std::string outcome_without_a_turn(runtime_fixture& f, Describe describe) {
  async_event end;
  bool ran = false;
  auto task = async_task::to<std::string>(f.rt)
                  .on_child_failure(child_failure::collect)
                  .run([&](task_context ctx) -> async<std::string> {
                    task_group<int> group{ctx};
                    group.max_concurrency(1);
                    group.spawn([&]() -> async<int> {
                      co_await end;
                      co_return 1;
                    });
                    group.spawn(describe(async_task::to<int>(ctx)), [&] {
                      ran = true;
                      return 2;
                    });
                    group.spawn([] { return 3; });
                    auto in_time = co_await group.next();
                    std::string all = in_time->error().message();
                    end.set();
                    while (auto outcome = co_await group.next())
                      all += ' ' + std::to_string(outcome->value());
                    co_return all;
                  });
  f.advance(1s);
  const auto all = task.await().value();
  BOOST_TEST(!ran);
  return all;
}

BOOST_AUTO_TEST_CASE(the_queue_time_of_a_member_counts_while_it_waits_for_its_turn) {
  BOOST_TEST(outcome_without_a_turn(*this, [](auto member) { return member.queue_timeout(1s); }) ==
             "not started within its queue timeout 1 3");
}

BOOST_AUTO_TEST_CASE(the_deadline_of_a_member_counts_while_it_waits_for_its_turn) {
  BOOST_TEST(outcome_without_a_turn(*this, [](auto member) { return member.deadline(1s); }) ==
             "not done by its deadline 1 3");
}

BOOST_AUTO_TEST_CASE(a_member_has_its_outcome_when_its_deadline_passes) {
  std::latch gate{1};
  auto task =
      async_task::to<std::size_t>(rt)
          .on_child_failure(child_failure::collect)
          .run([&](task_context ctx) -> async<std::size_t> {
            task_group<void> group{ctx};
            group.spawn(async_task::to<void>(ctx).blocking().deadline(1s), [&] { gate.wait(); });
            const auto outcome = co_await group.next();
            gate.count_down();
            co_return outcome->error().code() == error_code::timeout ? group.size() : 1u;
          });
  advance(1s);
  BOOST_TEST(task.await().value() == 0u);
}

BOOST_AUTO_TEST_CASE(a_builder_of_another_task_is_refused) {
  auto task = rt.spawn([](task_context ctx) {
    auto child = ctx.spawn([ctx](task_context own) {
      task_group<int> group{own};
      const auto member = async_task::to<int>(ctx);
      return throws<std::invalid_argument>([&] { group.spawn(member, [] { return 1; }); }) &&
             group.size() == 0;
    });
    return child.await().value();
  });
  BOOST_TEST(task.await().value());
}

BOOST_AUTO_TEST_CASE(a_task_has_65535_groups_at_most) {
  auto task = rt.spawn([](task_context ctx) {
    std::vector<task_group<void>> groups;
    groups.reserve(65'535);
    for (int i = 0; i < 65'535; ++i)
      groups.emplace_back(ctx);
    const auto one_more = [&] { task_group<void> one{ctx}; };
    const bool refused = throws<std::length_error>(one_more);
    groups.pop_back();
    return refused && !throws<std::length_error>(one_more);
  });
  BOOST_TEST(task.await().value());
}

BOOST_AUTO_TEST_SUITE_END()
