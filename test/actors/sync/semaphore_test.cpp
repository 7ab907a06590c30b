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
#include <future>
#include <limits>
#include <memory>
#include <mutex>
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

namespace semaphore_test {
namespace {

static_assert(std::is_copy_constructible_v<semaphore> && std::is_copy_assignable_v<semaphore>);
static_assert(!std::is_copy_constructible_v<semaphore_permit> &&
              std::is_nothrow_move_constructible_v<semaphore_permit> &&
              std::is_nothrow_move_assignable_v<semaphore_permit>);

constexpr cancellation_level levels[] = {cancellation_level::graceful, cancellation_level::kill,
                                         cancellation_level::kill_hard};

struct fixture : runtime_fixture {
  /// A task that acquires `n` permits, notes its name, and holds them until it is told to go on.
  spawning_task<bool> acquires(semaphore s, std::size_t n, int name = 0) {
    auto task = spawn(
        rt,
        [this](semaphore of, std::size_t count, int who) -> async<bool> {
          auto permit = co_await of.acquire(count);
          {
            std::lock_guard guard{order_mutex}; // several may be woken at once
            order.push_back(who);
          }
          co_return static_cast<bool>(permit);
        },
        std::move(s), n, name);
    wait_until_idle(rt);
    return task;
  }

  std::mutex order_mutex;
  std::vector<int> order;
};

} // namespace
} // namespace semaphore_test

BOOST_FIXTURE_TEST_SUITE(semaphore_test, fixture)

BOOST_AUTO_TEST_CASE(permits_go_back_with_the_object_that_holds_them) {
  semaphore s{3};
  BOOST_TEST(s.available() == 3u);
  {
    auto one = s.try_acquire();
    auto two = s.try_acquire(2);
    BOOST_TEST(static_cast<bool>(one));
    BOOST_TEST(two.count() == 2u);
    BOOST_TEST(s.available() == 0u);
    BOOST_TEST(!s.try_acquire());
    two.release();
    two.release();
    BOOST_TEST(!two);
    BOOST_TEST(two.count() == 0u);
    BOOST_TEST(s.available() == 2u);
    semaphore_permit moved{std::move(one)};
    BOOST_TEST(s.available() == 2u);
    moved = s.try_acquire(2);
    BOOST_TEST(s.available() == 1u);
    moved = semaphore_permit{};
    BOOST_TEST(s.available() == 3u);
    moved = s.try_acquire();
    auto& itself = moved;
    moved = std::move(itself);
    BOOST_TEST(s.available() == 2u);
  }
  BOOST_TEST(s.available() == 3u);
}

BOOST_AUTO_TEST_CASE(copies_share_the_permits) {
  semaphore s{1};
  semaphore other{5};
  semaphore copy{s};
  other = copy;
  auto permit = other.try_acquire();
  BOOST_TEST(s.available() == 0u);
  BOOST_TEST(copy.available() == 0u);
}

BOOST_AUTO_TEST_CASE(a_permit_outlives_the_semaphore) {
  semaphore_permit permit;
  {
    semaphore s{2};
    permit = s.try_acquire();
    auto forgotten = s.try_acquire();
    forgotten.forget();
  }
  BOOST_TEST(permit.count() == 1u);
  permit.release();
}

// https://docs.rs/tokio/latest/tokio/sync/struct.SemaphorePermit.html#method.forget: "can be used
// to reduce the amount of permits available".
BOOST_AUTO_TEST_CASE(tokio_a_forgotten_permit_reduces_the_permits) {
  semaphore s{3};
  auto two = s.try_acquire(2);
  two.forget();
  BOOST_TEST(!two);
  BOOST_TEST(s.available() == 1u);
}

// https://docs.rs/tokio/latest/tokio/sync/struct.Semaphore.html#method.add_permits, where exceeding
// MAX_PERMITS panics.
BOOST_AUTO_TEST_CASE(tokio_permits_are_added_up_to_a_limit) {
  constexpr auto max = semaphore::max_permits;
  BOOST_CHECK_THROW(semaphore{max + 1}, std::invalid_argument);
  semaphore s{max};
  auto held = s.try_acquire(max);
  BOOST_TEST(held.count() == max);
  // Held ones count: they go back some time.
  BOOST_CHECK_THROW(s.add_permits(1), std::overflow_error);
  BOOST_CHECK_THROW(s.add_permits(std::numeric_limits<std::size_t>::max()), std::overflow_error);
  BOOST_TEST(s.available() == 0u);
  held.release();
  BOOST_TEST(s.available() == max);
  // Forgotten ones do not.
  s.try_acquire(10).forget();
  s.add_permits(10);
  BOOST_TEST(s.available() == max);
  BOOST_CHECK_THROW(s.acquire(max + 1), std::invalid_argument);
  BOOST_CHECK_THROW(s.try_acquire(max + 1), std::invalid_argument);
}

// https://docs.rs/tokio/latest/tokio/sync/struct.Semaphore.html: "permits are given out in the
// order they were requested".
BOOST_AUTO_TEST_CASE(tokio_permits_are_given_in_the_order_of_the_requests) {
  semaphore s{1};
  auto held = s.try_acquire();
  std::vector<spawning_task<bool>> tasks;
  for (int i = 0; i < 20; ++i)
    tasks.push_back(acquires(s, 1, i));
  BOOST_TEST(order.empty());
  held.release();
  for (auto& t : tasks)
    BOOST_TEST(t.await().value());
  std::vector<int> expected(20);
  for (int i = 0; i < 20; ++i)
    expected[static_cast<std::size_t>(i)] = i;
  BOOST_TEST(order == expected, boost::test_tools::per_element());
}

// https://docs.rs/tokio/latest/tokio/sync/struct.Semaphore.html: "if a call to acquire_many at the
// front of the queue requests more permits than currently available, this can prevent a call to
// acquire from completing, even if the semaphore has enough permits".
BOOST_AUTO_TEST_CASE(tokio_a_large_request_at_the_front_is_not_overtaken) {
  semaphore s{3};
  auto held = s.try_acquire(2);
  auto large = acquires(s, 3, 1);
  auto small = acquires(s, 1, 2);
  BOOST_TEST(s.available() == 1u);
  BOOST_TEST(order.empty());
  BOOST_TEST(!s.try_acquire());
  held.release();
  BOOST_TEST(large.await().value());
  BOOST_TEST(small.await().value());
  BOOST_TEST((order == std::vector{1, 2}));
  BOOST_TEST(s.available() == 3u);
}

// https://docs.rs/tokio/latest/tokio/sync/struct.Semaphore.html#method.acquire, "Cancel safety":
// "Cancelling a call to acquire makes you lose your place in the queue."
BOOST_AUTO_TEST_CASE(tokio_a_cancelled_request_has_lost_its_place) {
  semaphore s{1};
  auto held = s.try_acquire();
  auto first = acquires(s, 1, 1);
  auto second = acquires(s, 1, 2);
  first.cancel();
  BOOST_TEST((first.await().error().code() == error_code::cancelled));
  auto again = acquires(s, 1, 3);
  held.release();
  BOOST_TEST(second.await().value());
  BOOST_TEST(again.await().value());
  BOOST_TEST((order == std::vector{2, 3}));
}

// https://docs.rs/tokio/latest/tokio/sync/struct.Semaphore.html#method.close: "prevents the
// semaphore from issuing new permits and notifies all pending waiters".
BOOST_AUTO_TEST_CASE(tokio_close_ends_all_waits_and_issues_nothing_more) {
  semaphore s{2};
  auto held = s.try_acquire();
  auto one = acquires(s, 2);
  auto other = acquires(s, 1);
  BOOST_TEST(!s.is_closed());
  s.close();
  s.close();
  BOOST_TEST(s.is_closed());
  BOOST_TEST(!one.await().value());
  BOOST_TEST(!other.await().value());
  BOOST_TEST(!acquires(s, 1).await().value());
  BOOST_TEST(!s.try_acquire());
  BOOST_TEST(!s.acquire().await());
  BOOST_TEST(static_cast<bool>(held));
  held.release();
  BOOST_TEST(s.available() == 2u);
}

BOOST_AUTO_TEST_CASE(permits_that_are_added_go_to_those_who_wait) {
  semaphore s{0};
  auto large = acquires(s, 5, 1);
  auto small = acquires(s, 1, 2);
  s.add_permits(4);
  wait_until_idle(rt);
  BOOST_TEST(order.empty());
  s.add_permits(1);
  BOOST_TEST(large.await().value());
  BOOST_TEST(small.await().value());
  BOOST_TEST(s.available() == 5u);
}

BOOST_AUTO_TEST_CASE(a_request_for_nothing_stands_in_line_as_well) {
  semaphore s{0};
  BOOST_TEST(acquires(s, 0).await().value());
  auto first = acquires(s, 1, 1);
  auto nothing = acquires(s, 0, 2);
  BOOST_TEST(!nothing.is_done());
  s.add_permits(1);
  BOOST_TEST(first.await().value());
  BOOST_TEST(nothing.await().value());
}

BOOST_AUTO_TEST_CASE(a_stopped_wait_takes_nothing_and_lets_those_behind_it_go_on) {
  for (const auto level : levels) {
    semaphore s{2};
    auto held = s.try_acquire();
    auto large = acquires(s, 2);
    auto small = acquires(s, 1);
    BOOST_TEST(!small.is_done());
    large.cancel(level);
    BOOST_TEST((large.await().error().code() == error_code::cancelled));
    BOOST_TEST(small.await().value());
    held.release();
    wait_until_idle(rt);
    BOOST_TEST(s.available() == 2u);
  }
}

BOOST_AUTO_TEST_CASE(permits_of_a_stopped_body_go_back) {
  for (const auto level : levels) {
    semaphore s{1};
    auto holder = spawn(rt, [s](task_context ctx) -> async<void> {
      auto permit = co_await s.acquire();
      co_await ctx.sleep_for(1h);
    });
    wait_until_idle(rt);
    auto waits = acquires(s, 1);
    holder.cancel(level);
    BOOST_TEST(waits.await().value());
  }
}

BOOST_AUTO_TEST_CASE(a_task_that_is_cancelled_acquires_nothing_even_if_it_need_not_wait) {
  semaphore s{1};
  async_event cancelled;
  auto task = spawn(rt, [&, s](task_context) -> async<void> {
    co_await unstoppable(cancelled);
    auto permit = co_await s.acquire();
    order.push_back(1);
  });
  wait_until_idle(rt);
  task.cancel();
  cancelled.set();
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
  BOOST_TEST(order.empty());
  BOOST_TEST(s.available() == 1u);
}

BOOST_AUTO_TEST_CASE(a_wait_that_can_be_stopped_goes_on_without_permits) {
  semaphore s{0};
  auto task = spawn(rt, [s](task_context) -> async<bool> {
    auto permit = co_await stopped_as_optional(s.acquire());
    co_return permit.has_value();
  });
  wait_until_idle(rt);
  task.cancel();
  task.await();
  s.add_permits(1);
  BOOST_TEST(s.available() == 1u);
}

BOOST_FIXTURE_TEST_CASE(permits_that_are_handed_over_win_over_a_stop, single_worker_fixture) {
  semaphore s{1};
  bool got = false;
  std::optional<semaphore_permit> held{s.try_acquire()};
  auto waits = spawn(rt, [&got, s](task_context ctx) -> async<void> {
    auto permit = co_await s.acquire();
    got = static_cast<bool>(permit);
    co_await ctx.sleep_for(1h);
  });
  wait_until_idle(rt);
  spawn(rt, [&] {
    held.reset();
    waits.cancel();
  }).await();
  BOOST_TEST((waits.await().error().code() == error_code::cancelled));
  BOOST_TEST(got);
  BOOST_TEST(s.available() == 1u);
}

BOOST_AUTO_TEST_CASE(callables_wait) {
  semaphore s{1};
  auto held = s.try_acquire();
  auto waits = spawn(rt, [s] { return s.acquire().await().count(); });
  wait_until_idle(rt);
  BOOST_TEST(!waits.is_done());
  held.release();
  BOOST_TEST(waits.await().value() == 1u);
  BOOST_TEST(s.available() == 1u);
}

BOOST_AUTO_TEST_CASE(a_cancelled_callable_takes_nothing) {
  semaphore s{2};
  auto held = s.try_acquire();
  auto waits = spawn(rt, [s] { return s.acquire(2).await().count(); });
  wait_until_idle(rt);
  auto behind = acquires(s, 1);
  waits.cancel();
  BOOST_TEST((waits.await().error().code() == error_code::cancelled));
  BOOST_TEST(behind.await().value());
  held.release();
  BOOST_TEST(s.available() == 2u);
}

BOOST_AUTO_TEST_CASE(a_blocked_callable_that_hears_of_a_child_keeps_its_place) {
  semaphore s{0};
  async_event ends;
  auto waits = spawn(rt, [this, &ends, s](task_context ctx) {
    task_group<void> children{ctx};
    children.spawn([&ends](task_context) -> async<void> { co_await ends; });
    auto permit = s.acquire().await();
    order.push_back(1);
  });
  wait_until_idle(rt);
  auto behind = acquires(s, 1, 2);
  ends.set();
  wait_until_idle(rt);
  s.add_permits(1);
  BOOST_TEST(waits.await().is_ok());
  BOOST_TEST(behind.await().value());
  BOOST_TEST((order == std::vector{1, 2}));
}

BOOST_AUTO_TEST_CASE(threads_that_run_no_task_wait_and_give_back) {
  semaphore s{1};
  auto held = s.try_acquire();
  std::promise<semaphore_permit> got;
  std::thread other{[&] { got.set_value(s.acquire().await()); }};
  held.release();
  auto theirs = got.get_future().get();
  other.join();
  BOOST_TEST(theirs.count() == 1u);
  auto waits = acquires(s, 1);
  std::thread gives_back{[&] { theirs.release(); }};
  BOOST_TEST(waits.await().value());
  gives_back.join();
}

BOOST_AUTO_TEST_CASE(works_between_runtimes_and_after_they_have_ended) {
  semaphore s{1};
  semaphore_permit kept;
  {
    runtime other;
    kept = spawn(other, [s]() -> async<semaphore_permit> { co_return co_await s.acquire(); })
               .await()
               .value();
  }
  auto waits = acquires(s, 1);
  BOOST_TEST(!waits.is_done());
  kept.release();
  BOOST_TEST(waits.await().value());
}

BOOST_AUTO_TEST_CASE(a_select_that_goes_another_way_takes_nothing) {
  semaphore s{2};
  auto held = s.try_acquire();
  auto task = spawn(rt, [s](task_context ctx) -> async<std::size_t> {
    auto what = co_await select(s.acquire(2), ctx.sleep_for(1s));
    co_return what.index();
  });
  wait_until_idle(rt);
  auto behind = acquires(s, 1);
  BOOST_TEST(!behind.is_done());
  advance(1s);
  BOOST_TEST(task.await().value() == 1u);
  BOOST_TEST(behind.await().value());
  held.release();
  BOOST_TEST(s.available() == 2u);
}

BOOST_AUTO_TEST_CASE(a_select_takes_from_one_semaphore) {
  semaphore a{0};
  semaphore b{0};
  const auto selects = [a, b](task_context) -> async<std::size_t> {
    auto what = co_await select(a.acquire(), b.acquire(), a.acquire());
    if (what.index() == 0)
      std::get<0>(what).forget();
    else if (what.index() == 1)
      std::get<1>(what).forget();
    co_return what.index();
  };
  auto task = spawn(rt, selects);
  wait_until_idle(rt);
  b.add_permits(1);
  a.add_permits(1);
  BOOST_TEST(task.await().value() == 1u);
  wait_until_idle(rt);
  BOOST_TEST(a.available() == 1u);
  BOOST_TEST(b.available() == 0u);
  b.add_permits(1);
  BOOST_TEST(spawn(rt, selects).await().value() == 0u);
  BOOST_TEST(a.available() == 0u);
  BOOST_TEST(b.available() == 1u);
}

BOOST_AUTO_TEST_CASE(a_callable_selects) {
  semaphore s{0};
  async_event event;
  auto task =
      spawn(rt, [s, &event](task_context) { return select(s.acquire(), event).await().index(); });
  wait_until_idle(rt);
  event.set();
  BOOST_TEST(task.await().value() == 1u);
  s.add_permits(1);
  BOOST_TEST(s.available() == 1u);
}

BOOST_AUTO_TEST_CASE(a_killed_select_takes_nothing) {
  for (const auto level : levels) {
    semaphore s{1};
    auto held = s.try_acquire();
    auto task = spawn(rt, [s](task_context ctx) -> async<void> {
      co_await select(ctx.sleep_for(1h), s.acquire());
    });
    wait_until_idle(rt);
    task.cancel(level);
    BOOST_TEST((task.await().error().code() == error_code::cancelled));
    wait_until_idle(rt);
    held.release();
    BOOST_TEST(s.available() == 1u);
  }
}

// Whatever is interrupted, lost, closed or released at any moment: never are more permits held than
// there are, nobody waits while there are enough for the first, and all come back.
BOOST_AUTO_TEST_CASE(no_interleaving_loses_or_makes_permits) {
  for_each_seed(200, [](simulation& sim) {
    const std::size_t total = 1 + sim.choose(4);
    semaphore s{total};
    std::size_t in_use = 0;
    bool too_many = false;
    sim.run([&](task_context ctx) -> async<void> {
      const auto uses = [&](task_context self, std::size_t n) -> async<void> {
        for (int i = 0; i < 3; ++i) {
          semaphore_permit permit;
          if (sim.choose(3) == 0) {
            auto what = co_await select(s.acquire(n),
                                        self.sleep_for(std::chrono::milliseconds{sim.choose(3)}));
            if (what.index() == 0)
              permit = std::get<0>(std::move(what));
          } else if (sim.choose(4) == 0) {
            permit = s.try_acquire(n);
          } else {
            permit = co_await s.acquire(n);
          }
          if (!permit)
            continue;
          struct use {
            std::size_t& in_use;
            std::size_t n;
            use(std::size_t& u, std::size_t count) : in_use(u), n(count) { in_use += n; }
            ~use() { in_use -= n; }
          } const counted{in_use, n};
          too_many = too_many || in_use > total;
          if (sim.choose(2) == 0)
            co_await self.sleep_for(std::chrono::milliseconds{sim.choose(3)});
          else
            co_await self.yield();
        }
      };
      std::vector<child_task<void>> tasks;
      for (int i = 0; i < 8; ++i)
        tasks.push_back(ctx.spawn(uses, 1 + sim.choose(total)));
      for (auto& t : tasks)
        if (sim.choose(3) == 0) {
          co_await ctx.sleep_for(std::chrono::milliseconds{sim.choose(3)});
          t.cancel(levels[sim.choose(3)]);
        }
      for (auto& t : tasks)
        static_cast<void>(co_await stopped_as_error(t.result()));
    });
    BOOST_TEST_CONTEXT("SWEET_SEED=" << sim.seed()) {
      BOOST_TEST(!too_many);
      BOOST_TEST(s.available() == total);
    }
  });
}

BOOST_AUTO_TEST_CASE(many_tasks_on_several_workers_share_a_few_permits) {
  constexpr std::size_t permits = 3;
  constexpr int rounds = 300;
  runtime several{runtime_options{.workers = 4}};
  semaphore s{permits};
  std::atomic<std::size_t> in_use{0};
  std::atomic<bool> too_many{false};
  std::atomic<int> done{0};
  const auto uses = [&](task_context, std::size_t n) -> async<void> {
    for (int i = 0; i < rounds; ++i) {
      auto permit = co_await s.acquire(n);
      if ((in_use += n) > permits)
        too_many = true;
      in_use -= n;
      ++done;
    }
  };
  std::vector<spawning_task<void>> tasks;
  for (std::size_t i = 0; i < 24; ++i)
    tasks.push_back(spawn(several, uses, 1 + i % permits));
  std::thread outside{[&] {
    for (int i = 0; i < rounds; ++i) {
      auto permit = s.acquire(2).await();
      if ((in_use += 2) > permits)
        too_many = true;
      in_use -= 2;
    }
  }};
  for (auto& t : tasks)
    BOOST_TEST(t.await().is_ok());
  outside.join();
  BOOST_TEST(!too_many);
  BOOST_TEST(done == 24 * rounds);
  BOOST_TEST(s.available() == permits);
}

// Each permit is the last reference to its semaphore: giving it back, and waking another one, must
// not touch what that one has freed.
BOOST_AUTO_TEST_CASE(the_last_permit_frees_the_semaphore_on_any_thread) {
  runtime several{runtime_options{.workers = 4}};
  for (int round = 0; round < 300; ++round) {
    std::vector<spawning_task<void>> tasks;
    {
      semaphore s{1};
      for (int i = 0; i < 3; ++i)
        tasks.push_back(spawn(
            several,
            [](task_context ctx, semaphore mine) -> async<void> {
              auto permit = co_await mine.acquire();
              co_await ctx.yield();
            },
            s));
    }
    for (auto& t : tasks)
      BOOST_TEST(t.await().is_ok());
  }
}

BOOST_AUTO_TEST_SUITE_END()
