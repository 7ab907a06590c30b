// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Faults that users of other libraries have reported of barriers, wait groups, intervals, and
// limits on children, and that must not be here. Each test names the report.

#include <sweet/sweet.hpp>
#include <sweet/testing/expect.hpp>
#include <sweet/testing/runtime_fixture.hpp>

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::expect;
using sweet::testing::single_worker_fixture;
using sweet::testing::wait_until_idle;

namespace meeting_reports_test {
namespace {

constexpr cancellation_level levels[] = {cancellation_level::graceful, cancellation_level::kill,
                                         cancellation_level::kill_hard};

// One worker: what a task does until it waits is done before anybody else runs.
struct fixture : single_worker_fixture {
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

  spawning_task<void> waits_for(wait_group g) {
    auto task = spawn(
        rt, [](task_context, wait_group mine) -> async<void> { co_await mine.wait(); },
        std::move(g));
    wait_until_idle(rt);
    return task;
  }

  /// How long the runtime has been there, in milliseconds.
  int since(interval::time_point t) const { return static_cast<int>((t - start) / 1ms); }

  interval::time_point start = time.now();
};

} // namespace
} // namespace meeting_reports_test

BOOST_FIXTURE_TEST_SUITE(meeting_reports_test, fixture)

// -- barriers -----------------------------------------------------------------------------------

// "Race condition in AsyncBarrier.SignalAndWait": the count was reset apart from the list of those
// who wait, so rounds ran into each other.
// https://github.com/microsoft/vs-threading/issues/90
BOOST_AUTO_TEST_CASE(whoever_arrives_before_a_round_has_gone_on_arrives_in_the_next_one) {
  const barrier b{2};
  auto early = arrives(b);
  // The three come in one go: the first one has not run yet when the third one arrives.
  std::vector<spawning_task<bool>> late;
  spawn(rt,
        [&] {
          for (int i = 0; i < 2; ++i)
            late.push_back(spawn(
                rt, [b](task_context) -> async<bool> { co_return co_await b.arrive_and_wait(); }));
        })
      .await()
      .unwrap();
  wait_until_idle(rt);
  BOOST_TEST(early.is_done());
  BOOST_TEST(late[0].is_done() + late[1].is_done() == 1);
  auto last = arrives(b);
  BOOST_TEST(last.await().value());
  BOOST_TEST(late[0].is_done());
  BOOST_TEST(late[1].is_done());
}

// "Fix an issue with `sync::Barrier` leader selection with reuse": a round had more than one
// leader. https://github.com/awslabs/shuttle/pull/102
BOOST_AUTO_TEST_CASE(each_round_has_one_leader) {
  constexpr int rounds = 10;
  constexpr std::size_t n = 3;
  barrier b{n};
  std::vector<int> leaders(rounds, 0);
  std::vector<spawning_task<void>> tasks;
  for (std::size_t i = 0; i < n; ++i)
    tasks.push_back(spawn(rt, [&, b](task_context) -> async<void> {
      for (auto& of_round : leaders)
        of_round += co_await b.arrive_and_wait() ? 1 : 0;
    }));
  for (auto& t : tasks)
    BOOST_TEST(t.await().is_ok());
  BOOST_TEST(leaders == std::vector<int>(rounds, 1), boost::test_tools::per_element());
}

// "feature - make Barrier cancellation behavior explicit and safe": a wait that was given up had
// been counted, and the others were stuck or a round too far.
// https://github.com/encero-systems/incan/issues/418
BOOST_AUTO_TEST_CASE(a_wait_that_was_given_up_does_not_count_in_the_round) {
  for (const auto level : levels) {
    const barrier b{3};
    auto first = arrives(b);
    auto stopped = arrives(b);
    auto impatient = spawn(rt, [b](task_context ctx) -> async<std::size_t> {
      co_return (co_await select(ctx.sleep_for(0s), b.arrive_and_wait())).index();
    });
    stopped.cancel(level);
    static_cast<void>(stopped.await());
    BOOST_TEST(impatient.await().value() == 0u);
    wait_until_idle(rt);
    auto second = arrives(b);
    BOOST_TEST(!first.is_done());
    BOOST_TEST(!second.is_done());
    BOOST_TEST(arrives(b).await().value());
    BOOST_TEST(!first.await().value());
    BOOST_TEST(!second.await().value());
  }
}

// -- wait groups --------------------------------------------------------------------------------

// "Misuse of sync.WaitGroup": the group was used again before those who waited had run, which
// panics: "WaitGroup is reused before previous Wait has returned".
// https://github.com/microsoft/go-winio/issues/29
BOOST_AUTO_TEST_CASE(a_group_is_used_again_before_those_who_waited_have_run) {
  wait_group g{1};
  auto one = waits_for(g);
  auto other = waits_for(g);
  spawn(rt,
        [&] {
          g.done();
          g.add(1);
        })
      .await()
      .unwrap();
  wait_until_idle(rt);
  BOOST_TEST(one.is_done());
  BOOST_TEST(other.is_done());
  auto next = waits_for(g);
  BOOST_TEST(!next.is_done());
  g.done();
  BOOST_TEST(next.await().is_ok());
}

// "Clarify WaitGroup.Done() behaviour when the counter is zero."
// https://github.com/golang/go/issues/39679
BOOST_AUTO_TEST_CASE(done_once_too_often_is_told_and_changes_nothing) {
  wait_group g{1};
  g.done();
  BOOST_CHECK_THROW(g.done(), std::logic_error);
  BOOST_TEST(g.count() == 0u);
  BOOST_TEST(waits_for(g).await().is_ok());
}

// -- intervals ----------------------------------------------------------------------------------

// "send_interval can drift": each period began when the work of the one before was done.
// https://github.com/slawlor/ractor/issues/57
BOOST_AUTO_TEST_CASE(ticks_do_not_drift_by_the_work_between_them) {
  std::vector<int> came;
  auto task = spawn(rt, [&](task_context ctx) -> async<void> {
    interval ticks{ctx, 10ms};
    for (int i = 0; i < 6; ++i) {
      co_await ticks.tick();
      came.push_back(since(time.now()));
      co_await ctx.sleep_for(3ms);
    }
  });
  for (int i = 0; i < 60; ++i)
    advance(1ms);
  task.cancel();
  static_cast<void>(task.await());
  BOOST_TEST(came == (std::vector{0, 10, 20, 30, 40, 50}), boost::test_tools::per_element());
}

// "MGS: SpPoller missed tick behavior should probably not be `Burst`": a poller that had been late
// sent its requests right after each other. Whoever does not want that says so.
// https://github.com/oxidecomputer/omicron/issues/9428
BOOST_AUTO_TEST_CASE(a_poller_that_was_late_polls_once) {
  for (const auto missed : {missed_ticks::skip, missed_ticks::delay}) {
    int polls = 0;
    auto task = spawn(rt, [&, missed](task_context ctx) -> async<void> {
      interval ticks{ctx, 10ms, missed};
      for (;;) {
        co_await ticks.tick();
        if (++polls == 1)
          co_await ctx.sleep_for(95ms);
      }
    });
    advance(95ms);
    BOOST_TEST(polls == 2);
    task.cancel();
    static_cast<void>(task.await());
  }
}

// "`Interval::reset_immediately()` is not immediately ready": it took a tick of the timer.
// https://github.com/tokio-rs/tokio/issues/6940
BOOST_AUTO_TEST_CASE(a_tick_that_is_due_now_is_there_without_a_wait) {
  bool there = false;
  auto task = spawn(rt, [&](task_context ctx) -> async<void> {
    interval ticks{ctx, 1s};
    co_await ticks.tick();
    ticks.reset_after(0s);
    there = (co_await select(ticks.tick(), ctx.sleep_for(0s))).index() == 0;
  });
  wait_until_idle(rt);
  BOOST_TEST(there);
}

// "Panic when sleeping until far into the future", and "Prevent panics on overflow in timer".
// https://github.com/tokio-rs/tokio/issues/5183, https://github.com/Smithay/calloop/pull/121
BOOST_AUTO_TEST_CASE(what_is_due_in_some_hundred_years_does_not_come_today) {
  constexpr auto longest = std::chrono::nanoseconds::max();
  std::atomic<int> came{0};
  std::vector<spawning_task<void>> tasks;
  for (const auto far : {longest, longest - 1ns, longest / 2, longest - 10'000h}) {
    tasks.push_back(spawn(rt, [&, far](task_context ctx) -> async<void> {
      co_await ctx.sleep_for(far);
      ++came;
    }));
    tasks.push_back(spawn(rt, [&, far](task_context ctx) -> async<void> {
      interval ticks{ctx, far};
      co_await ticks.tick();
      co_await ticks.tick();
      ++came;
    }));
    tasks.push_back(spawn(rt, [&, far](task_context ctx) -> async<void> {
      co_await ctx.receive<int>(far).result();
      ++came;
    }));
  }
  advance(1h);
  advance(24h * 365);
  BOOST_TEST(came == 0);
  for (auto& t : tasks) {
    t.cancel();
    BOOST_TEST((t.await().error().code() == error_code::cancelled));
  }
}

// -- limits on children, and blocking bodies ----------------------------------------------------

// "Signal concurrency limiting semaphore when task errors": a task that failed kept its place.
// https://github.com/uber/swift-concurrency/pull/31
BOOST_AUTO_TEST_CASE(a_child_that_fails_makes_room) {
  auto task = spawn(rt, [](task_context ctx) -> async<std::size_t> {
    co_return co_await ctx.scope(
        child_failure::collect, [](task_context own) -> async<std::size_t> {
          auto limit = own.max_children(2);
          for (int i = 0; i < 10; ++i) {
            auto child = co_await limit.spawn([]() -> int { throw std::runtime_error{"no"}; });
            static_cast<void>(co_await child.result());
          }
          co_return limit.room();
        });
  });
  wait_until_idle(rt);
  BOOST_TEST_REQUIRE(task.is_done());
  BOOST_TEST(task.await().value() == 2u);
}

// "Balance throttle permits in SimpleAsyncTaskExecutor": a task that was cancelled before it ran
// did not give its permit back.
// https://github.com/spring-projects/spring-framework/pull/36916
BOOST_AUTO_TEST_CASE(a_child_that_is_cancelled_before_it_starts_makes_room) {
  bool ran = false;
  auto task = spawn(rt, [&](task_context ctx) -> async<std::size_t> {
    auto limit = ctx.max_children(1);
    auto child = co_await limit.spawn([&ran] { ran = true; });
    child.cancel();
    expect((co_await child.result()).is_err());
    auto next = co_await limit.spawn([] { return 1; });
    co_await next;
    co_return limit.room();
  });
  wait_until_idle(rt);
  BOOST_TEST_REQUIRE(task.is_done());
  BOOST_TEST(task.await().value() == 1u);
  BOOST_TEST(!ran);
}

// "fix(reranker): retain concurrency permit after caller cancellation": the permit came back when
// the caller gave up, while the blocking call went on.
// https://github.com/xberg-io/xberg/issues/1641
BOOST_AUTO_TEST_CASE(a_blocking_child_that_goes_on_after_its_cancellation_keeps_its_place) {
  std::atomic<bool> goes_on{false};
  std::atomic<bool> runs{false};
  std::atomic<int> at_once{0};
  auto task = spawn(rt, [&](task_context ctx) -> async<bool> {
    auto limit = ctx.max_children(1);
    auto child = co_await limit.spawn([&](task_context own) {
      return own
          .run_blocking([&] {
            runs = true;
            goes_on.wait(false);
          })
          .await();
    });
    while (!runs)
      co_await ctx.yield();
    child.cancel();
    const bool refused = limit.try_spawn([&at_once] { ++at_once; }).is_err();
    goes_on = true;
    goes_on.notify_all();
    static_cast<void>(co_await child.result());
    co_await (co_await limit.spawn([&at_once] { ++at_once; }));
    co_return refused;
  });
  BOOST_TEST(task.await().value());
  BOOST_TEST(at_once == 1);
}

// "A panicking spawn_blocking closure hangs its caller and breaks the pool for that executor".
// https://github.com/glommio/glommio/issues/37
BOOST_AUTO_TEST_CASE(a_blocking_body_that_throws_costs_the_pool_no_thread) {
  runtime narrow{runtime_options{.workers = 1, .blocking = {.threads = 1}}};
  auto task = spawn(narrow, [](task_context ctx) -> async<int> {
    co_return co_await ctx.scope(child_failure::collect, [](task_context own) -> async<int> {
      for (int i = 0; i < 3; ++i) {
        auto fails = own.run_blocking([]() -> int { throw std::runtime_error{"boom"}; });
        expect((co_await fails.result()).error().message() == "boom");
      }
      co_return co_await own.run_blocking([] { return 42; });
    });
  });
  const auto outcome = task.await(10s);
  BOOST_TEST(outcome.is_ok());
  BOOST_TEST(outcome.value() == 42);
}

BOOST_AUTO_TEST_SUITE_END()
