// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Memory runs out at any moment of a task, see fail_each_allocation().

#include <sweet/actors/runtime/cell/cleanup_run.hpp>
#include <sweet/actors/runtime/cell/task_memory.hpp>
#include <sweet/actors/runtime/queues/injection_queue.hpp>
#include <sweet/actors/runtime/queues/work_deque.hpp>
#include <sweet/actors/runtime/threads/scheduler.hpp>
#include <sweet/sweet.hpp>
#include <sweet/testing/captured_stderr.hpp>
#include <sweet/testing/fail_each_allocation.hpp>
#include <sweet/testing/failing_allocations.hpp>
#include <sweet/testing/simulation.hpp>

#include <boost/test/unit_test.hpp>

#include <caf/all.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <latch>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::captured_stderr;
using sweet::testing::fail_each_allocation;
using sweet::testing::failing_allocations;
using sweet::testing::long_text;
using sweet::testing::simulation;
using sweet::testing::world;

namespace allocation_failure_test {
namespace {

/// More than any test allocates.
constexpr std::int64_t for_ever = std::int64_t{1} << 60;

async<std::string> text_of(task_context ctx, int i) {
  if (i % 2 == 1)
    co_await ctx.sleep_for(1ms);
  co_return long_text + std::to_string(i);
}

async<int> children(task_context ctx, world&) {
  std::vector<child_task<std::string>> all;
  for (int i = 0; i < 4; ++i)
    all.push_back(ctx.spawn(text_of, i));
  int sum = 0;
  for (auto& one : all)
    sum += (co_await one).back() - '0';
  co_return sum + co_await ctx.spawn([](task_context inner) {
    return inner.spawn([] { return 4; }).await().unwrap();
  });
}

async<int> fails_later(task_context ctx) {
  co_await ctx.sleep_for(1ms);
  throw std::runtime_error{long_text};
}

async<void> sleeps(task_context ctx) {
  auto below = ctx.spawn([](task_context inner) -> async<void> { co_await inner.sleep_for(1h); });
  co_await below;
}

/// A child's failure fails its parent, and stops the others.
async<int> family_that_fails(task_context ctx) {
  ctx.spawn(sleeps);
  ctx.spawn(fails_later);
  co_await ctx.sleep_for(1h);
  co_return 0;
}

async<int> failure(task_context, world& w) {
  auto outcome = co_await w.rt.spawn(family_that_fails).result();
  if (outcome.is_err() && outcome.error().root_cause().message() == long_text)
    co_return 1;
  co_return outcome;
}

async<int> failing_body(task_context, world& w) {
  auto named = async_task::to<int>(w.rt).name(long_text).run(fails_later);
  const auto outcome = co_await named.result();
  // Without memory for that, the name is left out.
  if (outcome.is_err() && outcome.error().message() == long_text)
    co_return 1;
  co_return outcome;
}

/// What is to be told has been made before: what has no memory is left out.
async<int> error_made_before(task_context, world& w) {
  auto named = async_task::to<int>(w.rt).name(long_text).run(
      [made = task_error{error_code::rejected, long_text}]() -> task_result<int> { return made; });
  const auto outcome = co_await named.result();
  co_return outcome.is_err() &&
          outcome.error().code() == error_code::rejected&& outcome.error().message() == long_text
      ? 1
      : 0;
}

async<int> body_without_memory(task_context, world& w) {
  auto task = w.rt.spawn([]() -> int { throw std::bad_alloc{}; });
  const auto outcome = co_await task.result();
  co_return outcome.is_err() && outcome.error().code() ==
                                    error_code::resource_limit&& outcome.error().message() ==
                                    "out of memory"
      ? 1
      : 0;
}

/// The tree stops, its clean-up is done, and the reason is told.
async<int> cancellation(task_context ctx, world& w) {
  auto tree = w.rt.spawn([&w](task_context inner) -> async<int> {
    inner.on_cancel([&w](task_context late) -> async<void> {
      co_await late.sleep_for(1ms);
      ++w.called;
    });
    inner.spawn(sleeps);
    inner.spawn(sleeps);
    const std::stop_token token = inner.stop_token();
    co_await inner.sleep_for(1h);
    co_return token.stop_requested() ? 1 : 0;
  });
  co_await ctx.sleep_for(1ms);
  tree.cancel(cancellation_level::graceful, long_text);
  const auto outcome = co_await tree.result();
  if (outcome.is_err() && outcome.error().code() == error_code::cancelled)
    co_return 1; // with its reason, if there was memory for that
  co_return outcome;
}

async<int> clean_up(task_context ctx, world& w) {
  auto task = w.rt.spawn([&w](task_context inner) -> async<void> {
    inner.on_cancel([&w] { ++w.cleaned; });
    co_await inner.sleep_for(1h);
  });
  co_await ctx.sleep_for(1ms);
  task.cancel();
  const auto outcome = co_await task.result();
  if (outcome.is_err() && outcome.error().code() != error_code::cancelled)
    co_return outcome.error();
  ++w.cleanups;
  co_return 1;
}

/// Bodies that do not react: the level rises until nobody waits for them.
async<int> last_resort(task_context ctx, world& w) {
  const auto stops_at_kill = [](task_context inner) -> async<int> {
    for (;;) {
      try {
        co_await stopped_as_error(inner.sleep_for(1min));
      } catch (const cancelled&) {
        if (inner.level() >= cancellation_level::kill)
          break;
      }
    }
    co_return 1;
  };
  auto task = w.rt.spawn([stops_at_kill](task_context inner) -> async<int> {
    auto below = inner.spawn(stops_at_kill);
    co_return co_await inner.spawn(stops_at_kill) + co_await below;
  });
  co_await ctx.sleep_for(1ms);
  task.cancel();
  const auto outcome = co_await task.result();
  if (outcome.is_ok() || outcome.error().code() == error_code::cancelled)
    co_return 1;
  co_return outcome;
}

async<int> kill_hard(task_context ctx, world& w) {
  auto tree = w.rt.spawn(sleeps);
  co_await ctx.sleep_for(1ms);
  tree.cancel(cancellation_level::kill_hard, long_text);
  const auto outcome = co_await tree.result();
  if (outcome.is_err() && outcome.error().code() == error_code::cancelled)
    co_return 1;
  co_return outcome.error();
}

async<int> kill_hard_of_a_group(task_context ctx, world&) {
  task_group<void> group{ctx};
  for (int i = 0; i < 3; ++i)
    group.spawn([](task_context own) -> async<void> { co_await own.spawn(sleeps); });
  co_await ctx.sleep_for(1ms);
  group.cancel(cancellation_level::kill_hard);
  int cancelled = 0;
  while (const auto outcome = co_await group.next())
    cancelled += outcome->is_err() && outcome->error().code() == error_code::cancelled ? 1 : 0;
  co_return cancelled;
}

async<int> time_limits(task_context, world& w) {
  auto late = async_task::to<void>(w.rt).timeout(5ms).run(sleeps);
  auto later = async_task::to<void>(w.rt).deadline(5ms).run(sleeps);
  const auto first = co_await late.result();
  const auto second = co_await later.result();
  for (const auto& outcome : {first, second})
    if (outcome.is_ok() || outcome.error().code() != error_code::timeout)
      co_return outcome.error();
  co_return 1;
}

async<int> blocking_waits(task_context ctx, world&) {
  auto waits = ctx.spawn([](task_context inner) {
    auto slow = inner.spawn(text_of, 1);
    return static_cast<int>(slow.await().unwrap().size());
  });
  co_return co_await waits > 0 ? 1 : 0;
}

async<int> blocking_body(task_context, world& w) {
  co_return co_await async_task::to<int>(w.rt).blocking().run(
      [](task_context ctx) { return ctx.spawn([] { return 1; }).await().unwrap(); });
}

/// What has been registered is called.
async<int> callbacks(task_context, world& w) {
  auto task = w.rt.spawn(text_of, 1);
  task.on_done([&w](const task_result<std::string>&) { ++w.called; });
  ++w.callbacks; // registered: it is called whatever happens now
  const auto outcome = co_await task.result();
  if (outcome.is_err())
    co_return outcome.error();
  co_return 1;
}

async<int> retries(task_context, world& w) {
  // Shared: without memory to await the task, it goes on when this body is gone.
  const auto failures = std::make_shared<int>(0);
  auto task = async_task::to<int>(w.rt)
                  .retry(3, backoff::fixed(1ms))
                  .run([failures](task_context ctx) -> async<int> {
                    co_await ctx.sleep_for(1ms);
                    if (++*failures < 3)
                      throw std::runtime_error{long_text};
                    co_return 1;
                  });
  auto outcome = co_await task.result();
  // What fails for want of memory is an attempt as well, and there are four.
  if (outcome.is_err() && outcome.error().message() == long_text)
    co_return 1;
  co_return outcome;
}

async<int> combinators(task_context ctx, world&) {
  auto all = co_await when_all(ctx.spawn(text_of, 0), ctx.spawn(text_of, 1));
  auto any = co_await when_any(ctx.spawn(text_of, 1), ctx.spawn(text_of, 0)).result();
  if (any.is_err())
    co_return any.error();
  co_return std::get<0>(all) < std::get<1>(all) ? 1 : 0;
}

async<int> groups(task_context ctx, world&) {
  task_group<std::string> group{ctx};
  for (int i = 0; i < 3; ++i)
    group.spawn(text_of, i);
  int n = 0;
  while (auto next = co_await group.next())
    n += next->is_ok() ? 1 : 0;
  co_return n == 3 ? 1 : 0;
}

/// What CAF's clock sends comes, if late.
async<int> timeouts_of_caf(task_context ctx, world& w) {
  auto& clock = w.rt.system().clock();
  const auto self = ctx.actor();
  clock.set_multi_timeout(clock.now() + 1ms, caf::actor_cast<caf::abstract_actor*>(self),
                          caf::atom("test"), 7);
  for (;;) {
    try {
      const auto got = co_await ctx.receive<caf::timeout_msg>();
      co_return got.payload.timeout_id == 7 ? 1 : 0;
    } catch (const std::bad_alloc&) {
      continue; // to wait for it failed, which is not what this is about
    }
  }
}

} // namespace
} // namespace allocation_failure_test

BOOST_AUTO_TEST_SUITE(allocation_failure_test)

BOOST_AUTO_TEST_CASE(children_give_their_values_or_fail) {
  fail_each_allocation(allocation_failure_test::children, 10);
}

BOOST_AUTO_TEST_CASE(a_failure_of_a_child_reaches_its_parent) {
  fail_each_allocation(allocation_failure_test::failure, 1);
}

BOOST_AUTO_TEST_CASE(an_error_keeps_its_code_and_text) {
  fail_each_allocation(allocation_failure_test::failing_body, 1);
}

BOOST_AUTO_TEST_CASE(an_error_that_was_made_before_stays_what_it_is) {
  fail_each_allocation(allocation_failure_test::error_made_before, 1);
}

BOOST_AUTO_TEST_CASE(a_body_without_memory_says_so) {
  fail_each_allocation(allocation_failure_test::body_without_memory, 1);
}

BOOST_AUTO_TEST_CASE(a_tree_is_cancelled) {
  fail_each_allocation(allocation_failure_test::cancellation, 1);
}

BOOST_AUTO_TEST_CASE(clean_up_is_done_or_told) {
  const captured_stderr err;
  fail_each_allocation(allocation_failure_test::clean_up, 1, sweet::testing::answer, &err);
}

BOOST_AUTO_TEST_CASE(a_level_rises_by_itself) {
  fail_each_allocation(allocation_failure_test::last_resort, 1);
}

BOOST_AUTO_TEST_CASE(kill_hard_gives_an_outcome) {
  fail_each_allocation(allocation_failure_test::kill_hard, 1);
}

BOOST_AUTO_TEST_CASE(kill_hard_gives_the_members_of_a_group_outcomes) {
  fail_each_allocation(allocation_failure_test::kill_hard_of_a_group, 3);
}

BOOST_AUTO_TEST_CASE(kill_hard_gives_outcomes_once_there_is_memory) {
  using namespace allocation_failure_test;
  runtime rt{{.workers = 2}};
  std::latch started{1};
  std::latch released{1};
  auto goes_on = rt.spawn([&] {
    started.count_down();
    released.wait();
  });
  started.wait();
  auto killer = rt.spawn([&goes_on](task_context ctx) -> async<void> {
    co_await ctx.sleep_for(1ms); // all threads have started
    const failing_allocations first{0, 1};
    goes_on.cancel(cancellation_level::kill_hard);
  });
  BOOST_TEST(killer.await(30s).is_ok());
  const auto outcome = goes_on.await(30s);
  released.count_down();
  BOOST_REQUIRE(outcome.is_err());
  BOOST_TEST(outcome.error().code() == error_code::cancelled);
}

BOOST_AUTO_TEST_CASE(timeouts_and_deadlines_fire) {
  fail_each_allocation(allocation_failure_test::time_limits, 1);
}

BOOST_AUTO_TEST_CASE(a_callable_waits) {
  fail_each_allocation(allocation_failure_test::blocking_waits, 1);
}

BOOST_AUTO_TEST_CASE(a_blocking_body_runs) {
  fail_each_allocation(allocation_failure_test::blocking_body, 1);
}

BOOST_AUTO_TEST_CASE(callbacks_of_on_done_are_called) {
  fail_each_allocation(allocation_failure_test::callbacks, 1);
}

BOOST_AUTO_TEST_CASE(a_task_is_tried_again) {
  fail_each_allocation(allocation_failure_test::retries, 1);
}

BOOST_AUTO_TEST_CASE(combinators_wait_for_all_or_the_first) {
  fail_each_allocation(allocation_failure_test::combinators, 1);
}

BOOST_AUTO_TEST_CASE(a_group_gives_all_outcomes) {
  fail_each_allocation(allocation_failure_test::groups, 1);
}

BOOST_AUTO_TEST_CASE(timeouts_of_caf_are_late_rather_than_lost) {
  fail_each_allocation(allocation_failure_test::timeouts_of_caf, 1);
}

// -- queues ---------------------------------------------------------------------------------------

// In a simulation, which has no threads: those of a runtime may just be starting, and must not be
// refused what they need for that.

BOOST_AUTO_TEST_CASE(a_deque_that_cannot_grow_says_so) {
  using namespace allocation_failure_test;
  simulation sim{1};
  std::vector<detail::cell> tasks(2000);
  detail::work_deque deque;
  std::size_t taken = 0;
  {
    const detail::spawn_target here{sim.runtime().scheduler()};
    const failing_allocations all{0, for_ever};
    while (taken < tasks.size() && deque.push(detail::job{tasks[taken]}))
      ++taken;
  }
  BOOST_TEST(taken > 0u);
  BOOST_TEST(taken < tasks.size());
  BOOST_TEST(deque.push(detail::job{tasks[taken]}));
  std::size_t there = 0;
  while (deque.pop())
    ++there;
  BOOST_TEST(there == taken + 1);
}

BOOST_AUTO_TEST_CASE(waiting_for_each_other_needs_no_memory) {
  using namespace allocation_failure_test;
  simulation sim{1};
  bool refused = false;
  sim.run([&refused](task_context ctx) -> async<void> {
    const semaphore permits{1};
    const async_mutex m;
    const async_condition changed;
    const barrier both{2};
    const wait_group begin{1};
    const wait_group done{2};
    int turn = 0;
    const auto uses = [&](task_context self, int me) -> async<void> {
      co_await begin.wait();
      for (int i = 0; i < 20; ++i) {
        auto permit = co_await permits.acquire();
        co_await self.yield();
        permit.release();
        auto guard = co_await m.lock();
        while (turn != me)
          co_await changed.wait(guard);
        turn = 1 - me;
        changed.notify_all();
        guard.unlock();
        co_await select(permits.acquire(), both.arrive_and_wait());
        co_await both.arrive_and_wait();
      }
      done.done();
      co_await done.wait();
    };
    auto one = ctx.spawn(uses, 0);
    auto other = ctx.spawn(uses, 1);
    co_await ctx.yield();
    failing_allocations all{0, for_ever};
    begin.done();
    co_await done.wait();
    refused = all.stop();
    co_await one;
    co_await other;
  });
  BOOST_TEST(!refused);
}

BOOST_AUTO_TEST_CASE(places_that_are_held_need_no_memory) {
  using namespace allocation_failure_test;
  simulation sim{1};
  std::vector<detail::cell> tasks(5000);
  detail::injection_queue queue;
  queue.hold_places(tasks.size());
  const detail::spawn_target here{sim.runtime().scheduler()};
  const failing_allocations all{0, for_ever};
  std::size_t there = 0;
  for (int round = 0; round < 2; ++round) {
    for (auto& task : tasks)
      queue.push(detail::job{task}, detail::normal_lane);
    while (queue.take_share(1, [&there](detail::job, unsigned) { ++there; }))
      continue;
  }
  BOOST_TEST(there == 2 * tasks.size());
}

BOOST_AUTO_TEST_SUITE_END()
