// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/sweet.hpp>
#include <sweet/testing/for_each_seed.hpp>
#include <sweet/testing/runtime_fixture.hpp>
#include <sweet/testing/wait_until_idle.hpp>

#include <chrono>
#include <cstddef>
#include <future>
#include <optional>
#include <stdexcept>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::for_each_seed;
using sweet::testing::runtime_fixture;
using sweet::testing::simulation;
using sweet::testing::single_worker_fixture;
using sweet::testing::wait_until_idle;

namespace async_mutex_test {
namespace {

static_assert(std::is_copy_constructible_v<async_mutex>);
static_assert(!std::is_copy_constructible_v<async_mutex_guard> &&
              std::is_nothrow_move_constructible_v<async_mutex_guard> &&
              std::is_nothrow_move_assignable_v<async_mutex_guard>);

constexpr cancellation_level levels[] = {cancellation_level::graceful, cancellation_level::kill,
                                         cancellation_level::kill_hard};

struct fixture : runtime_fixture {
  spawning_task<void> locks(async_mutex m, int name = 0) {
    auto task = spawn(
        rt,
        [this](async_mutex mine, int who) -> async<void> {
          auto guard = co_await mine.lock();
          order.push_back(who);
        },
        std::move(m), name);
    wait_until_idle(rt);
    return task;
  }

  std::vector<int> order;
};

} // namespace
} // namespace async_mutex_test

BOOST_FIXTURE_TEST_SUITE(async_mutex_test, fixture)

BOOST_AUTO_TEST_CASE(a_guard_unlocks_once) {
  async_mutex m;
  async_mutex copy{m};
  auto guard = m.try_lock();
  BOOST_TEST(static_cast<bool>(guard));
  BOOST_TEST(!copy.try_lock());
  async_mutex_guard moved{std::move(guard)};
  BOOST_TEST(!m.try_lock());
  moved.unlock();
  BOOST_TEST(!moved);
  {
    auto next = copy.try_lock();
    BOOST_TEST(static_cast<bool>(next));
    moved.unlock();
    BOOST_TEST(!m.try_lock());
  }
  moved = m.try_lock();
  BOOST_TEST(static_cast<bool>(moved));
  moved = async_mutex_guard{};
  BOOST_TEST(static_cast<bool>(m.try_lock()));
}

BOOST_AUTO_TEST_CASE(a_guard_outlives_the_mutex) {
  async_mutex_guard guard;
  {
    async_mutex m;
    guard = m.try_lock();
  }
  guard.unlock();
}

// https://docs.rs/tokio/latest/tokio/sync/struct.Mutex.html: "operates on a guaranteed FIFO basis".
BOOST_AUTO_TEST_CASE(tokio_the_lock_is_given_in_the_order_of_the_calls) {
  async_mutex m;
  auto guard = m.try_lock();
  std::vector<spawning_task<void>> tasks;
  for (int i = 0; i < 5; ++i)
    tasks.push_back(locks(m, i));
  BOOST_TEST(order.empty());
  guard.unlock();
  for (auto& t : tasks)
    BOOST_TEST(t.await().is_ok());
  BOOST_TEST((order == std::vector{0, 1, 2, 3, 4}));
}

// https://docs.rs/tokio/latest/tokio/sync/struct.Mutex.html#method.lock, "Cancel safety":
// "Cancelling a call to lock makes you lose your place in the queue."
BOOST_AUTO_TEST_CASE(tokio_a_cancelled_call_has_lost_its_place) {
  async_mutex m;
  auto guard = m.try_lock();
  auto first = locks(m, 1);
  auto second = locks(m, 2);
  first.cancel();
  BOOST_TEST((first.await().error().code() == error_code::cancelled));
  auto again = locks(m, 3);
  guard.unlock();
  BOOST_TEST(second.await().is_ok());
  BOOST_TEST(again.await().is_ok());
  BOOST_TEST((order == std::vector{2, 3}));
}

// https://docs.rs/tokio/latest/tokio/sync/struct.Mutex.html: "does not poison the mutex when a
// thread holding the MutexGuard panics. In such a case, the mutex will be unlocked."
BOOST_AUTO_TEST_CASE(tokio_a_body_that_fails_unlocks) {
  async_mutex m;
  auto fails = spawn(rt, [m](task_context) -> async<void> {
    auto guard = co_await m.lock();
    throw std::runtime_error{"while locked"};
  });
  BOOST_TEST(fails.await().is_err());
  BOOST_TEST(locks(m).await().is_ok());
}

BOOST_AUTO_TEST_CASE(the_lock_is_handed_over_and_cannot_be_snatched) {
  async_mutex m;
  std::optional<async_mutex_guard> guard{m.try_lock()};
  async_event goes_on;
  auto waits = spawn(rt, [&, m](task_context) -> async<void> {
    auto mine = co_await m.lock();
    co_await goes_on;
  });
  wait_until_idle(rt);
  guard->unlock();
  BOOST_TEST(!m.try_lock());
  goes_on.set();
  BOOST_TEST(waits.await().is_ok());
  BOOST_TEST(static_cast<bool>(m.try_lock()));
}

BOOST_AUTO_TEST_CASE(a_stopped_body_unlocks_and_a_stopped_wait_locks_nothing) {
  for (const auto level : levels) {
    async_mutex m;
    auto holder = spawn(rt, [m](task_context ctx) -> async<void> {
      auto guard = co_await m.lock();
      co_await ctx.sleep_for(1h);
    });
    wait_until_idle(rt);
    auto stopped = locks(m);
    auto behind = locks(m);
    stopped.cancel(level);
    BOOST_TEST((stopped.await().error().code() == error_code::cancelled));
    BOOST_TEST(!behind.is_done());
    holder.cancel(level);
    BOOST_TEST(behind.await().is_ok());
    BOOST_TEST(static_cast<bool>(m.try_lock()));
  }
}

BOOST_FIXTURE_TEST_CASE(a_lock_that_is_handed_over_wins_over_a_stop, single_worker_fixture) {
  async_mutex m;
  bool got = false;
  auto guard = m.try_lock();
  auto waits = spawn(rt, [&got, m](task_context ctx) -> async<void> {
    auto mine = co_await m.lock();
    got = static_cast<bool>(mine);
    co_await ctx.sleep_for(1h);
  });
  wait_until_idle(rt);
  spawn(rt, [&] {
    guard.unlock();
    waits.cancel();
  }).await();
  BOOST_TEST((waits.await().error().code() == error_code::cancelled));
  BOOST_TEST(got);
  BOOST_TEST(static_cast<bool>(m.try_lock()));
}

BOOST_AUTO_TEST_CASE(callables_and_other_threads_lock) {
  async_mutex m;
  auto guard = m.try_lock();
  auto callable = spawn(rt, [m] { return static_cast<bool>(m.lock().await()); });
  wait_until_idle(rt);
  auto cancelled = spawn(rt, [m] { return static_cast<bool>(m.lock().await()); });
  wait_until_idle(rt);
  std::promise<async_mutex_guard> got;
  std::thread other{[&] { got.set_value(m.lock().await()); }};
  cancelled.cancel();
  BOOST_TEST((cancelled.await().error().code() == error_code::cancelled));
  guard.unlock();
  BOOST_TEST(callable.await().value());
  BOOST_TEST(static_cast<bool>(got.get_future().get()));
  other.join();
}

BOOST_AUTO_TEST_CASE(a_select_that_goes_another_way_does_not_lock) {
  async_mutex m;
  auto guard = m.try_lock();
  auto task = spawn(rt, [m](task_context ctx) -> async<std::size_t> {
    auto what = co_await select(m.lock(), ctx.sleep_for(1s));
    co_return what.index();
  });
  wait_until_idle(rt);
  auto behind = locks(m);
  advance(1s);
  BOOST_TEST(task.await().value() == 1u);
  guard.unlock();
  BOOST_TEST(behind.await().is_ok());
  auto locks_now = spawn(rt, [m](task_context ctx) -> async<bool> {
    auto what = co_await select(m.lock(), ctx.sleep_for(1h));
    co_return what.index() == 0 && static_cast<bool>(std::get<0>(what)) && !m.try_lock();
  });
  BOOST_TEST(locks_now.await().value());
  BOOST_TEST(static_cast<bool>(m.try_lock()));
}

// A transfer takes several waits, during which no other one may run, wherever any is stopped.
BOOST_AUTO_TEST_CASE(one_at_a_time_in_every_interleaving) {
  for_each_seed(200, [](simulation& sim) {
    async_mutex m;
    int inside = 0;
    bool together = false;
    sim.run([&](task_context ctx) -> async<void> {
      const auto uses = [&](task_context self) -> async<void> {
        for (int i = 0; i < 4; ++i) {
          async_mutex_guard guard;
          if (sim.choose(3) == 0) {
            auto what =
                co_await select(self.sleep_for(std::chrono::milliseconds{sim.choose(3)}), m.lock());
            if (what.index() == 0)
              continue;
            guard = std::get<1>(std::move(what));
          } else {
            guard = co_await m.lock();
          }
          struct use {
            int& n;
            explicit use(int& x) : n(x) { ++n; }
            ~use() { --n; }
          } const counted{inside};
          together = together || inside != 1;
          co_await self.sleep_for(std::chrono::milliseconds{sim.choose(2)});
          together = together || inside != 1;
        }
      };
      std::vector<child_task<void>> tasks;
      for (int i = 0; i < 6; ++i)
        tasks.push_back(ctx.spawn(uses));
      for (auto& t : tasks)
        if (sim.choose(3) == 0) {
          co_await ctx.sleep_for(std::chrono::milliseconds{sim.choose(3)});
          t.cancel(levels[sim.choose(3)]);
        }
      for (auto& t : tasks)
        static_cast<void>(co_await t.result());
    });
    BOOST_TEST_CONTEXT("SWEET_SEED=" << sim.seed()) {
      BOOST_TEST(!together);
      BOOST_TEST(static_cast<bool>(m.try_lock()));
    }
  });
}

// https://docs.rs/tokio/latest/tokio/sync/struct.Semaphore.html, "Memory ordering": whoever
// acquires a permit sees what was written before it was released. ThreadSanitizer looks.
BOOST_AUTO_TEST_CASE(many_tasks_on_several_workers_count_without_atomics) {
  constexpr int rounds = 500;
  runtime several{runtime_options{.workers = 4}};
  async_mutex m;
  int count = 0;
  const auto counts = [&](task_context ctx) -> async<void> {
    for (int i = 0; i < rounds; ++i) {
      auto guard = co_await m.lock();
      const int before = count;
      if (i % 16 == 0)
        co_await ctx.yield();
      count = before + 1;
    }
  };
  std::vector<spawning_task<void>> tasks;
  for (int i = 0; i < 16; ++i)
    tasks.push_back(spawn(several, counts));
  std::thread outside{[&] {
    for (int i = 0; i < rounds; ++i) {
      auto guard = m.lock().await();
      ++count;
    }
  }};
  for (auto& t : tasks)
    BOOST_TEST(t.await().is_ok());
  outside.join();
  BOOST_TEST(count == 17 * rounds);
}

BOOST_AUTO_TEST_SUITE_END()
