// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// What tasks wait for outlives the runtimes of these tasks: the table "After the end of a runtime"
// of docs/semantics.md.

#include <sweet/sweet.hpp>
#include <sweet/testing/runtime_fixture.hpp>
#include <sweet/testing/waits_for_ever.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <thread>
#include <utility>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::runtime_fixture;
using sweet::testing::wait_until_idle;
using sweet::testing::waits_for_ever;

namespace waits_after_runtime_test {
namespace {

struct worker : service {
  async<int> twice(int x) { co_return 2 * x; }
  async<int> waits(task_context ctx) {
    co_await waits_for_ever(ctx);
    co_return 0;
  }
};

// The runtime that goes on is that of the fixture.
struct fixture : runtime_fixture {
  /// Runs `body` as a task of another runtime until it waits, and ends that runtime.
  template <class F>
  static void in_a_runtime_that_ends(F body) {
    runtime other{runtime_options{.workers = 1}};
    const auto task = spawn(other, std::move(body));
    wait_until_idle(other);
    BOOST_TEST(!task.is_done());
  }

  template <class F>
  auto starts(F body) {
    auto task = spawn(rt, std::move(body));
    wait_until_idle(rt);
    return task;
  }
};

} // namespace
} // namespace waits_after_runtime_test

BOOST_FIXTURE_TEST_SUITE(waits_after_runtime_test, fixture)

BOOST_AUTO_TEST_CASE(permits_come_back_and_those_who_waited_have_left) {
  const semaphore s{2};
  std::optional<spawning_task<std::size_t>> waits;
  in_a_runtime_that_ends([&](task_context ctx) -> async<void> {
    auto two = co_await s.acquire(2);
    auto in_line = ctx.spawn([s](task_context) -> async<void> {
      auto never = co_await s.acquire(2);
      static_cast<void>(never);
    });
    co_await ctx.yield();
    waits.emplace(spawn(
        rt, [s](task_context) -> async<std::size_t> { co_return (co_await s.acquire()).count(); }));
    co_await waits_for_ever(ctx);
  });
  BOOST_TEST(waits->await().value() == 1u);
  wait_until_idle(rt);
  BOOST_TEST(s.available() == 2u);
}

BOOST_AUTO_TEST_CASE(a_lock_is_given_up) {
  const async_mutex m;
  std::optional<spawning_task<bool>> waits;
  in_a_runtime_that_ends([&](task_context ctx) -> async<void> {
    auto guard = co_await m.lock();
    waits.emplace(spawn(
        rt, [m](task_context) -> async<bool> { co_return static_cast<bool>(co_await m.lock()); }));
    co_await waits_for_ever(ctx);
  });
  BOOST_TEST(waits->await().value());
}

BOOST_AUTO_TEST_CASE(a_condition_notifies_those_who_are_left) {
  const async_mutex m;
  const async_condition c;
  const auto waits = [&](task_context) -> async<void> {
    auto guard = co_await m.lock();
    co_await c.wait(guard);
  };
  std::optional<spawning_task<void>> left;
  in_a_runtime_that_ends([&](task_context ctx) -> async<void> {
    auto first = ctx.spawn(waits);
    co_await ctx.yield();
    left.emplace(starts(waits));
    co_await first;
  });
  BOOST_TEST(!left->is_done());
  c.notify_one();
  BOOST_TEST(left->await().is_ok());
}

BOOST_AUTO_TEST_CASE(a_participant_that_has_ended_has_not_arrived) {
  const barrier b{2};
  in_a_runtime_that_ends([b](task_context) -> async<void> { co_await b.arrive_and_wait(); });
  const auto arrives = [b](task_context) -> async<bool> { co_return co_await b.arrive_and_wait(); };
  auto first = starts(arrives);
  BOOST_TEST(!first.is_done());
  BOOST_TEST(b.participants() == 2u);
  BOOST_TEST(spawn(rt, arrives).await().value());
  BOOST_TEST(!first.await().value());
}

BOOST_AUTO_TEST_CASE(what_was_not_done_is_left_to_be_done) {
  const wait_group g{2};
  in_a_runtime_that_ends([g](task_context) -> async<void> {
    g.done();
    co_await g.wait();
  });
  BOOST_TEST(g.count() == 1u);
  auto waits = starts([g](task_context) -> async<void> { co_await g.wait(); });
  BOOST_TEST(!waits.is_done());
  std::thread other{[g] { g.done(); }};
  BOOST_TEST(waits.await().is_ok());
  other.join();
}

// A thread that runs no task is not part of any runtime.
BOOST_AUTO_TEST_CASE(a_thread_waits_on_while_runtimes_end) {
  const semaphore s{0};
  const wait_group waits{1};
  std::size_t got = 0;
  std::thread other{[&] {
    waits.done();
    got = s.acquire().await().count();
  }};
  waits.wait().await();
  in_a_runtime_that_ends(waits_for_ever);
  s.add_permits(1);
  other.join();
  BOOST_TEST(got == 1u);
}

BOOST_AUTO_TEST_CASE(calls_of_a_service_are_unreachable) {
  for (const bool supervised : {false, true}) {
    const service_of<worker> description;
    const auto ref = description.ref();
    std::optional<runtime> other{std::in_place, runtime_options{.workers = 1}};
    std::optional<supervisor_tree> tree;
    if (supervised)
      tree.emplace(supervisor::one_for_one(*other).service("worker", description).start());
    else
      static_cast<void>(spawn(*other, description));
    const auto asks_for_two = [ref](task_context ctx) -> async<error_code> {
      co_return (co_await ref.call(ctx, &worker::twice, 1).result()).error().code();
    };
    auto works = starts([ref](task_context ctx) -> async<int> {
      co_return co_await ref.call(ctx, &worker::twice, 4);
    });
    BOOST_TEST(works.await().value() == 8);
    auto runs = spawn(rt, [ref](task_context ctx) -> async<error_code> {
      co_return (co_await ref.call(ctx, &worker::waits).result()).error().code();
    });
    wait_until_idle(rt);
    wait_until_idle(*other);
    auto in_line = spawn(rt, asks_for_two);
    wait_until_idle(rt);
    tree.reset();
    other.reset();
    BOOST_TEST((runs.await().value() == error_code::unreachable));
    BOOST_TEST((in_line.await().value() == error_code::unreachable));
    BOOST_TEST((spawn(rt, asks_for_two).await().value() == error_code::unreachable));
  }
}

BOOST_AUTO_TEST_SUITE_END()
