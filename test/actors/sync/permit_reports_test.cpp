// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Faults that users of other libraries have reported of semaphores, locks and conditions, and that
// must not be here. Each test names the report.

#include <sweet/sweet.hpp>
#include <sweet/testing/for_each_seed.hpp>
#include <sweet/testing/runtime_fixture.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstddef>
#include <limits>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::for_each_seed;
using sweet::testing::simulation;
using sweet::testing::single_worker_fixture;
using sweet::testing::wait_until_idle;

namespace permit_reports_test {
namespace {

constexpr cancellation_level levels[] = {cancellation_level::graceful, cancellation_level::kill,
                                         cancellation_level::kill_hard};

// One worker: what a task does until it waits is done before anybody else runs.
struct fixture : single_worker_fixture {
  /// A task that acquires `n` permits, notes its name, and gives them back.
  spawning_task<bool> acquires(semaphore s, std::size_t n, int name = 0) {
    auto task = spawn(
        rt,
        [this](semaphore of, std::size_t count, int who) -> async<bool> {
          auto permit = co_await of.acquire(count);
          order.push_back(who);
          co_return static_cast<bool>(permit);
        },
        std::move(s), n, name);
    wait_until_idle(rt);
    return task;
  }

  /// A task that locks, notes its name, and unlocks.
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

  /// Does `what` in the only worker: nobody who is woken by it runs before it is done.
  template <class F>
  void in_one_go(F what) {
    spawn(rt, what).await().unwrap();
  }

  std::vector<int> order;
};

} // namespace
} // namespace permit_reports_test

BOOST_FIXTURE_TEST_SUITE(permit_reports_test, fixture)

// -- permits ------------------------------------------------------------------------------------

// "Fixed resource leak in Semaphore#withPermit and acquire(N)": acquire(N) that was cancelled when
// it had some of its permits did not give these back.
// https://github.com/typelevel/cats-effect/pull/403
BOOST_AUTO_TEST_CASE(a_cancelled_request_for_many_has_taken_none_of_them) {
  for (const auto level : levels) {
    semaphore s{3};
    auto held = s.try_acquire();
    auto large = acquires(s, 3);
    BOOST_TEST(s.available() == 2u);
    large.cancel(level);
    BOOST_TEST((large.await().error().code() == error_code::cancelled));
    wait_until_idle(rt);
    held.release();
    BOOST_TEST(s.available() == 3u);
  }
}

// "x/sync: semaphore.Weighted.Acquire should try to notify other waiters when canceled": those
// behind a large request for which there was enough went on waiting after its cancellation.
// https://github.com/golang/go/issues/37852
BOOST_AUTO_TEST_CASE(a_cancelled_request_at_the_front_lets_those_behind_it_go_on) {
  semaphore s{3};
  auto held = s.try_acquire(2);
  auto large = acquires(s, 3);
  auto one = acquires(s, 1);
  auto other = acquires(s, 1);
  BOOST_TEST(!one.is_done());
  large.cancel();
  wait_until_idle(rt);
  BOOST_TEST(one.is_done());
  BOOST_TEST(other.is_done());
}

// "asyncio.Semaphore waiters deque doesn't work": a task that released and acquired again in a loop
// came before those that had waited all the time.
// https://github.com/python/cpython/issues/90155
BOOST_AUTO_TEST_CASE(whoever_gives_a_permit_back_and_asks_again_comes_last) {
  semaphore s{1};
  const auto works = [&, s](task_context ctx, int name) -> async<void> {
    for (int i = 0; i < 3; ++i) {
      auto permit = co_await s.acquire();
      order.push_back(name);
      co_await ctx.yield();
    }
  };
  auto held = s.try_acquire();
  auto first = spawn(rt, works, 1);
  wait_until_idle(rt);
  auto second = spawn(rt, works, 2);
  wait_until_idle(rt);
  held.release();
  first.await().unwrap();
  second.await().unwrap();
  BOOST_TEST(order == (std::vector{1, 2, 1, 2, 1, 2}), boost::test_tools::per_element());
}

// "CapacityLimiter can over-grant tokens": until the waiter ran that a token was for, another task
// could take it without waiting, and both had it.
// https://github.com/agronholm/anyio/issues/1170
BOOST_AUTO_TEST_CASE(a_permit_that_is_on_its_way_to_a_waiter_cannot_be_taken) {
  semaphore s{1};
  auto held = s.try_acquire();
  auto waits = acquires(s, 1);
  bool taken = true;
  std::size_t left = 1;
  in_one_go([&] {
    held.release();
    taken = static_cast<bool>(s.try_acquire());
    left = s.available();
  });
  BOOST_TEST(!taken);
  BOOST_TEST(left == 0u);
  BOOST_TEST(waits.await().value());
}

// "asyncio CapacityLimiter lost token on cancellation": a waiter that was cancelled when the token
// had been given to it did not return it.
// https://github.com/agronholm/anyio/issues/947
BOOST_AUTO_TEST_CASE(a_permit_that_reaches_a_cancelled_waiter_is_not_lost) {
  for (const auto level : levels) {
    semaphore s{1};
    auto held = s.try_acquire();
    auto waits = acquires(s, 1);
    in_one_go([&] {
      held.release();
      waits.cancel(level);
    });
    static_cast<void>(waits.await());
    wait_until_idle(rt);
    BOOST_TEST(s.available() == 1u);
  }
}

// "Forgetting permits on a closed semaphore reopens it".
// https://github.com/tokio-rs/tokio/issues/8020
BOOST_AUTO_TEST_CASE(a_closed_semaphore_stays_closed_whatever_becomes_of_its_permits) {
  semaphore s{10};
  auto forgotten = s.try_acquire(4);
  auto given_back = s.try_acquire(2);
  auto waits = acquires(s, 10);
  s.close();
  BOOST_TEST(!waits.await().value());
  forgotten.forget();
  given_back.release();
  s.add_permits(1);
  BOOST_TEST(s.is_closed());
  BOOST_TEST(s.available() == 7u);
  BOOST_TEST(!s.try_acquire());
  BOOST_TEST(!acquires(s, 1).await().value());
}

// "x/sync/semaphore: Release and Acquire with negative weights bypass safeguards and corrupt
// internal state". A negative number is a very large one here.
// https://github.com/golang/go/issues/80183
BOOST_AUTO_TEST_CASE(a_number_of_permits_that_was_negative_is_refused) {
  semaphore s{5};
  auto held = s.try_acquire(3);
  for (const int n : {-1, -5, std::numeric_limits<int>::min()}) {
    const auto count = static_cast<std::size_t>(n);
    BOOST_CHECK_THROW(static_cast<void>(s.acquire(count)), std::invalid_argument);
    BOOST_CHECK_THROW(static_cast<void>(s.try_acquire(count)), std::invalid_argument);
    BOOST_CHECK_THROW(s.add_permits(count), std::overflow_error);
  }
  BOOST_TEST(s.available() == 2u);
  held.release();
  BOOST_TEST(s.available() == 5u);
}

// "x/sync/semaphore: acquire should fail if context is canceled or timed out": it succeeded if a
// permit was there.
// https://github.com/golang/go/issues/63615
BOOST_AUTO_TEST_CASE(a_cancelled_task_acquires_nothing_though_a_permit_is_there) {
  semaphore s{1};
  async_event goes_on;
  auto task = spawn(rt, [&, s](task_context) -> async<void> {
    co_await unstoppable(goes_on);
    auto permit = co_await s.acquire();
    order.push_back(1);
  });
  wait_until_idle(rt);
  task.cancel();
  goes_on.set();
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
  BOOST_TEST(order.empty());
  BOOST_TEST(s.available() == 1u);
}

// -- locks --------------------------------------------------------------------------------------

// "runtime: fall back to fair locks after repeated sleep-acquire failures": of two goroutines the
// one that held the lock for long, and unlocked only for a moment, kept the other one out.
// https://github.com/golang/go/issues/13086
BOOST_AUTO_TEST_CASE(a_lock_that_is_given_up_for_a_moment_goes_to_the_one_that_waits) {
  async_mutex m;
  auto greedy = spawn(rt, [&, m](task_context ctx) -> async<void> {
    for (int i = 0; i < 4; ++i) {
      auto guard = co_await m.lock();
      order.push_back(1);
      co_await ctx.sleep_for(1ms);
    }
  });
  wait_until_idle(rt);
  auto modest = locks(m, 2);
  for (int i = 0; i < 4; ++i)
    advance(1ms);
  modest.await().unwrap();
  BOOST_TEST(order == (std::vector{1, 2, 1, 1, 1}), boost::test_tools::per_element());
}

// "`Async` mutex corrupts FIFO on happy(ish) path": when the first waiter was cancelled, the second
// one went to the end of the line.
// https://github.com/typelevel/cats-effect/issues/3564
BOOST_AUTO_TEST_CASE(a_cancelled_waiter_leaves_the_others_in_their_order) {
  for (const std::size_t leaves : {0u, 1u, 4u}) {
    order.clear();
    async_mutex m;
    auto guard = m.try_lock();
    std::vector<spawning_task<void>> tasks;
    std::vector<int> expected;
    for (std::size_t i = 0; i < 10; ++i) {
      tasks.push_back(locks(m, static_cast<int>(i)));
      if (i != leaves)
        expected.push_back(static_cast<int>(i));
    }
    tasks[leaves].cancel();
    static_cast<void>(tasks[leaves].await());
    guard.unlock();
    wait_until_idle(rt);
    BOOST_TEST(order == expected, boost::test_tools::per_element());
  }
}

// "Fix asyncio lock waiter deadlocks after cancellation": release() came across a waiter that was
// cancelled and still in line, and one behind it was never woken.
// https://github.com/agronholm/anyio/pull/1145
BOOST_AUTO_TEST_CASE(cancelled_waiters_that_are_still_in_line_do_not_strand_one_behind_them) {
  for (const auto level : levels) {
    async_mutex m;
    auto guard = m.try_lock();
    auto first = locks(m);
    auto second = locks(m);
    auto behind = locks(m);
    in_one_go([&] {
      first.cancel(level);
      second.cancel(level);
      guard.unlock();
    });
    wait_until_idle(rt);
    BOOST_TEST(behind.is_done());
    BOOST_TEST(static_cast<bool>(m.try_lock()));
  }
}

// "mutex.withLock does not reliably release lock on cancellation": the lock was handed over to a
// coroutine that was cancelled at that moment.
// https://github.com/Kotlin/kotlinx.coroutines/issues/2380
BOOST_AUTO_TEST_CASE(a_lock_comes_back_from_a_task_that_is_cancelled_at_any_moment) {
  for_each_seed(100, [](simulation& sim) {
    async_mutex m;
    sim.run([&](task_context ctx) -> async<void> {
      const auto locks_and_ends = [&](task_context self) -> async<void> {
        auto guard = co_await m.lock();
        if (sim.choose(2) == 0)
          co_await self.yield();
      };
      std::optional<child_task<void>> job;
      {
        auto guard = co_await m.lock();
        job.emplace(ctx.spawn(locks_and_ends));
        for (auto n = sim.choose(3); n != 0; --n)
          co_await ctx.yield();
        if (sim.choose(2) == 0)
          job->cancel(levels[sim.choose(3)]);
      }
      job->cancel();
      static_cast<void>(co_await job->result());
    });
    BOOST_TEST_CONTEXT("SWEET_SEED=" << sim.seed())
    BOOST_TEST(static_cast<bool>(m.try_lock()));
  });
}

// -- conditions ---------------------------------------------------------------------------------

// "Race between asyncio Condition.notify() and Task.cancel() may result in lost wakeups."
// https://github.com/python/cpython/issues/112202
BOOST_AUTO_TEST_CASE(a_notification_of_a_waiter_that_is_cancelled_meanwhile_reaches_another_one) {
  async_mutex m;
  async_condition c;
  int notified = 0;
  const auto waits = [&](task_context) -> async<void> {
    auto guard = co_await m.lock();
    co_await c.wait(guard);
    ++notified;
  };
  auto first = spawn(rt, waits);
  wait_until_idle(rt);
  auto second = spawn(rt, waits);
  wait_until_idle(rt);
  auto guard = m.try_lock();
  in_one_go([&] {
    c.notify_one();
    first.cancel();
  });
  wait_until_idle(rt);
  guard.unlock();
  wait_until_idle(rt);
  BOOST_TEST(notified == 1);
  BOOST_TEST(second.is_done());
}

// "Fix Condition.wait() lost notification on task cancellation": a wait that had a time limit took
// the notification with it.
// https://github.com/agronholm/anyio/pull/1075
BOOST_AUTO_TEST_CASE(a_notification_of_a_waiter_whose_time_is_over_reaches_another_one) {
  async_mutex m;
  async_condition c;
  auto impatient = spawn(rt, [&](task_context ctx) -> async<std::size_t> {
    auto guard = co_await m.lock();
    co_return (co_await select(c.wait(guard), ctx.sleep_for(1s))).index();
  });
  wait_until_idle(rt);
  auto other = spawn(rt, [&](task_context) -> async<bool> {
    auto guard = co_await m.lock();
    co_await c.wait(guard);
    co_return static_cast<bool>(guard);
  });
  wait_until_idle(rt);
  auto guard = m.try_lock();
  c.notify_one();
  advance(1s);
  BOOST_TEST(impatient.await().value() == 1u);
  guard.unlock();
  wait_until_idle(rt);
  BOOST_TEST(other.is_done());
}

// "Cancelling tasks waiting for asyncio.Conditions crashes w/ RuntimeError: Lock is not acquired.":
// the block around the wait released a lock that the wait had not got back.
// https://github.com/python/cpython/issues/86766
BOOST_AUTO_TEST_CASE(a_cancelled_wait_gives_up_no_lock_that_another_one_holds) {
  for (const auto level : levels) {
    async_mutex m;
    async_condition c;
    auto waits = spawn(rt, [&](task_context) -> async<void> {
      auto guard = co_await m.lock();
      co_await c.wait(guard);
    });
    wait_until_idle(rt);
    auto guard = m.try_lock();
    waits.cancel(level);
    BOOST_TEST((waits.await().error().code() == error_code::cancelled));
    wait_until_idle(rt);
    BOOST_TEST(!m.try_lock());
    guard.unlock();
    guard = m.try_lock();
    BOOST_TEST(static_cast<bool>(guard));
  }
}

BOOST_AUTO_TEST_SUITE_END()
