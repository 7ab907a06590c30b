// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/sweet.hpp>
#include <sweet/testing/runtime_fixture.hpp>
#include <sweet/testing/waits_for_ever.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::runtime_fixture;
using sweet::testing::wait_until_idle;
using sweet::testing::waits_for_ever;

namespace waits_test {
namespace {

struct fixture : runtime_fixture {
  explicit fixture(std::size_t workers = 2) : runtime_fixture(workers) {}

  /// The task `name` in a snapshot that is taken now.
  task_snapshot seen(const std::string& name) {
    const auto tree = rt.snapshot();
    const auto found = std::ranges::find(tree.tasks, name, &task_snapshot::name);
    BOOST_REQUIRE(found != tree.tasks.end());
    return *found;
  }

  /// The circles at the end of a dump.
  std::string circles() {
    wait_until_idle(rt);
    const auto text = rt.dump();
    const auto first = text.find("circle: ");
    return first == std::string::npos ? "" : text.substr(first);
  }

  /// Starts tasks of which each waits for the next one, and the last for the first.
  std::vector<spawning_task<void>> start_ring(std::size_t n) {
    auto ring = std::make_shared<std::vector<spawning_task<void>>>();
    auto complete = std::make_shared<std::vector<async_event>>(n);
    for (std::size_t i = 0; i < n; ++i)
      ring->push_back(async_task::to<void>(rt)
                          .name(std::string(1, static_cast<char>('a' + i)))
                          .run([ring, complete, i]() -> async<void> {
                            co_await (*complete)[i];
                            const auto next = (*ring)[(i + 1) % ring->size()];
                            co_await next;
                          }));
    for (auto& event : *complete)
      event.set();
    return *ring;
  }
};

struct single_worker : fixture {
  single_worker() : fixture(1) {}
};

std::string id_of(const spawning_task<void>& task) {
  return to_string(task.id());
}

async<void> waits_with(task_context ctx, int, std::string) {
  co_await waits_for_ever(ctx);
}

} // namespace
} // namespace waits_test

BOOST_FIXTURE_TEST_SUITE(waits_test, fixture)

BOOST_FIXTURE_TEST_CASE(a_wait_that_is_over_is_not_shown, single_worker) {
  async_event over;
  std::atomic<bool> hold{true};
  std::atomic<bool> holds{false};
  auto task = async_task::to<void>(rt).name("task").run([&]() -> async<void> { co_await over; });
  wait_until_idle(rt);
  BOOST_TEST(to_string(seen("task").wait) == "waits for event");
  auto busy = spawn(rt, [&] {
    holds = true;
    while (hold)
      std::this_thread::yield();
  });
  while (!holds)
    std::this_thread::yield();
  over.set();
  BOOST_TEST(seen("task").wait == task_wait{});
  BOOST_TEST(seen("task").detail == "");
  hold = false;
  task.await().unwrap();
}

BOOST_AUTO_TEST_CASE(a_task_that_runs_again_waits_for_something_else) {
  async_event first;
  auto task = async_task::to<void>(rt).name("task").run([&](task_context ctx) -> async<void> {
    co_await first;
    co_await ctx.sleep_for(3s);
  });
  wait_until_idle(rt);
  first.set();
  advance(1s);
  BOOST_TEST(to_string(seen("task").wait) == "waits for timer, until +2 s");
  advance(2s);
  task.await().unwrap();
}

BOOST_AUTO_TEST_CASE(a_measured_task_says_since_when) {
  auto task = async_task::to<void>(rt).name("task").metrics().run(
      [](task_context ctx) -> async<void> { co_await ctx.sleep_for(5s); });
  advance(2s);
  BOOST_TEST(to_string(seen("task").wait) == "waits for timer, since 2 s, until +3 s");
  advance(3s);
}

BOOST_AUTO_TEST_CASE(an_attempt_says_what_its_task_waits_for) {
  auto task = async_task::to<void>(rt)
                  .name("tried")
                  .retry(1, backoff::fixed(4s).without_jitter())
                  .run([](task_context ctx) -> async<void> {
                    co_await ctx.sleep_for(3s);
                    throw std::runtime_error{"no"};
                  });
  advance(1s);
  BOOST_TEST(to_string(seen("tried")).ends_with("attempt 1 of 2: waits for timer, until +2 s"));
  advance(3s);
  BOOST_TEST(to_string(seen("tried")).ends_with("attempt 1 of 2: backing off, until +3 s"));
  advance(3s);
  BOOST_TEST(to_string(seen("tried")).ends_with("attempt 2 of 2: waits for timer, until +3 s"));
  BOOST_TEST(circles() == "");
}

BOOST_AUTO_TEST_CASE(a_fallback_says_what_its_task_waits_for) {
  auto task =
      async_task::to<void>(rt)
          .name("tried")
          .fallback([](task_context ctx, task_error) -> async<void> { co_await ctx.sleep_for(3s); })
          .run([]() -> async<void> {
            throw std::runtime_error{"no"};
            co_return;
          });
  advance(1s);
  BOOST_TEST(to_string(seen("tried")).ends_with("in fallback, until +2 s"));
  BOOST_TEST(circles() == "");
}

BOOST_AUTO_TEST_CASE(a_stream_waits_for_events_and_credit) {
  auto stream = async_task::emits<int>(rt)
                    .name("stream")
                    .capacity(64)
                    .sender([](emitter<int>& out) -> async<void> {
                      for (;;)
                        co_await out.emit(1);
                    })
                    .receiver(strategy::serial{},
                              [](const int&, task_context ctx) -> async<void> {
                                co_await waits_for_ever(ctx);
                              })
                    .run();
  wait_until_idle(rt);
  const auto tree = rt.snapshot();
  const auto waits_for = [&](wait_reason on) {
    return std::ranges::count(tree.tasks, on,
                              [](const task_snapshot& task) { return task.wait.on; });
  };
  BOOST_TEST(waits_for(wait_reason::credit) == 1);
  BOOST_TEST(waits_for(wait_reason::events) >= 1); // the router and the collector
  stream.cancel(cancellation_level::kill);
}

BOOST_AUTO_TEST_CASE(a_body_is_named_by_its_parameters_if_the_task_has_no_name) {
  auto named = async_task::to<void>(rt).name("named").run(waits_for_ever);
  auto task = rt.spawn(waits_with, 1, std::string{"x"});
  auto blocks = rt.spawn([](task_context ctx) { ctx.receive<int>().await().unwrap(); });
  wait_until_idle(rt);
  for (const auto& shown : rt.snapshot().tasks)
    if (shown.id == named.id())
      BOOST_TEST(shown.body == "");
    else if (shown.id == task.id())
      BOOST_TEST((shown.body.find("task_context") < shown.body.find(", int, ")), shown.body);
    else if (shown.id == blocks.id())
      BOOST_TEST(shown.body.find("lambda") != std::string::npos, shown.body);
  blocks.cancel();
  BOOST_TEST(rt.dump().find(to_string(task.id()) + " [") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(two_tasks_that_wait_for_each_other_are_a_circle) {
  const auto ring = start_ring(2);
  BOOST_TEST(circles() == "circle: " + id_of(ring[0]) + " a waits for " + id_of(ring[1]) +
                              " b waits for " + id_of(ring[0]) + " a\n");
}

BOOST_AUTO_TEST_CASE(so_are_three_and_nothing_else_is_named) {
  auto outside = async_task::to<void>(rt).name("outside").run(waits_for_ever);
  const auto ring = start_ring(3);
  auto tail = async_task::to<void>(rt).name("tail").run(
      [first = ring[0]]() -> async<void> { co_await first; });
  BOOST_TEST(circles() == "circle: " + id_of(ring[0]) + " a waits for " + id_of(ring[1]) +
                              " b waits for " + id_of(ring[2]) + " c waits for " + id_of(ring[0]) +
                              " a\n");
}

BOOST_AUTO_TEST_CASE(a_chain_is_no_circle) {
  auto end = async_task::to<void>(rt).name("end").run(waits_for_ever);
  auto middle =
      async_task::to<void>(rt).name("middle").run([end]() -> async<void> { co_await end; });
  auto begin =
      async_task::to<void>(rt).name("begin").run([middle, end](task_context ctx) -> async<void> {
        auto child = ctx.spawn([end]() -> async<void> { co_await end; });
        co_await child;
        co_await middle;
      });
  BOOST_TEST(circles() == "");
}

BOOST_AUTO_TEST_CASE(a_child_that_waits_for_its_parent_is_in_a_circle) {
  for (const bool awaited : {true, false}) {
    async_event begins;
    spawning_task<void> parent;
    parent =
        async_task::to<void>(rt).name("parent").run([&, awaited](task_context ctx) -> async<void> {
          auto child = async_task::to<void>(ctx).name("child").run([&]() -> async<void> {
            co_await begins;
            co_await parent;
          });
          if (awaited)
            co_await child;
        });
    begins.set();
    const auto text = circles();
    BOOST_TEST(text.starts_with("circle: " + id_of(parent) + " parent waits for #"), text);
    BOOST_TEST(text.ends_with(" child waits for " + id_of(parent) + " parent\n"), text);
    parent.cancel(cancellation_level::kill);
    static_cast<void>(parent.await());
  }
}

BOOST_AUTO_TEST_CASE(two_mutexes_locked_in_different_orders_are_a_circle) {
  async_mutex m;
  async_mutex n;
  const auto locks = [&](const char* name, const async_mutex& first, const async_mutex& second) {
    return async_task::to<void>(rt).name(name).run([=](task_context ctx) -> async<void> {
      const auto outer = co_await first.lock();
      co_await ctx.sleep_for(1s);
      const auto inner = co_await second.lock();
    });
  };
  const auto a = locks("a", m, n);
  const auto b = locks("b", n, m);
  advance(1s);
  BOOST_TEST(to_string(seen("a").wait) == "waits for mutex of " + id_of(b) + " b");
  BOOST_TEST(circles() == "circle: " + id_of(a) + " a waits for " + id_of(b) + " b waits for " +
                              id_of(a) + " a\n");
}

BOOST_AUTO_TEST_CASE(a_mutex_names_the_one_to_whom_it_was_handed) {
  async_mutex m;
  async_event first_goes;
  const auto locks = [&](const char* name) {
    auto task = async_task::to<void>(rt).name(name).run([&, m](task_context ctx) -> async<void> {
      const auto guard = co_await m.lock();
      if (ctx.name() == "a")
        co_await first_goes;
      else
        co_await waits_for_ever(ctx);
    });
    wait_until_idle(rt);
    return task;
  };
  const auto a = locks("a");
  const auto b = locks("b");
  const auto c = locks("c");
  BOOST_TEST(seen("c").wait.target == a.id());
  first_goes.set();
  wait_until_idle(rt);
  BOOST_TEST(seen("c").wait.target == b.id());
  BOOST_TEST(seen("c").wait.target_name == "b");
}

BOOST_AUTO_TEST_CASE(a_body_that_locks_twice_waits_for_itself) {
  async_mutex m;
  const auto task = async_task::to<void>(rt).name("twice").run([m]() -> async<void> {
    const auto guard = m.try_lock();
    const auto again = co_await m.lock();
  });
  BOOST_TEST(circles() ==
             "circle: " + id_of(task) + " twice waits for " + id_of(task) + " twice\n");
}

BOOST_AUTO_TEST_SUITE_END()

namespace waits_test {
namespace {

constexpr int rounds = 50;

async<int> one() {
  co_return 1;
}

/// Waits in many ways, for what other tasks of the same kind do. @returns how often it has waited
async<int> waits_a_lot(task_context ctx, int kind, async_mutex m, channel_sender<int> tx,
                       channel_receiver<int> rx) {
  int waits = 0;
  for (int i = 0; i < rounds; ++i, ++waits) {
    switch ((kind + i) % 8) {
      case 0: co_await ctx.spawn(one); break;
      case 1: {
        const auto guard = co_await m.lock();
        co_await ctx.yield();
        break;
      }
      case 2: co_await tx.send(1); break;
      case 3: {
        auto nap = ctx.sleep_for(1ms);
        static_cast<void>(co_await select(rx.receive(), nap));
        break;
      }
      case 4: {
        const auto shared =
            ctx.runtime().spawn([](task_context c) -> async<void> { co_await c.sleep_for(1us); });
        co_await shared;
        break;
      }
      case 5: try { co_await ctx.receive<int>(1us);
        } catch (const task_failure&) { // nobody sends any
        }
        break;
      case 6: {
        task_group<int> group{ctx};
        group.spawn(one);
        group.spawn(one);
        while (co_await group.next()) {
        }
        break;
      }
      default: {
        co_await ctx.spawn([](task_context c) { c.spawn(one).await().unwrap(); });
        break;
      }
    }
  }
  co_return waits;
}

} // namespace
} // namespace waits_test

BOOST_AUTO_TEST_SUITE(waits_test)

// Each task loses no wake-up while snapshots hold it.
BOOST_AUTO_TEST_CASE(snapshots_of_tasks_that_come_and_go_disturb_nobody) {
  runtime four{runtime_options{.workers = 4}};
  std::atomic<bool> ended{false};
  std::atomic<std::size_t> shown{0};
  std::vector<std::thread> observers;
  for (int i = 0; i < 2; ++i)
    observers.emplace_back([&] {
      while (!ended)
        for (const auto& task : four.snapshot().tasks)
          shown += task.wait ? 1u : 0u;
    });
  auto all = four.spawn([](task_context ctx) -> async<int> {
    const async_mutex m;
    auto [tx, rx] = channel<int>{4};
    task_group<int> group{ctx};
    for (int i = 0; i < 1000; ++i)
      group.spawn(waits_a_lot, i, m, tx, rx);
    int waits = 0;
    // Items that nobody receives any more must not hold up those who send.
    auto drain = ctx.spawn([rx]() mutable -> async<void> {
      while (co_await rx.receive()) {
      }
    });
    while (auto outcome = co_await group.next())
      waits += outcome->unwrap();
    drain.cancel();
    co_return waits;
  });
  const auto waits = all.await();
  ended = true;
  for (auto& observer : observers)
    observer.join();
  BOOST_TEST(waits.is_ok(), to_string(waits.error()));
  BOOST_TEST(waits.value() == 1000 * rounds);
  BOOST_TEST(shown > 0u);
}

BOOST_AUTO_TEST_SUITE_END()
