// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/sweet.hpp>
#include <sweet/testing/runtime_fixture.hpp>
#include <sweet/testing/waits_for_ever.hpp>

#include <atomic>
#include <thread>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::runtime_fixture;
using sweet::testing::single_worker_fixture;
using sweet::testing::waits_for_ever;

namespace await_test {
namespace {

// Plain callables that block: the recursion must neither deadlock nor run out of threads.
int leaves(task_context ctx, int depth) {
  if (depth == 0)
    return 1;
  auto a = ctx.spawn(leaves, depth - 1);
  auto b = ctx.spawn(leaves, depth - 1);
  return a.await().value() + b.await().value();
}

int fan_out(task_context ctx, int levels, int width) {
  if (levels == 0)
    return 1;
  std::vector<child_task<int>> children;
  for (int i = 0; i < width; ++i)
    children.push_back(ctx.spawn(fan_out, levels - 1, width));
  int sum = 0;
  for (auto& child : children)
    sum += child.await().value();
  return sum;
}

} // namespace
} // namespace await_test

BOOST_AUTO_TEST_SUITE(await_test)

BOOST_FIXTURE_TEST_CASE(a_binary_fork_join_of_callables_on_one_worker, single_worker_fixture) {
  BOOST_TEST(spawn(rt, leaves, 16).await().value() == 1 << 16);
}

BOOST_FIXTURE_TEST_CASE(a_binary_fork_join_of_callables_on_two_workers, runtime_fixture) {
  BOOST_TEST(spawn(rt, leaves, 16).await().value() == 1 << 16);
}

BOOST_FIXTURE_TEST_CASE(three_levels_of_twenty_on_one_worker, single_worker_fixture) {
  BOOST_TEST(spawn(rt, fan_out, 3, 20).await().value() == 8000);
}

BOOST_FIXTURE_TEST_CASE(three_levels_of_twenty_on_two_workers, runtime_fixture) {
  for (int i = 0; i < 20; ++i)
    BOOST_TEST(spawn(rt, fan_out, 3, 20).await().value() == 8000);
}

BOOST_FIXTURE_TEST_CASE(a_very_deep_recursion_goes_on_on_other_stacks, single_worker_fixture) {
  struct chain {
    static int link(task_context ctx, int depth) {
      return depth == 0 ? 0 : 1 + ctx.spawn(link, depth - 1).await().value();
    }
  };
  BOOST_TEST(spawn(rt, chain::link, 20'000).await().value() == 20'000);
}

BOOST_FIXTURE_TEST_CASE(a_body_can_block_on_a_task_that_is_not_its_child, single_worker_fixture) {
  auto task = spawn(rt, [this] {
    auto other = spawn(rt, [] { return 20; });
    return other.await().value() + 1;
  });
  BOOST_TEST(task.await().value() == 21);
}

BOOST_FIXTURE_TEST_CASE(a_blocked_worker_lets_others_run, single_worker_fixture) {
  async_event go;
  auto blocked = spawn(rt, [&](task_context ctx) {
    auto child = ctx.spawn([&]() -> async<int> {
      co_await go;
      co_return 5;
    });
    return child.await().value();
  });
  sweet::testing::wait_until_idle(rt);
  BOOST_TEST(spawn(rt, [] { return 1; }).await().value() == 1);
  go.set();
  BOOST_TEST(blocked.await().value() == 5);
}

BOOST_FIXTURE_TEST_CASE(more_bodies_than_may_block_get_an_error, single_worker_fixture) {
  async_event go;
  auto gate = spawn(rt, [&]() -> async<void> { co_await go; });
  std::vector<spawning_task<error_code>> blocked;
  for (int i = 0; i < 514; ++i)
    blocked.push_back(spawn(rt, [&] {
      auto outcome = gate.await();
      return outcome.is_ok() ? error_code::unknown : outcome.error().code();
    }));
  sweet::testing::wait_until_idle(rt);
  go.set();
  int refused = 0;
  for (auto& task : blocked)
    refused += task.await().value() == error_code::resource_limit;
  BOOST_TEST(refused == 2);
}

/// Blocking bodies one below the other, all of which wait for the event.
struct blocking_chain {
  async_event go;
  std::atomic<int> begun{0};

  int link(task_context ctx, int more) {
    ++begun;
    if (more == 0) {
      auto last = ctx.spawn([this]() -> async<int> {
        co_await go;
        co_return 1;
      });
      return last.await().value();
    }
    auto next = async_task::to<int>(ctx).blocking().run(
        [this, more](task_context below) { return link(below, more - 1); });
    return 1 + next.await().value();
  }
};

BOOST_FIXTURE_TEST_CASE(as_many_blocking_bodies_as_there_are_threads_may_wait_for_others,
                        single_worker_fixture) {
  const auto start = [&](blocking_chain& chain, int n) {
    return async_task::to<int>(rt).blocking().run(
        [&chain, n](task_context ctx) { return chain.link(ctx, n - 1); });
  };
  blocking_chain as_many;
  auto waits = start(as_many, 512);
  while (as_many.begun < 512)
    std::this_thread::yield();
  as_many.go.set();
  BOOST_TEST(waits.await().value() == 512);
  blocking_chain one_more;
  const auto refused = start(one_more, 513).await();
  BOOST_REQUIRE(refused.is_err());
  BOOST_TEST((refused.error().root_cause().code() == error_code::resource_limit));
}

BOOST_FIXTURE_TEST_CASE(a_blocking_wait_can_be_cancelled, runtime_fixture) {
  std::atomic<bool> thrown{false};
  auto task = spawn(rt, [&](task_context ctx) {
    auto child = ctx.spawn(waits_for_ever);
    try {
      static_cast<void>(child.await());
    } catch (const cancelled&) {
      thrown = true;
      throw;
    }
  });
  sweet::testing::wait_until_idle(rt);
  task.cancel();
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
  BOOST_TEST(thrown);
}

BOOST_FIXTURE_TEST_CASE(blocking_bodies_run_beside_the_workers, single_worker_fixture) {
  std::atomic<int> inside{0};
  auto body = [&] {
    ++inside;
    while (inside < 8) // all of them at the same time
      std::this_thread::yield();
    return 1;
  };
  std::vector<spawning_task<int>> tasks;
  for (int i = 0; i < 8; ++i)
    tasks.push_back(async_task::to<int>(rt).blocking().run(body));
  for (auto& task : tasks)
    BOOST_TEST(task.await().value() == 1);
}

BOOST_FIXTURE_TEST_CASE(a_blocking_body_has_children_and_waits_for_them, single_worker_fixture) {
  auto task = async_task::to<int>(rt).blocking().run([](task_context ctx) {
    auto child = ctx.spawn(leaves, 8);
    auto forgotten = ctx.spawn([](task_context inner) -> async<void> { co_await inner.yield(); });
    return child.await().value();
  });
  BOOST_TEST(task.await().value() == 256);
}

BOOST_FIXTURE_TEST_CASE(a_blocking_body_that_fails_fails, runtime_fixture) {
  auto task = async_task::to<int>(rt).blocking().run(
      []() -> int { throw std::runtime_error{"blocked and failed"}; });
  BOOST_TEST(task.await().error().message() == "blocked and failed");
}

BOOST_FIXTURE_TEST_CASE(a_blocking_body_that_waits_for_a_thread_can_be_cancelled,
                        single_worker_fixture) {
  constexpr int threads = 512; // as many as the pool has
  std::atomic<int> inside{0};
  std::atomic<bool> hold{true};
  std::vector<spawning_task<void>> tasks;
  for (int i = 0; i < threads; ++i)
    tasks.push_back(async_task::to<void>(rt).blocking().run([&] {
      ++inside;
      while (hold)
        std::this_thread::yield();
    }));
  while (inside != threads)
    std::this_thread::yield();
  std::atomic<bool> ran{false};
  auto waiting = async_task::to<void>(rt).blocking().run([&] { ran = true; });
  sweet::testing::wait_until_idle(rt);
  waiting.cancel();
  hold = false;
  BOOST_TEST((waiting.await().error().code() == error_code::cancelled));
  BOOST_TEST(!ran);
  for (auto& task : tasks)
    BOOST_TEST(task.await().is_ok());
}

BOOST_FIXTURE_TEST_CASE(a_wait_from_outside_can_time_out, runtime_fixture) {
  auto task = spawn(rt, waits_for_ever);
  sweet::testing::wait_until_idle(rt);
  BOOST_TEST((task.await(1ms).error().code() == error_code::timeout));
  BOOST_TEST(task.status() == task_status::running);
  task.cancel();
  BOOST_TEST((task.await(1h).error().code() == error_code::cancelled));
}

BOOST_FIXTURE_TEST_CASE(a_wait_in_a_body_times_out_by_the_clock_of_the_runtime, runtime_fixture) {
  auto target = spawn(rt, waits_for_ever);
  auto task = spawn(rt, [&] { return target.await(10s).error().code(); });
  advance(9s);
  BOOST_TEST(!task.is_done());
  advance(1s);
  BOOST_TEST((task.await().value() == error_code::timeout));
  target.cancel();
}

BOOST_FIXTURE_TEST_CASE(many_threads_wait_for_one_task, runtime_fixture) {
  async_event go;
  auto task = spawn(rt, [&]() -> async<int> {
    co_await go;
    co_return 3;
  });
  std::atomic<int> sum{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&sum, task] { sum += task.await().value(); });
  go.set();
  for (auto& t : threads)
    t.join();
  BOOST_TEST(sum == 24);
}

BOOST_AUTO_TEST_SUITE_END()
