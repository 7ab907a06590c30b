// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Memory is refused where a wait, or the end of one, asks for it; see fail_each_allocation().

#include <sweet/sweet.hpp>
#include <sweet/testing/at_end.hpp>
#include <sweet/testing/fail_each_allocation.hpp>
#include <sweet/testing/simulation.hpp>
#include <sweet/testing/waits_for_ever.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstddef>
#include <new>
#include <optional>
#include <utility>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::at_end;
using sweet::testing::fail_each_allocation;
using sweet::testing::waits_for_ever;
using sweet::testing::world;

namespace refused_memory_test {
namespace {

/// The first item of a channel needs memory.
async<int> callable_sends(task_context ctx, world&) {
  co_return co_await ctx.spawn([] {
    auto [tx, rx] = channel<int>{1};
    static_cast<void>(tx.send(1).await());
    return rx.try_receive().value_or(0);
  });
}

async<int> callable_selects(task_context ctx, world&) {
  co_return co_await ctx.spawn([] {
    auto [tx, rx] = channel<int>{1};
    async_event never;
    const auto index = select(never, tx.send(1)).await().index();
    return static_cast<int>(index) * rx.try_receive().value_or(0);
  });
}

/// A destructor of a body that is told to stop gets no exception.
async<int> destructor_sends(task_context ctx, world&) {
  auto task = ctx.runtime().spawn([](task_context own) -> async<void> {
    auto [tx, rx] = channel<int>{1};
    const at_end sends{[to = tx]() mutable { static_cast<void>(to.send(1).await()); }};
    co_await waits_for_ever(own);
  });
  co_await ctx.sleep_for(1ms);
  task.cancel();
  const auto outcome = co_await task.result();
  if (outcome.error().code() != error_code::cancelled)
    co_return outcome.error();
  co_return 1;
}

/// Members that have an outcome before they have ended.
async<int> members_are_given_up(task_context ctx, world&) {
  task_group<void> group{ctx};
  for (int i = 0; i < 3; ++i)
    group.spawn([](task_context own) -> async<void> {
      auto below = own.spawn(waits_for_ever);
      co_await below;
    });
  co_await ctx.sleep_for(1ms);
  group.cancel(cancellation_level::kill_hard);
  int n = 0;
  while (auto next = co_await group.next())
    n += next->is_err() ? 1 : 0;
  co_return n;
}

struct slow : service {
  async<int> work(task_context ctx) {
    co_await waits_for_ever(ctx);
    co_return 1;
  }
};

/// The function of a call that nobody waits for any more is told to stop.
async<int> abandons_a_call(task_context ctx, world&) {
  const service_of<slow> description;
  auto served = ctx.spawn(description);
  {
    auto call = description.ref().call(ctx, &slow::work);
    co_await ctx.sleep_for(1ms);
  }
  co_await ctx.sleep_for(1ms);
  served.cancel();
  static_cast<void>(co_await served.result());
  co_return 1;
}

} // namespace
} // namespace refused_memory_test

BOOST_AUTO_TEST_SUITE(refused_memory_test)

BOOST_AUTO_TEST_CASE(a_callable_that_waits_for_room_fails) {
  fail_each_allocation(refused_memory_test::callable_sends, 1);
}

BOOST_AUTO_TEST_CASE(a_callable_that_selects_fails) {
  fail_each_allocation(refused_memory_test::callable_selects, 1);
}

BOOST_AUTO_TEST_CASE(a_destructor_of_a_stopped_body_goes_on) {
  fail_each_allocation(refused_memory_test::destructor_sends, 1);
}

BOOST_AUTO_TEST_CASE(members_of_a_group_that_are_given_up_come_all_the_same) {
  fail_each_allocation(refused_memory_test::members_are_given_up, 3);
}

BOOST_AUTO_TEST_CASE(a_call_that_is_abandoned_ends) {
  fail_each_allocation(refused_memory_test::abandons_a_call, 1);
}

BOOST_AUTO_TEST_SUITE_END()
