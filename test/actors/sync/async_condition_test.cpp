// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/sweet.hpp>
#include <sweet/testing/for_each_seed.hpp>
#include <sweet/testing/runtime_fixture.hpp>
#include <sweet/testing/wait_until_idle.hpp>

#include <chrono>
#include <cstddef>
#include <deque>
#include <stdexcept>
#include <string>
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

namespace async_condition_test {
namespace {

constexpr cancellation_level levels[] = {cancellation_level::graceful, cancellation_level::kill,
                                         cancellation_level::kill_hard};

struct fixture : runtime_fixture {
  // Those who wait use the members.
  ~fixture() {
    rt.cancel();
    rt.join();
  }

  /// A task that waits once, and notes its name with the lock.
  spawning_task<bool> waits(int name = 0) {
    auto task = spawn(
        rt,
        [this](int who) -> async<bool> {
          auto guard = co_await m.lock();
          co_await c.wait(guard);
          order.push_back(who);
          co_return static_cast<bool>(guard) && !m.try_lock();
        },
        name);
    wait_until_idle(rt);
    return task;
  }

  async_mutex m;
  async_condition c;
  std::vector<int> order;
};

} // namespace
} // namespace async_condition_test

BOOST_FIXTURE_TEST_SUITE(async_condition_test, fixture)

BOOST_AUTO_TEST_CASE(a_wait_unlocks_and_goes_on_with_the_lock) {
  auto task = waits();
  auto guard = m.try_lock();
  BOOST_TEST(static_cast<bool>(guard));
  c.notify_one();
  wait_until_idle(rt);
  BOOST_TEST(!task.is_done());
  guard.unlock();
  BOOST_TEST(task.await().value());
  BOOST_TEST(static_cast<bool>(m.try_lock()));
}

// Other than with Tokio's Notify, which keeps one permit for whoever comes next:
// https://docs.rs/tokio/latest/tokio/sync/struct.Notify.html#method.notify_one. Here what was
// notified stands under the mutex.
BOOST_AUTO_TEST_CASE(a_notification_without_a_waiter_is_gone) {
  c.notify_one();
  c.notify_all();
  auto task = waits();
  BOOST_TEST(!task.is_done());
  c.notify_one();
  BOOST_TEST(task.await().value());
}

// https://docs.rs/tokio/latest/tokio/sync/struct.Notify.html#method.notify_one: the first one in
// the order in which they began to wait.
BOOST_AUTO_TEST_CASE(tokio_notify_one_notifies_the_longest_waiting) {
  auto first = waits(1);
  auto second = waits(2);
  auto third = waits(3);
  c.notify_one();
  BOOST_TEST(first.await().value());
  wait_until_idle(rt);
  BOOST_TEST((order == std::vector{1}));
  c.notify_one();
  BOOST_TEST(second.await().value());
  c.notify_one();
  BOOST_TEST(third.await().value());
  BOOST_TEST((order == std::vector{1, 2, 3}));
}

// https://docs.rs/tokio/latest/tokio/sync/struct.Notify.html#method.notify_waiters: "no permit is
// stored"; those notified are the ones that wait already.
BOOST_AUTO_TEST_CASE(tokio_notify_all_notifies_those_who_wait_and_nobody_later) {
  std::vector<spawning_task<bool>> tasks;
  for (int i = 0; i < 4; ++i)
    tasks.push_back(waits(i));
  c.notify_all();
  for (auto& t : tasks)
    BOOST_TEST(t.await().value());
  BOOST_TEST((order == std::vector{0, 1, 2, 3}));
  auto later = waits(4);
  BOOST_TEST(!later.is_done());
}

// https://docs.rs/tokio/latest/tokio/sync/struct.Notify.html#method.notified, "Cancel safety":
// "Cancelling a call to notified makes you lose your place in the queue."
BOOST_AUTO_TEST_CASE(tokio_a_cancelled_wait_has_lost_its_place) {
  auto first = waits(1);
  auto second = waits(2);
  first.cancel();
  BOOST_TEST((first.await().error().code() == error_code::cancelled));
  auto again = waits(3);
  c.notify_one();
  BOOST_TEST(second.await().value());
  BOOST_TEST(!again.is_done());
}

// As tokio::sync::Notify does, see notified_multi_notify_one_drop() in
// https://github.com/tokio-rs/tokio/blob/master/tokio/tests/sync_notify.rs
BOOST_AUTO_TEST_CASE(a_notification_of_a_stopped_wait_goes_on_to_the_next) {
  for (const auto level : levels) {
    order.clear();
    auto first = waits(1);
    auto second = waits(2);
    auto third = waits(3);
    auto guard = m.try_lock();
    c.notify_one(); // the first one waits for the lock now
    first.cancel(level);
    BOOST_TEST((first.await().error().code() == error_code::cancelled));
    wait_until_idle(rt); // at kill_hard the outcome comes before the wait has ended
    guard.unlock();
    BOOST_TEST(second.await().value());
    wait_until_idle(rt);
    BOOST_TEST(!third.is_done());
    c.notify_all();
    BOOST_TEST(third.await().value());
    BOOST_TEST((order == std::vector{2, 3}));
  }
}

BOOST_AUTO_TEST_CASE(a_notification_of_all_goes_on_to_nobody) {
  auto first = waits(1);
  auto guard = m.try_lock();
  c.notify_all();
  first.cancel();
  BOOST_TEST((first.await().error().code() == error_code::cancelled));
  guard.unlock();
  auto later = waits(2);
  BOOST_TEST(!later.is_done());
}

BOOST_AUTO_TEST_CASE(a_stopped_wait_leaves_the_mutex_alone) {
  for (const auto level : levels) {
    auto task = waits();
    auto guard = m.try_lock();
    BOOST_TEST(static_cast<bool>(guard));
    task.cancel(level);
    BOOST_TEST((task.await().error().code() == error_code::cancelled));
    wait_until_idle(rt);
    BOOST_TEST(!m.try_lock());
    guard.unlock();
    BOOST_TEST(static_cast<bool>(m.try_lock()));
  }
}

BOOST_FIXTURE_TEST_CASE(a_notified_wait_with_the_lock_wins_over_a_stop, single_worker_fixture) {
  const async_mutex m;
  const async_condition c;
  bool got = false;
  auto task = spawn(rt, [&](task_context ctx) -> async<void> {
    auto guard = co_await m.lock();
    co_await c.wait(guard);
    got = static_cast<bool>(guard);
    co_await ctx.sleep_for(1h);
  });
  wait_until_idle(rt);
  spawn(rt, [&] {
    c.notify_one();
    task.cancel();
  }).await();
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
  BOOST_TEST(got);
  BOOST_TEST(static_cast<bool>(m.try_lock()));
}

BOOST_AUTO_TEST_CASE(a_task_that_stops_before_it_waits_unlocks_once) {
  async_event cancelled;
  auto task = spawn(rt, [&](task_context) -> async<void> {
    auto guard = co_await m.lock();
    co_await unstoppable(cancelled);
    co_await c.wait(guard);
  });
  wait_until_idle(rt);
  task.cancel();
  cancelled.set();
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
  auto guard = m.try_lock();
  BOOST_TEST(static_cast<bool>(guard));
  BOOST_TEST(!m.try_lock());
}

BOOST_AUTO_TEST_CASE(a_wait_that_can_be_stopped_goes_on_without_the_lock) {
  bool held = true;
  auto task = spawn(rt, [&](task_context) -> async<void> {
    auto guard = co_await m.lock();
    static_cast<void>(co_await stopped_as_optional(c.wait(guard)));
    held = static_cast<bool>(guard);
  });
  wait_until_idle(rt);
  task.cancel();
  task.await();
  BOOST_TEST(!held);
  BOOST_TEST(static_cast<bool>(m.try_lock()));
}

BOOST_AUTO_TEST_CASE(a_guard_that_holds_nothing_is_refused) {
  async_mutex_guard none;
  BOOST_CHECK_THROW(c.wait(none), std::logic_error);
  auto task = spawn(rt, [&](task_context) -> async<void> {
    auto guard = co_await m.lock();
    auto wait = c.wait(guard);
    guard.unlock();
    co_await wait;
  });
  BOOST_TEST(task.await().error().message().find("was given up") != std::string::npos);
  auto callable = spawn(rt, [&] {
    auto guard = m.lock().await();
    auto wait = c.wait(guard);
    guard.unlock();
    wait.await();
  });
  BOOST_TEST(callable.await().error().message().find("was given up") != std::string::npos);
  BOOST_TEST(static_cast<bool>(m.try_lock()));
}

BOOST_AUTO_TEST_CASE(the_mutex_lives_as_long_as_the_wait) {
  auto task = spawn(rt, [this](task_context) -> async<bool> {
    async_mutex_guard guard;
    {
      async_mutex mine;
      guard = co_await mine.lock();
    }
    co_await c.wait(guard);
    co_return static_cast<bool>(guard);
  });
  wait_until_idle(rt);
  c.notify_one();
  BOOST_TEST(task.await().value());
}

BOOST_AUTO_TEST_CASE(waits_with_several_mutexes) {
  async_mutex other;
  auto first = waits(1);
  auto second = spawn(rt, [&](task_context) -> async<bool> {
    auto guard = co_await other.lock();
    co_await c.wait(guard);
    co_return !other.try_lock();
  });
  wait_until_idle(rt);
  auto guard = m.try_lock();
  c.notify_all();
  BOOST_TEST(second.await().value());
  BOOST_TEST(!first.is_done());
  guard.unlock();
  BOOST_TEST(first.await().value());
}

BOOST_AUTO_TEST_CASE(callables_and_other_threads_wait) {
  bool ready = false;
  const auto waits_for_it = [&] {
    auto guard = m.lock().await();
    while (!ready)
      c.wait(guard).await();
    return static_cast<bool>(guard) && !m.try_lock();
  };
  auto callable = spawn(rt, waits_for_it);
  bool other_held = false;
  std::thread other{[&] { other_held = waits_for_it(); }};
  wait_until_idle(rt);
  {
    auto guard = m.lock().await();
    ready = true;
    c.notify_all();
  }
  BOOST_TEST(callable.await().value());
  other.join();
  BOOST_TEST(other_held);
}

BOOST_AUTO_TEST_CASE(a_cancelled_callable_goes_on_without_the_lock) {
  bool held = true;
  auto task = spawn(rt, [&] {
    auto guard = m.lock().await();
    try {
      for (;;)
        c.wait(guard).await();
    } catch (const cancelled&) {
      held = static_cast<bool>(guard);
      throw;
    }
  });
  wait_until_idle(rt);
  task.cancel();
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
  BOOST_TEST(!held);
  BOOST_TEST(static_cast<bool>(m.try_lock()));
}

BOOST_AUTO_TEST_CASE(a_callable_that_hears_of_a_child_misses_no_notification) {
  async_event ends;
  auto task = spawn(rt, [&](task_context ctx) {
    task_group<void> children{ctx};
    children.spawn([&ends](task_context) -> async<void> { co_await ends; });
    auto guard = m.lock().await();
    c.wait(guard).await();
    return static_cast<bool>(guard);
  });
  wait_until_idle(rt);
  ends.set();
  wait_until_idle(rt);
  c.notify_all();
  BOOST_TEST(task.await().value());
}

BOOST_AUTO_TEST_CASE(a_select_that_goes_another_way_has_no_lock_and_passes_the_notification_on) {
  auto task = spawn(rt, [this](task_context ctx) -> async<bool> {
    auto guard = co_await m.lock();
    auto what = co_await select(c.wait(guard), ctx.sleep_for(1s));
    co_return what.index() == 1 && !guard;
  });
  wait_until_idle(rt);
  auto behind = waits();
  auto guard = m.try_lock();
  c.notify_one();
  advance(1s);
  BOOST_TEST(task.await().value());
  guard.unlock();
  BOOST_TEST(behind.await().value());
  BOOST_TEST(static_cast<bool>(m.try_lock()));
}

BOOST_AUTO_TEST_CASE(a_select_is_notified) {
  auto task = spawn(rt, [this](task_context ctx) -> async<bool> {
    auto guard = co_await m.lock();
    auto what = co_await select(ctx.sleep_for(1h), c.wait(guard));
    co_return what.index() == 1 && static_cast<bool>(guard) && !m.try_lock();
  });
  wait_until_idle(rt);
  c.notify_one();
  BOOST_TEST(task.await().value());
  BOOST_TEST(static_cast<bool>(m.try_lock()));
}

// A queue with a mutex and a condition: each item is taken once, and no consumer sleeps while there
// is one, whichever of them are stopped or give up meanwhile.
BOOST_AUTO_TEST_CASE(a_queue_works_in_every_interleaving) {
  for_each_seed(200, [](simulation& sim) {
    async_mutex access;
    async_condition not_empty;
    std::deque<int> queue;
    constexpr int items = 12;
    int taken = 0;
    sim.run([&](task_context ctx) -> async<void> {
      const auto consumes = [&](task_context self) -> async<void> {
        for (;;) {
          auto guard = co_await access.lock();
          while (queue.empty()) {
            if (sim.choose(4) == 0) {
              const std::chrono::milliseconds patience{sim.choose(3)};
              static_cast<void>(co_await select(not_empty.wait(guard), self.sleep_for(patience)));
              if (!guard)
                guard = co_await access.lock();
            } else {
              co_await not_empty.wait(guard);
            }
          }
          queue.pop_front();
          ++taken;
        }
      };
      std::vector<child_task<void>> consumers;
      for (int i = 0; i < 4; ++i)
        consumers.push_back(ctx.spawn(consumes));
      for (int i = 0; i < items; ++i) {
        {
          auto guard = co_await access.lock();
          queue.push_back(i);
          if (sim.choose(4) == 0) {
            guard.unlock();
            not_empty.notify_one();
          } else {
            not_empty.notify_one();
          }
        }
        if (i % 4 == 3)
          consumers[static_cast<std::size_t>(i / 4)].cancel(levels[sim.choose(3)]);
        if (sim.choose(3) == 0)
          co_await ctx.sleep_for(std::chrono::milliseconds{sim.choose(2)});
      }
      // One consumer is left, and gets what is there without further notifications.
      for (int i = 0; i < 100 && taken < items; ++i)
        co_await ctx.sleep_for(1ms);
      for (auto& t : consumers) {
        t.cancel();
        static_cast<void>(co_await t.result());
      }
    });
    BOOST_TEST_CONTEXT("SWEET_SEED=" << sim.seed()) {
      BOOST_TEST(taken == items);
      BOOST_TEST(static_cast<bool>(access.try_lock()));
    }
  });
}

BOOST_AUTO_TEST_CASE(many_tasks_on_several_workers_pass_items) {
  constexpr int each = 300;
  runtime several{runtime_options{.workers = 4}};
  std::deque<int> queue;
  async_condition not_full;
  const auto produces = [&](task_context) -> async<void> {
    for (int i = 0; i < each; ++i) {
      auto guard = co_await m.lock();
      while (queue.size() == 4)
        co_await not_full.wait(guard);
      queue.push_back(i);
      c.notify_one();
    }
  };
  const auto consumes = [&](task_context) -> async<long> {
    long sum = 0;
    for (int i = 0; i < each; ++i) {
      auto guard = co_await m.lock();
      while (queue.empty())
        co_await c.wait(guard);
      sum += queue.front();
      queue.pop_front();
      not_full.notify_one();
    }
    co_return sum;
  };
  std::vector<spawning_task<void>> producers;
  std::vector<spawning_task<long>> consumers;
  for (int i = 0; i < 8; ++i) {
    producers.push_back(spawn(several, produces));
    consumers.push_back(spawn(several, consumes));
  }
  long sum = 0;
  for (auto& t : consumers)
    sum += t.await().value();
  BOOST_TEST(sum == 8L * each * (each - 1) / 2);
}

BOOST_AUTO_TEST_SUITE_END()
