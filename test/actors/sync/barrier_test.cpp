// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/sweet.hpp>
#include <sweet/testing/for_each_seed.hpp>
#include <sweet/testing/runtime_fixture.hpp>
#include <sweet/testing/wait_until_idle.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
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

namespace barrier_test {
namespace {

constexpr cancellation_level levels[] = {cancellation_level::graceful, cancellation_level::kill,
                                         cancellation_level::kill_hard};

struct fixture : runtime_fixture {
  spawning_task<bool> arrives(barrier b) {
    auto task = spawn(
        rt,
        [](task_context, barrier mine) -> async<bool> {
          co_return co_await mine.arrive_and_wait();
        },
        std::move(b));
    wait_until_idle(rt);
    return task;
  }
};

} // namespace
} // namespace barrier_test

BOOST_FIXTURE_TEST_SUITE(barrier_test, fixture)

// Other than that of Tokio, which takes 0 for 1.
BOOST_AUTO_TEST_CASE(needs_a_participant) {
  BOOST_CHECK_THROW(barrier{0}, std::invalid_argument);
  BOOST_TEST(barrier{3}.participants() == 3u);
  BOOST_TEST(arrives(barrier{1}).await().value());
}

// https://docs.rs/tokio/latest/tokio/sync/struct.Barrier.html#method.new: n-1 tasks wait until the
// nth comes; #method.wait: "A single (arbitrary) future will receive a BarrierWaitResult that
// returns true from is_leader"; here the last one.
BOOST_AUTO_TEST_CASE(tokio_the_nth_task_wakes_all_and_one_of_them_leads) {
  const barrier b{3};
  auto first = arrives(b);
  auto second = arrives(b);
  BOOST_TEST(!first.is_done());
  BOOST_TEST(!second.is_done());
  auto third = arrives(b);
  BOOST_TEST(!first.await().value());
  BOOST_TEST(!second.await().value());
  BOOST_TEST(third.await().value());
}

// https://docs.rs/tokio/latest/tokio/sync/struct.Barrier.html#method.wait: "re-usable after all
// tasks have rendezvoused once, and can be used continuously".
BOOST_AUTO_TEST_CASE(tokio_round_follows_round) {
  constexpr int rounds = 20;
  constexpr std::size_t n = 4;
  barrier b{n};
  std::vector<int> at(n, 0);
  int leaders = 0;
  bool ahead = false;
  const auto steps = [&](task_context, std::size_t me) -> async<void> {
    for (int i = 1; i <= rounds; ++i) {
      at[me] = i;
      if (co_await b.arrive_and_wait()) {
        ++leaders;
        ahead = ahead || std::any_of(at.begin(), at.end(), [i](int x) { return x != i; });
      }
      co_await b.arrive_and_wait();
    }
  };
  std::vector<spawning_task<void>> tasks;
  for (std::size_t i = 0; i < n; ++i)
    tasks.push_back(spawn(rt, steps, i));
  for (auto& t : tasks)
    BOOST_TEST(t.await().is_ok());
  BOOST_TEST(leaders == rounds);
  BOOST_TEST(!ahead);
}

BOOST_AUTO_TEST_CASE(one_too_many_arrives_in_the_next_round) {
  const barrier b{2};
  auto first = arrives(b);
  auto second = arrives(b);
  auto third = arrives(b);
  BOOST_TEST(!first.await().value());
  BOOST_TEST(second.await().value());
  BOOST_TEST(!third.is_done());
  BOOST_TEST(arrives(b).await().value());
  BOOST_TEST(!third.await().value());
}

// Other than that of Tokio: "This method is not cancel safe."
// https://docs.rs/tokio/latest/tokio/sync/struct.Barrier.html#method.wait
BOOST_AUTO_TEST_CASE(a_stopped_participant_has_not_arrived) {
  for (const auto level : levels) {
    const barrier b{2};
    auto stopped = arrives(b);
    stopped.cancel(level);
    BOOST_TEST((stopped.await().error().code() == error_code::cancelled));
    wait_until_idle(rt);
    auto other = arrives(b);
    BOOST_TEST(!other.is_done());
    BOOST_TEST(arrives(b).await().value());
    BOOST_TEST(!other.await().value());
  }
}

BOOST_FIXTURE_TEST_CASE(a_round_that_is_complete_wins_over_a_stop, single_worker_fixture) {
  const barrier b{2};
  bool passed = false;
  auto task = spawn(rt, [&](task_context ctx) -> async<void> {
    co_await b.arrive_and_wait();
    passed = true;
    co_await ctx.sleep_for(1h);
  });
  wait_until_idle(rt);
  auto last = spawn(rt, [&] {
    const bool was_last = b.arrive_and_wait().await();
    task.cancel();
    return was_last;
  });
  BOOST_TEST(last.await().value());
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
  BOOST_TEST(passed);
}

BOOST_AUTO_TEST_CASE(whoever_drops_out_is_not_waited_for_any_more) {
  barrier b{3};
  auto first = arrives(b);
  auto second = arrives(b);
  b.arrive_and_drop();
  BOOST_TEST(!first.await().value());
  BOOST_TEST(second.await().value());
  BOOST_TEST(b.participants() == 2u);
  auto third = arrives(b);
  BOOST_TEST(!third.is_done());
  b.arrive_and_drop();
  BOOST_TEST(third.await().value());
  b.arrive_and_drop();
  BOOST_TEST(b.participants() == 0u);
  BOOST_CHECK_THROW(b.arrive_and_drop(), std::logic_error);
  BOOST_TEST(arrives(b).await().value());
}

BOOST_AUTO_TEST_CASE(callables_and_other_threads_arrive) {
  barrier b{3};
  auto callable = spawn(rt, [b] { return b.arrive_and_wait().await(); });
  bool leads = false;
  std::thread other{[&, b] { leads = b.arrive_and_wait().await(); }};
  auto coroutine = arrives(b);
  const int leaders = callable.await().value() + coroutine.await().value();
  other.join();
  BOOST_TEST(leaders + leads == 1);
}

BOOST_AUTO_TEST_CASE(a_cancelled_callable_has_not_arrived) {
  barrier b{2};
  auto callable = spawn(rt, [b] { return b.arrive_and_wait().await(); });
  wait_until_idle(rt);
  callable.cancel();
  BOOST_TEST((callable.await().error().code() == error_code::cancelled));
  auto other = arrives(b);
  BOOST_TEST(!other.is_done());
  BOOST_TEST(arrives(b).await().value());
}

BOOST_AUTO_TEST_CASE(a_select_that_goes_another_way_has_not_arrived) {
  const barrier b{2};
  auto gives_up = spawn(rt, [b](task_context ctx) -> async<std::size_t> {
    auto what = co_await select(b.arrive_and_wait(), ctx.sleep_for(1s));
    co_return what.index();
  });
  advance(1s);
  BOOST_TEST(gives_up.await().value() == 1u);
  auto other = arrives(b);
  BOOST_TEST(!other.is_done());
  auto arrives_in_select = spawn(rt, [b](task_context ctx) -> async<bool> {
    auto what = co_await select(ctx.sleep_for(1h), b.arrive_and_wait());
    co_return what.index() == 1 && std::get<1>(what);
  });
  BOOST_TEST(arrives_in_select.await().value());
  BOOST_TEST(!other.await().value());
}

BOOST_AUTO_TEST_CASE(a_body_that_stands_in_line_twice_arrives_once) {
  const barrier b{2};
  auto twice = spawn(rt, [b](task_context) -> async<std::size_t> {
    auto what = co_await select(b.arrive_and_wait(), b.arrive_and_wait());
    co_return what.index();
  });
  wait_until_idle(rt);
  BOOST_TEST(!twice.is_done());
  BOOST_TEST(arrives(b).await().value());
  BOOST_TEST(twice.await().value() == 0u);
}

// A round is complete for all or for none: who has gone on was not alone, whoever is stopped, gives
// up, or drops out meanwhile.
BOOST_AUTO_TEST_CASE(rounds_are_complete_in_every_interleaving) {
  for_each_seed(200, [](simulation& sim) {
    constexpr std::size_t n = 3;
    barrier b{n};
    std::size_t passed = 0;
    std::size_t leaders = 0;
    sim.run([&](task_context ctx) -> async<void> {
      const auto uses = [&](task_context self) -> async<void> {
        for (;;) {
          bool led = false;
          if (sim.choose(2) == 0) {
            const std::chrono::milliseconds patience{sim.choose(3)};
            auto what = co_await select(b.arrive_and_wait(), self.sleep_for(patience));
            if (what.index() == 1)
              continue;
            led = std::get<0>(what);
          } else {
            led = co_await b.arrive_and_wait();
          }
          ++passed;
          leaders += led ? 1u : 0u;
          co_await self.sleep_for(std::chrono::milliseconds{sim.choose(3)});
        }
      };
      std::vector<child_task<void>> tasks;
      for (int i = 0; i < 5; ++i)
        tasks.push_back(ctx.spawn(uses));
      for (auto& t : tasks) {
        co_await ctx.sleep_for(std::chrono::milliseconds{1 + sim.choose(4)});
        t.cancel(levels[sim.choose(3)]);
        static_cast<void>(co_await t.result());
      }
    });
    BOOST_TEST_CONTEXT("SWEET_SEED=" << sim.seed()) {
      BOOST_TEST(passed == n * leaders);
      BOOST_TEST(passed != 0u);
    }
  });
}

// Two barriers whose participants wait for either: each round of each ends the waits of n bodies.
BOOST_AUTO_TEST_CASE(selects_of_two_barriers_on_several_workers) {
  constexpr std::size_t n = 3;
  runtime several{runtime_options{.workers = 4}};
  barrier a{n};
  barrier b{n};
  std::atomic<std::size_t> passed[2]{};
  std::atomic<std::size_t> leaders[2]{};
  const auto uses = [&](task_context ctx) -> async<void> {
    for (int i = 0; i < 500; ++i) {
      auto what = co_await select(a.arrive_and_wait(), b.arrive_and_wait(), ctx.sleep_for(1ms));
      if (what.index() == 2)
        continue;
      const bool led = what.index() == 0 ? std::get<0>(what) : std::get<1>(what);
      ++passed[what.index()];
      leaders[what.index()] += led ? 1u : 0u;
    }
  };
  std::vector<spawning_task<void>> tasks;
  for (int i = 0; i < 8; ++i)
    tasks.push_back(spawn(several, uses));
  for (auto& t : tasks)
    BOOST_TEST(t.await().is_ok());
  BOOST_TEST(passed[0] == n * leaders[0]);
  BOOST_TEST(passed[1] == n * leaders[1]);
  BOOST_TEST(passed[0] + passed[1] != 0u);
}

BOOST_AUTO_TEST_SUITE_END()
