// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Memory runs out at any moment: each scenario is run again and again in a simulation, and the
// first, second, third ... allocation that it makes is refused, alone or with those that follow.
// What it comes to is then right, or an error that says so; nothing waits for ever, nothing is
// left, and the runtime goes on.

#include <sweet/actors/runtime/injection_queue.hpp>
#include <sweet/actors/runtime/scheduler.hpp>
#include <sweet/actors/runtime/task_core.hpp>
#include <sweet/actors/runtime/work_deque.hpp>
#include <sweet/sweet.hpp>
#include <sweet/testing/failing_allocations.hpp>
#include <sweet/testing/simulation.hpp>

#include <boost/test/unit_test.hpp>

#include <caf/all.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <map>
#include <new>
#include <optional>
#include <ranges>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

// For all suites of the executable; without a failing_allocations it does what the standard one
// does.
void* operator new(std::size_t size) {
  if (!sweet::testing::failing_allocations::refuses_allocation()) [[likely]]
    if (void* memory = std::malloc(size != 0 ? size : 1); memory != nullptr) [[likely]]
      return memory;
  throw std::bad_alloc{};
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  const auto a = static_cast<std::size_t>(alignment);
  if (!sweet::testing::failing_allocations::refuses_allocation()) [[likely]]
    if (void* memory = std::aligned_alloc(a, (size + a - 1) / a * a); memory != nullptr) [[likely]]
      return memory;
  throw std::bad_alloc{};
}
// Not inlined: g++ warns of free() where it sees that operator new made what is freed.
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::failing_allocations;
using sweet::testing::simulation;

namespace allocation_failure_test {
namespace {

/// Longer than what an error's text has room for without an allocation.
constexpr auto long_text = "a text that is longer than what fits into a string without memory";

/// More than any test allocates.
constexpr std::int64_t for_ever = std::int64_t{1} << 60;

bool blames_memory(const task_error& error) {
  if (error.code() == error_code::resource_limit || error.message() == "out of memory")
    return true;
  for (const auto& other : error.other_causes())
    if (blames_memory(other))
      return true;
  return error.cause() && blames_memory(error.cause());
}

/// What a scenario is given, and what it leaves behind.
struct world {
  sweet::runtime& rt;
  int callbacks = 0;
  int called = 0;
};

using scenario = async<int> (*)(task_context, world&);

/// Runs the scenario as a task of its own while allocations fail.
/// @returns whether one has
async<bool> run_short_of_memory(task_context ctx, world& w, scenario what, std::int64_t passed,
                                std::int64_t refused, std::optional<task_result<int>>& outcome) {
  // The simulation's own containers have room for what is to come.
  std::vector<child_task<int>> several;
  for (int i = 0; i < 200; ++i)
    several.push_back(ctx.spawn([] { return 1; }));
  for (auto& one : several)
    static_cast<void>(co_await one);

  failing_allocations some{passed, refused};
  try {
    auto task = w.rt.spawn(what, std::ref(w));
    outcome.emplace(co_await task.result());
  } catch (const std::bad_alloc&) {
  }
  co_return some.stop();
}

async<int> answer(task_context ctx) {
  co_await ctx.sleep_for(1ms);
  co_return 42;
}

/// @param right what the scenario comes to if it does not fail
void fail_each_allocation(scenario what, int right) {
  for (const std::int64_t refused : {1, 2, 5}) {
    bool any = true;
    for (std::int64_t passed = 0; any; ++passed) {
      BOOST_TEST_INFO_SCOPE(refused << " refused after " << passed);
      simulation sim{1, {.log = [](const log_record&) {}}};
      world w{sim.runtime()};
      std::optional<task_result<int>> outcome;
      any = sim.run(run_short_of_memory, std::ref(w), what, passed, refused, std::ref(outcome));
      if (!any)
        BOOST_REQUIRE(outcome.has_value());
      if (outcome && outcome->is_err())
        BOOST_TEST((any && blames_memory(outcome->error())), to_string(outcome->error()));
      else if (outcome)
        BOOST_TEST(outcome->value() == right);
      BOOST_TEST(w.called >= w.callbacks);
      BOOST_TEST(sim.run(answer) == 42);
    }
  }
}

// -- scenarios ------------------------------------------------------------------------------------

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

/// Bodies that do not react: the level rises until nobody waits for them.
async<int> last_resort(task_context ctx, world& w) {
  const auto stubborn = [](task_context inner) -> async<int> {
    for (;;) {
      try {
        co_await inner.sleep_for(1min);
      } catch (const cancelled&) {
        if (inner.level() >= cancellation_level::kill)
          break;
      }
    }
    co_return 1;
  };
  auto task = w.rt.spawn([&](task_context inner) -> async<int> {
    auto below = inner.spawn(stubborn);
    co_return co_await inner.spawn(stubborn) + co_await below;
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
  int failures = 0;
  auto task = async_task::to<int>(w.rt)
                  .retry(3, backoff::fixed(1ms))
                  .run([&failures](task_context ctx) -> async<int> {
                    co_await ctx.sleep_for(1ms);
                    if (++failures < 3)
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

// -- streams --------------------------------------------------------------------------------------

/// What a stream comes to: each event has become something, whatever its end.
/// @param is_right whether what was collected is, if it has ended well
template <class C>
task_result<int> outcome_of(const final_event<C>& end, bool is_right) {
  bool is_balanced = end.counts.is_balanced();
  for (const auto& stage : end.further_stages)
    is_balanced &= stage.is_balanced();
  if (!is_balanced || end.errors.size() > end.error_count)
    return 0;
  if (end.error)
    return end.error;
  return is_right ? 1 : 0;
}

async<int> stream(task_context, world& w) {
  auto end = co_await async_task::emits<int>(w.rt)
                 .sender(std::views::iota(0, 200))
                 .receiver(strategy::serial{}, [](const int& x) { return x; })
                 .on_error(error_strategy::continue_on_error())
                 .run()
                 .final();
  co_return outcome_of(end, end.counts.emitted == 200 &&
                                end.collected.items.size() == end.counts.processed &&
                                end.counts.processed + end.counts.failed == 200);
}

/// More than fits on the way, from two senders; texts, in batches, in order.
async<int> stream_of_stages(task_context, world& w) {
  auto end = co_await async_task::emits<std::string>(w.rt)
                 .sender(strategy::parallel{2},
                         [](emitter<std::string>& out) -> async<void> {
                           for (int i = 0; i < 20; ++i)
                             co_await out.emit(long_text + std::to_string(i));
                           co_await out.emit_error(task_error{error_code::io, long_text});
                         })
                 .receiver(strategy::parallel{2}.ordered(),
                           [](const std::string& x, collector<std::string>& out) {
                             if (x.ends_with('7'))
                               out.collect_error(task_error{error_code::failure, long_text});
                             out.collect_item(x + x);
                           })
                 .receiver(strategy::batched{16},
                           [](batch<std::string>& all, collector<std::size_t>& out) {
                             for (const auto& x : all)
                               out.collect_item(x.size());
                           })
                 .on_error(error_strategy::continue_on_error())
                 .capacity(4)
                 .run()
                 .final();
  const bool is_right = end.counts.emitted == 42 && end.counts.failed >= 6 &&
                        end.further_stages.front().emitted == end.counts.processed &&
                        end.collected.items.size() == end.further_stages.front().processed &&
                        end.error_count >= end.counts.failed;
  co_return outcome_of(end, is_right);
}

/// By key, in tasks of their own that are tried again; the receivers become more.
async<int> stream_by_key(task_context, world& w) {
  std::map<int, int> failures;
  auto running =
      async_task::emits<int>(w.rt)
          .sender(std::views::iota(0, 100))
          .receiver(strategy::parallel{2}.partition_by([](const int& x) { return x % 7; }),
                    [&failures](int x, task_context ctx) -> async<int> {
                      if (x % 10 == 0) {
                        co_await ctx.sleep_for(1ms);
                        if (++failures[x] == 1)
                          throw std::runtime_error{long_text};
                      }
                      co_return x;
                    })
          .on_error(error_strategy::retry(10))
          .run();
  bool is_resized = true;
  try {
    running.resize(4);
  } catch (const std::bad_alloc&) {
    is_resized = false;
  }
  auto end = co_await std::move(running).final();
  auto outcome = outcome_of(end, end.collected.items.size() == end.counts.processed);
  if (!is_resized && outcome.is_ok() && outcome.value() == 1)
    throw std::bad_alloc{};
  co_return outcome;
}

/// What is not pulled is never lost in silence.
async<int> pulled_stream(task_context, world& w) {
  auto items = async_task::emits<std::string>(w.rt)
                   .sender([](emitter<std::string>& out) -> async<void> {
                     for (int i = 0; i < 40; ++i)
                       co_await out.emit(long_text + std::to_string(i));
                   })
                   .receiver(strategy::adaptive{}, [](const std::string& x) { return x.size(); })
                   .capacity(4)
                   .stream();
  int n = 0;
  while (co_await items.next())
    ++n;
  co_return n == 40 ? 1 : 0;
}

async<int> stream_without_stages(task_context, world& w) {
  auto items = async_task::emits<std::string>(w.rt)
                   .sender([](emitter<std::string>& out) -> async<void> {
                     for (int i = 0; i < 20; ++i)
                       co_await out.emit(long_text + std::to_string(i));
                     co_await out.emit_error(task_error{error_code::io, long_text});
                   })
                   .on_error(error_strategy::continue_on_error())
                   .stream();
  std::uint64_t n = 0;
  while (co_await items.next())
    ++n;
  auto end = co_await items.task().final();
  co_return outcome_of(end, n == 20 && end.counts.emitted == 21 && end.counts.failed == 1);
}

async<int> cancelled_stream(task_context ctx, world&) {
  auto running = async_task::emits<int>(ctx)
                     .sender(std::views::iota(0))
                     .receiver(strategy::parallel{2},
                               [](int x, task_context inner) -> async<int> {
                                 co_await inner.sleep_for(1ms);
                                 co_return x;
                               })
                     .run();
  co_await ctx.sleep_for(5ms);
  running.cancel(cancellation_level::kill, long_text);
  auto end = co_await std::move(running).final();
  auto outcome = outcome_of(end, false);
  if (outcome.is_err() && outcome.error().code() == error_code::cancelled)
    co_return 1;
  co_return outcome;
}

} // namespace
} // namespace allocation_failure_test

BOOST_AUTO_TEST_SUITE(allocation_failure_test)

using allocation_failure_test::fail_each_allocation;

BOOST_AUTO_TEST_CASE(children_give_their_values_or_fail) {
  fail_each_allocation(allocation_failure_test::children, 10);
}

BOOST_AUTO_TEST_CASE(a_failure_of_a_child_reaches_its_parent) {
  fail_each_allocation(allocation_failure_test::failure, 1);
}

BOOST_AUTO_TEST_CASE(an_error_keeps_its_code_and_text) {
  fail_each_allocation(allocation_failure_test::failing_body, 1);
}

BOOST_AUTO_TEST_CASE(a_tree_is_cancelled) {
  fail_each_allocation(allocation_failure_test::cancellation, 1);
}

BOOST_AUTO_TEST_CASE(a_level_rises_by_itself) {
  fail_each_allocation(allocation_failure_test::last_resort, 1);
}

BOOST_AUTO_TEST_CASE(kill_hard_gives_an_outcome) {
  fail_each_allocation(allocation_failure_test::kill_hard, 1);
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

BOOST_AUTO_TEST_CASE(a_stream_ends_with_right_counts) {
  fail_each_allocation(allocation_failure_test::stream, 1);
}

BOOST_AUTO_TEST_CASE(stages_of_a_stream_lose_no_event) {
  fail_each_allocation(allocation_failure_test::stream_of_stages, 1);
}

BOOST_AUTO_TEST_CASE(a_stream_by_key_is_resized) {
  fail_each_allocation(allocation_failure_test::stream_by_key, 1);
}

BOOST_AUTO_TEST_CASE(who_pulls_a_stream_hears_of_its_end) {
  fail_each_allocation(allocation_failure_test::pulled_stream, 1);
}

BOOST_AUTO_TEST_CASE(a_stream_without_stages_ends) {
  fail_each_allocation(allocation_failure_test::stream_without_stages, 1);
}

BOOST_AUTO_TEST_CASE(a_stream_is_cancelled) {
  fail_each_allocation(allocation_failure_test::cancelled_stream, 1);
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
      queue.push(detail::job{task});
    while (queue.take_share(1, [&there](detail::job) { ++there; }))
      continue;
  }
  BOOST_TEST(there == 2 * tasks.size());
}

BOOST_AUTO_TEST_SUITE_END()
