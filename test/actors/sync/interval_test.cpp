// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/sync/interval.hpp>
#include <sweet/actors/sync/select.hpp>
#include <sweet/sweet.hpp>
#include <sweet/testing/at_end.hpp>
#include <sweet/testing/expect.hpp>
#include <sweet/testing/failing_allocations.hpp>
#include <sweet/testing/runtime_fixture.hpp>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::expect;
using sweet::testing::failing_allocations;
using sweet::testing::wait_until_idle;

namespace interval_test {
namespace {

struct fixture : sweet::testing::runtime_fixture {
  /// How long the runtime has been there, in milliseconds.
  int since(interval::time_point t) const { return static_cast<int>((t - start) / 1ms); }
  int now() const { return since(time.now()); }

  /// Ticks every 10 ms at 0 and 10, works until 45, and then at each tick for 1 ms, until 70.
  /// @returns when the ticks were due, and when they came
  std::pair<std::vector<int>, std::vector<int>> works_too_long(missed_ticks missed) {
    auto task = spawn(rt, [this, missed](task_context ctx) -> async<void> {
      interval ticks{ctx, 10ms, missed};
      for (;;) {
        due.push_back(since(co_await ticks.tick()));
        came.push_back(now());
        co_await ctx.sleep_for(due.size() == 2 ? 35ms : 1ms);
      }
    });
    advance(70ms);
    task.cancel();
    static_cast<void>(task.await());
    return {due, came};
  }

  interval::time_point start = time.now();
  std::vector<int> due;
  std::vector<int> came;
};

} // namespace
} // namespace interval_test

BOOST_FIXTURE_TEST_SUITE(interval_test, fixture)

// tokio::time::interval, https://docs.rs/tokio/latest/tokio/time/fn.interval.html: the first tick
// completes immediately, and the time of the work between does not count.
BOOST_AUTO_TEST_CASE(tokio_ticks_come_at_once_and_then_each_period) {
  auto task = spawn(rt, [this](task_context ctx) -> async<void> {
    interval ticks{ctx, 100ms};
    expect(ticks.period() == 100ms);
    for (int i = 0; i < 5; ++i) {
      due.push_back(since(co_await ticks.tick()));
      came.push_back(now());
      co_await ctx.sleep_for(i * 20ms);
    }
    due.push_back(since(ticks.due()));
  });
  wait_until_idle(rt);
  BOOST_TEST(came == (std::vector{0}));
  advance(99ms);
  BOOST_TEST(came == (std::vector{0}));
  advance(1s);
  BOOST_TEST(task.await().is_ok());
  BOOST_TEST(came == (std::vector{0, 100, 200, 300, 400}));
  BOOST_TEST(due == (std::vector{0, 100, 200, 300, 400, 500}));
}

// tokio::time::MissedTickBehavior,
// https://docs.rs/tokio/latest/tokio/time/enum.MissedTickBehavior.html: the three cases. There they
// "only apply when the delay is greater than 5 milliseconds", here always.
BOOST_AUTO_TEST_CASE(tokio_burst_ticks_until_it_has_caught_up) {
  const auto [were_due, have_come] = works_too_long(missed_ticks::burst);
  BOOST_TEST(were_due == (std::vector{0, 10, 20, 30, 40, 50, 60, 70}));
  BOOST_TEST(have_come == (std::vector{0, 10, 45, 46, 47, 50, 60, 70}));
}

BOOST_AUTO_TEST_CASE(tokio_skip_goes_on_at_the_next_multiple) {
  const auto [were_due, have_come] = works_too_long(missed_ticks::skip);
  BOOST_TEST(were_due == (std::vector{0, 10, 20, 50, 60, 70}));
  BOOST_TEST(have_come == (std::vector{0, 10, 45, 50, 60, 70}));
}

BOOST_AUTO_TEST_CASE(tokio_delay_goes_on_a_period_later) {
  const auto [were_due, have_come] = works_too_long(missed_ticks::delay);
  BOOST_TEST(were_due == (std::vector{0, 10, 20, 55, 65}));
  BOOST_TEST(have_come == (std::vector{0, 10, 45, 55, 65}));
}

// tokio::time::interval: panics if the period is zero.
BOOST_AUTO_TEST_CASE(tokio_a_period_must_be_positive) {
  BOOST_CHECK_THROW(interval(rt, 0ms), std::invalid_argument);
  BOOST_CHECK_THROW(interval(rt, -1ns), std::invalid_argument);
}

// tokio::time::Interval::reset, reset_after and reset_immediately,
// https://docs.rs/tokio/latest/tokio/time/struct.Interval.html: "ignores MissedTickBehavior
// strategy".
BOOST_AUTO_TEST_CASE(tokio_a_reset_begins_anew) {
  interval ticks{rt, 10ms};
  ticks.tick().await();
  advance(45ms);
  ticks.reset();
  BOOST_TEST(since(ticks.due()) == 55);
  ticks.reset_after(3ms);
  BOOST_TEST(since(ticks.due()) == 48);
  advance(3ms);
  BOOST_TEST(since(ticks.tick().await()) == 48);
  BOOST_TEST(since(ticks.due()) == 58);
  ticks.reset_after(0ms);
  BOOST_TEST(since(ticks.tick().await()) == 48);
}

BOOST_AUTO_TEST_CASE(a_tick_that_is_for_ever_away_does_not_come) {
  interval ticks{rt, std::chrono::nanoseconds::max()};
  ticks.tick().await();
  auto task = spawn(rt, [&](task_context ctx) -> async<bool> {
    co_return (co_await select(ticks.tick(), ctx.sleep_for(1h))).index() == 1;
  });
  advance(1h);
  BOOST_TEST(task.await().value());
}

BOOST_AUTO_TEST_CASE(a_copy_goes_on_by_itself) {
  interval ticks{rt, 10ms};
  ticks.tick().await();
  auto copy = ticks;
  advance(10ms);
  BOOST_TEST(since(ticks.tick().await()) == 10);
  BOOST_TEST(since(copy.tick().await()) == 10);
  BOOST_TEST((copy.due() == ticks.due()));
}

BOOST_AUTO_TEST_CASE(callables_and_threads_wait_for_ticks) {
  const auto three_ticks = [this](interval ticks) {
    int sum = 0;
    for (int i = 0; i < 3; ++i)
      sum += since(ticks.tick().await());
    return sum;
  };
  const interval from_now{rt, 10ms};
  auto callable = spawn(rt, three_ticks, from_now);
  std::atomic<int> in_thread{0};
  std::thread thread{[&] { in_thread = three_ticks(from_now); }};
  // Whenever they begin to wait, their ticks are due at the same times.
  while (!callable.is_done() || in_thread == 0)
    advance(1ms);
  BOOST_TEST(callable.await().value() == 30);
  thread.join();
  BOOST_TEST(in_thread == 30);
}

// -- waits that end early -----------------------------------------------------------------------

// tokio::time::Interval::tick, "Cancel safety": a tick that loses in select! is not consumed.
BOOST_AUTO_TEST_CASE(tokio_a_tick_that_loses_in_a_select_is_not_skipped) {
  auto task = spawn(rt, [this](task_context ctx) -> async<void> {
    interval ticks{ctx, 10ms};
    while (due.size() < 4) {
      const auto what = co_await select(ctx.sleep_for(4ms), ticks.tick());
      if (what.index() == 1)
        due.push_back(since(std::get<1>(what)));
      // Both are ready: the tick loses.
      expect((co_await select(ctx.sleep_for(0ms), ticks.tick())).index() == 0);
    }
  });
  advance(30ms);
  BOOST_TEST(task.await().is_ok());
  BOOST_TEST(due == (std::vector{0, 10, 20, 30}));
}

BOOST_AUTO_TEST_CASE(a_tick_whose_wait_was_stopped_comes_next_time) {
  auto task = spawn(rt, [this](task_context ctx) -> async<void> {
    interval ticks{ctx, 10ms};
    co_await ticks.tick();
    expect(!co_await stopped_as_optional(ticks.tick()));
    due.push_back(since(co_await ticks.tick()));
  });
  advance(5ms);
  task.cancel();
  advance(5ms);
  BOOST_TEST(task.await().is_ok());
  BOOST_TEST(due == (std::vector{10}));
}

BOOST_AUTO_TEST_CASE(a_cancelled_wait_for_a_tick_ends) {
  auto coroutine = spawn(rt, [](task_context ctx) -> async<void> {
    interval ticks{ctx, 1h};
    for (;;)
      co_await ticks.tick();
  });
  auto callable = spawn(rt, [](task_context ctx) {
    interval ticks{ctx, 1h};
    for (;;)
      ticks.tick().await();
  });
  wait_until_idle(rt);
  coroutine.cancel();
  callable.cancel();
  BOOST_TEST((coroutine.await().error().code() == error_code::cancelled));
  BOOST_TEST((callable.await().error().code() == error_code::cancelled));
}

// Although its ticks do not let it suspend.
BOOST_FIXTURE_TEST_CASE(a_body_that_has_missed_many_ticks_can_be_stopped,
                        sweet::testing::busy_runtime_fixture) {
  auto task = spawn(rt, [](task_context ctx) -> async<void> {
    interval ticks{ctx, 1ns};
    for (;;)
      co_await ticks.tick();
  });
  time.advance(1h);
  task.cancel();
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
}

// Time moves in the only worker, so that the waiter cannot run between.
BOOST_AUTO_TEST_CASE(a_tick_that_has_come_wins_over_a_stop) {
  sweet::testing::virtual_clock clock;
  sweet::runtime one{runtime_options{.workers = 1, .time = &clock}};
  bool came_to_it = false;
  auto waiter = spawn(one, [&](task_context ctx) -> async<void> {
    interval ticks{ctx, 10ms};
    co_await ticks.tick();
    co_await ticks.tick();
    came_to_it = true;
    co_await ctx.sleep_for(1h);
  });
  wait_until_idle(one);
  BOOST_TEST(spawn(one,
                   [&] {
                     clock.advance(10ms);
                     waiter.cancel();
                   })
                 .await()
                 .is_ok());
  BOOST_TEST((waiter.await().error().code() == error_code::cancelled));
  BOOST_TEST(came_to_it);
}

BOOST_AUTO_TEST_CASE(a_destructor_of_a_body_that_stops_does_not_wait) {
  auto task = spawn(rt, [this](task_context ctx) -> async<void> {
    interval ticks{ctx, 10ms};
    co_await ticks.tick();
    const sweet::testing::at_end asks{[&] { due.push_back(since(ticks.tick().await())); }};
    co_await ctx.sleep_for(1h);
  });
  wait_until_idle(rt);
  task.cancel();
  static_cast<void>(task.await());
  BOOST_TEST(due == (std::vector{10}));
}

BOOST_AUTO_TEST_CASE(ticks_need_no_memory) {
  wait_until_idle(rt); // what idle workers need is there
  auto task = spawn(rt, [](task_context ctx) -> async<bool> {
    failing_allocations none{0, 1'000'000};
    interval ticks{ctx, 10ms};
    for (int i = 0; i < 5; ++i)
      co_await ticks.tick();
    co_return !none.stop();
  });
  advance(50ms);
  BOOST_TEST(task.await().value());
}

BOOST_AUTO_TEST_CASE(many_intervals_on_several_workers_lose_no_tick) {
  sweet::runtime busy{runtime_options{.workers = 4}};
  std::vector<spawning_task<bool>> tasks;
  for (int i = 0; i < 200; ++i)
    tasks.push_back(spawn(busy, [](task_context ctx) -> async<bool> {
      interval ticks{ctx, 1ms};
      auto last = co_await ticks.tick();
      for (int n = 0; n < 20; ++n) {
        const auto what = co_await select(ticks.tick(), ctx.sleep_for(1ms));
        if (what.index() != 0)
          continue;
        if (std::get<0>(what) != last + 1ms)
          co_return false;
        last = std::get<0>(what);
      }
      co_return true;
    }));
  for (auto& task : tasks)
    BOOST_TEST(task.await().value());
}

BOOST_AUTO_TEST_SUITE_END()
