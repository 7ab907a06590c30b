// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/sweet.hpp>
#include <sweet/testing/for_each_seed.hpp>
#include <sweet/testing/runtime_fixture.hpp>
#include <sweet/testing/wait_until_idle.hpp>

#include <chrono>
#include <cstddef>
#include <limits>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::for_each_seed;
using sweet::testing::runtime_fixture;
using sweet::testing::simulation;
using sweet::testing::single_worker_fixture;
using sweet::testing::wait_until_idle;

namespace wait_group_test {
namespace {

constexpr cancellation_level levels[] = {cancellation_level::graceful, cancellation_level::kill,
                                         cancellation_level::kill_hard};

struct fixture : runtime_fixture {
  spawning_task<void> waits(wait_group g) {
    auto task = spawn(
        rt, [](task_context, wait_group mine) -> async<void> { co_await mine.wait(); },
        std::move(g));
    wait_until_idle(rt);
    return task;
  }
};

} // namespace
} // namespace wait_group_test

BOOST_FIXTURE_TEST_SUITE(wait_group_test, fixture)

BOOST_AUTO_TEST_CASE(nobody_waits_for_nothing) {
  BOOST_TEST(waits(wait_group{}).await().is_ok());
  wait_group{}.wait().await();
}

BOOST_AUTO_TEST_CASE(all_that_wait_go_on_with_the_last_one) {
  wait_group g{2};
  g.add();
  BOOST_TEST(g.count() == 3u);
  auto one = waits(g);
  auto other = waits(g);
  g.done();
  g.done();
  wait_until_idle(rt);
  BOOST_TEST(!one.is_done());
  BOOST_TEST(!other.is_done());
  g.done();
  BOOST_TEST(one.await().is_ok());
  BOOST_TEST(other.await().is_ok());
  BOOST_TEST(g.count() == 0u);
}

BOOST_AUTO_TEST_CASE(can_be_used_again) {
  wait_group g;
  for (int i = 0; i < 3; ++i) {
    g.add(2);
    auto task = waits(g);
    g.done();
    BOOST_TEST(!task.is_done());
    g.done();
    // Those who waited go on, whatever comes now.
    g.add(1);
    BOOST_TEST(task.await().is_ok());
    g.done();
  }
}

BOOST_AUTO_TEST_CASE(miscounting_is_told) {
  wait_group g;
  BOOST_CHECK_THROW(g.done(), std::logic_error);
  g.add(std::numeric_limits<std::size_t>::max());
  BOOST_CHECK_THROW(g.add(), std::overflow_error);
  BOOST_TEST(g.count() == std::numeric_limits<std::size_t>::max());
}

BOOST_AUTO_TEST_CASE(a_stopped_wait_changes_nothing) {
  for (const auto level : levels) {
    wait_group g{1};
    auto stopped = waits(g);
    auto other = waits(g);
    stopped.cancel(level);
    BOOST_TEST((stopped.await().error().code() == error_code::cancelled));
    BOOST_TEST(!other.is_done());
    BOOST_TEST(g.count() == 1u);
    wait_until_idle(rt);
    g.done();
    BOOST_TEST(other.await().is_ok());
  }
}

BOOST_FIXTURE_TEST_CASE(a_wait_that_is_over_wins_over_a_stop, single_worker_fixture) {
  const wait_group g{1};
  bool passed = false;
  auto task = spawn(rt, [&](task_context ctx) -> async<void> {
    co_await g.wait();
    passed = true;
    co_await ctx.sleep_for(1h);
  });
  wait_until_idle(rt);
  spawn(rt, [&] {
    g.done();
    task.cancel();
  }).await();
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
  BOOST_TEST(passed);
}

BOOST_AUTO_TEST_CASE(callables_and_other_threads_wait_and_see_what_was_done) {
  wait_group g{4};
  std::vector<int> written(4, 0);
  const auto sum = [&] {
    g.wait().await();
    return written[0] + written[1] + written[2] + written[3];
  };
  auto callable = spawn(rt, sum);
  int other_sum = 0;
  std::thread other{[&] { other_sum = sum(); }};
  std::vector<std::thread> workers;
  for (auto& x : written)
    workers.emplace_back([&x, g] {
      x = 1;
      g.done();
    });
  BOOST_TEST(callable.await().value() == 4);
  other.join();
  BOOST_TEST(other_sum == 4);
  for (auto& w : workers)
    w.join();
}

BOOST_AUTO_TEST_CASE(a_cancelled_callable_stops_waiting) {
  wait_group g{1};
  auto task = spawn(rt, [g] { g.wait().await(); });
  wait_until_idle(rt);
  task.cancel();
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
  g.done();
}

BOOST_AUTO_TEST_CASE(selects) {
  wait_group g{1};
  const auto chooses = [g](task_context ctx) -> async<std::size_t> {
    auto what = co_await select(g.wait(), ctx.sleep_for(1s));
    co_return what.index();
  };
  auto gives_up = spawn(rt, chooses);
  advance(1s);
  BOOST_TEST(gives_up.await().value() == 1u);
  auto waits_long = spawn(rt, chooses);
  wait_until_idle(rt);
  g.done();
  BOOST_TEST(waits_long.await().value() == 0u);
  BOOST_TEST(spawn(rt, chooses).await().value() == 0u);
}

BOOST_AUTO_TEST_CASE(nobody_goes_on_early_or_never_in_any_interleaving) {
  for_each_seed(200, [](simulation& sim) {
    wait_group g;
    std::size_t open = 0;
    bool early = false;
    sim.run([&](task_context ctx) -> async<void> {
      std::vector<child_task<void>> tasks;
      const std::size_t jobs = 1 + sim.choose(5);
      open = jobs;
      g.add(jobs);
      for (int i = 0; i < 4; ++i)
        tasks.push_back(ctx.spawn([&](task_context self) -> async<void> {
          if (sim.choose(2) == 0) {
            const std::chrono::milliseconds patience{sim.choose(3)};
            auto what = co_await select(self.sleep_for(patience), g.wait());
            if (what.index() == 0)
              co_return;
          } else {
            co_await g.wait();
          }
          early = early || open != 0;
        }));
      for (std::size_t i = 0; i < jobs; ++i)
        tasks.push_back(ctx.spawn([&](task_context self) -> async<void> {
          co_await self.sleep_for(std::chrono::milliseconds{sim.choose(4)});
          --open;
          g.done();
        }));
      for (std::size_t i = 0; i < 4; ++i)
        if (sim.choose(4) == 0)
          tasks[i].cancel(levels[sim.choose(3)]);
      for (auto& t : tasks)
        static_cast<void>(co_await t.result());
    });
    BOOST_TEST_CONTEXT("SWEET_SEED=" << sim.seed())
    BOOST_TEST(!early);
  });
}

BOOST_AUTO_TEST_CASE(many_tasks_on_several_workers) {
  runtime several{runtime_options{.workers = 4}};
  for (int round = 0; round < 50; ++round) {
    wait_group g{100};
    std::vector<spawning_task<void>> tasks;
    for (int i = 0; i < 100; ++i)
      tasks.push_back(spawn(
          several,
          [](task_context, wait_group mine) -> async<void> {
            mine.done();
            co_await mine.wait();
          },
          g));
    g.wait().await();
    BOOST_TEST(g.count() == 0u);
    for (auto& t : tasks)
      BOOST_TEST(t.await().is_ok());
  }
}

BOOST_AUTO_TEST_SUITE_END()
