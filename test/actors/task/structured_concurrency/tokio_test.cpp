// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// What people expect who come from Tokio: JoinSet, CancellationToken, abort. Each test
// names where the behaviour is laid down: a page and its section, or the name of a test of that
// project. Where sweet decides otherwise, the comment says so.

#include <sweet/sweet.hpp>
#include <sweet/testing/notes_cancellation.hpp>
#include <sweet/testing/runtime_fixture.hpp>
#include <sweet/testing/structured_bodies.hpp>
#include <sweet/testing/waits_for_ever.hpp>

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::notes_cancellation;
using sweet::testing::runtime_fixture;
using sweet::testing::value_after;
using sweet::testing::wait_until_idle;
using sweet::testing::waits_for_ever;

BOOST_FIXTURE_TEST_SUITE(tokio_test, runtime_fixture)

// tokio/tests/task_join_set.rs, abort_all: half of the tasks have ended before.
BOOST_AUTO_TEST_CASE(abort_all_spares_what_has_ended) {
  auto task = rt.spawn([](task_context ctx) -> async<std::pair<int, int>> {
    task_group<void> set{ctx};
    for (int i = 0; i < 5; ++i)
      set.spawn([] {});
    for (int i = 0; i < 5; ++i)
      set.spawn(waits_for_ever);
    co_await ctx.sleep_for(1ms);
    set.cancel();
    std::pair<int, int> completed_and_cancelled;
    while (auto outcome = co_await set.next())
      ++(outcome->is_ok() ? completed_and_cancelled.first : completed_and_cancelled.second);
    co_return completed_and_cancelled;
  });
  advance(1ms);
  const auto [completed, aborted] = task.await().value();
  BOOST_TEST(completed == 5);
  BOOST_TEST(aborted == 5);
}

// task_join_set.rs, abort_tasks: every second one is aborted.
BOOST_AUTO_TEST_CASE(single_tasks_of_a_set_can_be_aborted) {
  auto task = rt.spawn([](task_context ctx) -> async<std::pair<int, int>> {
    std::vector<child_task<int>> set;
    for (int i = 0; i < 16; ++i) {
      set.push_back(ctx.spawn(value_after, (i + 1) * 1s, i));
      if (i % 2 != 0)
        set.back().cancel();
    }
    std::pair<int, int> completed_and_cancelled;
    for (const auto& outcome : co_await when_all_settled(std::move(set))) {
      if (outcome.is_ok() && outcome.value() % 2 == 0)
        ++completed_and_cancelled.first;
      else if (outcome.error().code() == error_code::cancelled)
        ++completed_and_cancelled.second;
    }
    co_return completed_and_cancelled;
  });
  advance(16s);
  BOOST_TEST((task.await().value() == std::pair{8, 8}));
}

// task_join_set.rs, alternating: tasks are added while others are taken.
BOOST_AUTO_TEST_CASE(a_set_is_filled_while_it_is_drained) {
  auto task = rt.spawn([](task_context ctx) -> async<int> {
    task_group<void> set{ctx};
    int taken = 0;
    set.spawn([] {});
    set.spawn([] {});
    for (int i = 0; i < 16; ++i) {
      taken += (co_await set.next())->is_ok();
      set.spawn([] {});
    }
    co_return taken == 16 ? static_cast<int>(set.size()) : -1;
  });
  BOOST_TEST(task.await().value() == 2);
}

// tokio/tests/task_abort.rs, test_abort_wakes_task_3964: abort wakes a sleeping task, also if its
// handle is dropped at once, and what it holds is freed.
BOOST_AUTO_TEST_CASE(abort_wakes_a_sleeper_and_frees_what_it_holds) {
  auto owned = std::make_shared<int>(1);
  std::weak_ptr<int> watch = owned;
  auto task = rt.spawn(
      [](task_context ctx, std::shared_ptr<int> held) -> async<int> {
        co_await ctx.sleep_for(24h);
        co_return *held;
      },
      std::move(owned));
  wait_until_idle(rt);
  BOOST_TEST(!watch.expired());
  task.cancel();
  task = {};
  wait_until_idle(rt);
  BOOST_TEST(watch.expired());
}

// tokio-util/tests/sync_cancellation_token.rs, cancel_only_all_descendants.
BOOST_AUTO_TEST_CASE(only_descendants_are_cancelled) {
  std::atomic<int> below{0};
  std::atomic<int> beside{0};
  auto task = rt.spawn([&](task_context ctx) -> async<int> {
    auto sibling = ctx.spawn(notes_cancellation, std::ref(beside));
    auto branch = ctx.spawn([&](task_context own) -> async<void> {
      static_cast<void>(own.spawn([&](task_context inner) -> async<void> {
        co_await inner.spawn(notes_cancellation, std::ref(below));
      }));
      co_await notes_cancellation(own, below);
    });
    co_await ctx.sleep_for(1ms);
    branch.cancel();
    co_await branch.result();
    const int noted = below * 10 + beside;
    sibling.cancel();
    co_return noted;
  });
  advance(1ms);
  BOOST_TEST(task.await().value() == 20);
}

// sync_cancellation_token.rs, create_child_token_after_parent_was_cancelled.
BOOST_AUTO_TEST_CASE(a_token_made_after_the_cancellation_is_cancelled) {
  auto task = rt.spawn([](task_context ctx) -> async<bool> {
    try {
      co_await stopped_as_error(waits_for_ever(ctx));
    } catch (const cancelled&) {
    }
    co_return ctx.stop_token().stop_requested();
  });
  wait_until_idle(rt);
  task.cancel();
  BOOST_TEST(task.await().value());
}

BOOST_AUTO_TEST_SUITE_END()
