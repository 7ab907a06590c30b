// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/sweet.hpp>
#include <sweet/testing/expect.hpp>
#include <sweet/testing/for_each_seed.hpp>
#include <sweet/testing/runtime_fixture.hpp>
#include <sweet/testing/simulation.hpp>
#include <sweet/testing/throws.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::expect;
using sweet::testing::for_each_seed;
using sweet::testing::runtime_fixture;
using sweet::testing::simulation;
using sweet::testing::throws;
using sweet::testing::wait_until_idle;

// A task has no more children at a time than it has allowed itself.
namespace child_limit_test {
namespace {

async<int> returns(int n) {
  co_return n;
}

async<void> waits(async_event& event) {
  co_await event;
}

} // namespace
} // namespace child_limit_test

BOOST_FIXTURE_TEST_SUITE(child_limit_test, runtime_fixture)

BOOST_AUTO_TEST_CASE(spawn_waits_until_a_child_has_ended) {
  async_event end_of_first;
  int started = 0;
  auto task = rt.spawn([&](task_context ctx) -> async<void> {
    auto limit = ctx.max_children(2);
    auto first = co_await limit.spawn(waits, std::ref(end_of_first));
    async_event end_of_others;
    auto second = co_await limit.spawn(waits, std::ref(end_of_others));
    expect(limit.room() == 0);
    started = 2;
    auto third = co_await limit.spawn(waits, std::ref(end_of_others));
    started = 3;
    end_of_others.set();
    co_await first;
    co_await second;
    co_await third;
    expect(limit.room() == 2);
  });
  wait_until_idle(rt);
  BOOST_TEST(started == 2);
  end_of_first.set();
  BOOST_TEST(task.await().is_ok());
  BOOST_TEST(started == 3);
}

BOOST_AUTO_TEST_CASE(try_spawn_tells_that_there_is_no_room) {
  auto task = rt.spawn([](task_context ctx) -> async<void> {
    auto limit = ctx.max_children(1);
    async_event end;
    auto first = limit.try_spawn(waits, std::ref(end));
    auto refused = limit.try_spawn(returns, 1);
    expect(refused.is_err());
    expect(refused.error().code() == error_code::resource_limit);
    expect(refused.error().message().find("no room for a child: 1 ") != std::string::npos);
    end.set();
    co_await first.value();
    auto second = limit.try_spawn(returns, 2);
    expect(co_await second.value() == 2);
    auto none = ctx.max_children(0);
    expect(none.try_spawn(returns, 3).is_err());
  });
  BOOST_TEST(task.await().is_ok());
}

BOOST_AUTO_TEST_CASE(a_child_counts_until_its_own_children_have_ended) {
  async_event end;
  auto task = rt.spawn([&](task_context ctx) -> async<void> {
    auto limit = ctx.max_children(1);
    {
      // Its handle goes at once, and its body ends long before its child.
      auto parent = co_await limit.spawn([&](task_context own) -> async<void> {
        static_cast<void>(own.spawn(waits, std::ref(end)));
        co_return;
      });
    }
    for (int i = 0; i < 10; ++i)
      co_await ctx.yield();
    expect(limit.room() == 0);
    end.set();
    expect(co_await (co_await limit.spawn(returns, 5)) == 5);
  });
  BOOST_TEST(task.await().is_ok());
}

BOOST_AUTO_TEST_CASE(children_that_fail_or_are_cancelled_make_room) {
  auto task = rt.spawn([](task_context ctx) -> async<void> {
    auto limit = ctx.max_children(1);
    co_await ctx.scope(child_failure::collect, [](task_context own) -> async<void> {
      auto inner = own.max_children(1);
      auto fails = inner.spawn([]() -> int { throw std::runtime_error{"no"}; });
      auto failed = co_await fails;
      expect((co_await failed.result()).is_err());
      async_event never;
      auto cancelled_one = co_await inner.spawn(waits, std::ref(never));
      cancelled_one.cancel();
      expect(co_await (co_await inner.spawn(returns, 6)) == 6);
    });
    expect(limit.room() == 1);
  });
  BOOST_TEST(task.await().is_ok());
}

BOOST_AUTO_TEST_CASE(a_wait_that_is_stopped_starts_no_child_and_takes_no_room) {
  auto task = rt.spawn([](task_context ctx) -> async<void> {
    auto limit = ctx.max_children(1);
    async_event end;
    auto first = co_await limit.spawn(waits, std::ref(end));
    bool ran = false;
    const auto late = co_await ctx
                          .with_timeout(1s,
                                        [&](task_context) -> async<void> {
                                          auto child = co_await limit.spawn([&ran] { ran = true; });
                                          co_await child;
                                        })
                          .result();
    expect(late.error().code() == error_code::timeout);
    end.set();
    co_await first;
    expect(!ran);
    expect(limit.room() == 1);
  });
  advance(1s);
  BOOST_TEST(task.await().is_ok());
}

BOOST_AUTO_TEST_CASE(callables_wait_for_room_as_well) {
  auto task = rt.spawn([](task_context ctx) {
    auto limit = ctx.max_children(2);
    int sum = 0;
    std::vector<child_task<int>> children;
    for (int i = 0; i < 50; ++i)
      children.push_back(
          limit.spawn([text = std::make_unique<int>(i)](task_context) { return *text; }).await());
    for (auto& child : children)
      sum += child.await().value();
    return sum;
  });
  BOOST_TEST(task.await().value() == 49 * 50 / 2);
}

BOOST_AUTO_TEST_CASE(captures_of_a_coroutine_stay_where_they_are) {
  auto task = rt.spawn([](task_context ctx) -> async<std::size_t> {
    auto limit = ctx.max_children(1);
    const std::string text(100, 'x');
    auto child = co_await limit.spawn(
        [text](task_context own, int times) -> async<std::size_t> {
          std::size_t sum = 0;
          for (int i = 0; i < times; ++i) {
            co_await own.yield();
            sum += text.size();
          }
          co_return sum;
        },
        3);
    co_return co_await child;
  });
  BOOST_TEST(task.await().value() == 300u);
}

BOOST_AUTO_TEST_CASE(a_killed_task_starts_none_and_gives_the_room_back) {
  std::atomic<bool> gave_it_back{false};
  auto task = rt.spawn([&](task_context ctx) {
    auto limit = ctx.max_children(1);
    while (!ctx.is_cancelled())
      std::this_thread::yield();
    expect(throws<cancelled>([&] { return limit.try_spawn(returns, 1); }));
    gave_it_back = limit.room() == 1;
  });
  while (task.status() != task_status::running)
    std::this_thread::yield();
  task.cancel(cancellation_level::kill);
  static_cast<void>(task.await());
  rt.join();
  BOOST_TEST(gave_it_back);
}

BOOST_AUTO_TEST_CASE(in_every_interleaving_there_are_no_more_and_all_get_their_turn) {
  for_each_seed(200, [](simulation& sim) {
    constexpr int children = 12;
    int live = 0;
    int most = 0;
    int ran = 0;
    std::vector<int> order;
    sim.run([&](task_context ctx) -> async<void> {
      const auto n = 1 + static_cast<int>(sim.choose(3));
      auto limit = ctx.max_children(static_cast<std::size_t>(n));
      for (int i = 0; i < children; ++i) {
        auto child = co_await limit.spawn([&, i](task_context own) -> async<void> {
          most = std::max(most, ++live);
          ++ran;
          order.push_back(i);
          if (sim.choose(2) == 0)
            co_await own.sleep_for(1ms);
          if (sim.choose(4) == 0)
            static_cast<void>(own.spawn(
                [](task_context below) -> async<void> { co_await below.sleep_for(1ms); }));
          --live;
        });
        static_cast<void>(child);
      }
      expect(most <= n);
    });
    BOOST_TEST_CONTEXT("SWEET_SEED=" << sim.seed()) {
      BOOST_TEST(ran == children);
    }
  });
}

BOOST_AUTO_TEST_SUITE_END()
