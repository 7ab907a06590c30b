// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/sweet.hpp>
#include <sweet/testing/runtime_fixture.hpp>
#include <sweet/testing/waits_for_ever.hpp>

#include <atomic>
#include <stop_token>
#include <string>
#include <thread>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::runtime_fixture;
using sweet::testing::single_worker_fixture;
using sweet::testing::wait_until_idle;
using sweet::testing::waits_for_ever;

namespace cancellation_test {
namespace {

async<int> deep(task_context ctx, int levels) {
  if (levels == 0)
    co_await waits_for_ever(ctx);
  auto child = ctx.spawn(deep, levels - 1);
  co_return co_await child;
}

/// Has two callbacks that count, and some children that fail.
async<void> counts_stops(task_context ctx, int& called, int failing) {
  std::stop_callback first{ctx.stop_token(), [&] { ++called; }};
  std::stop_callback second{ctx.stop_token(), [&] { ++called; }};
  for (int i = 0; i < failing; ++i)
    static_cast<void>(ctx.spawn([] { throw std::runtime_error{"no"}; }));
  co_await waits_for_ever(ctx);
}

} // namespace
} // namespace cancellation_test

BOOST_AUTO_TEST_SUITE(cancellation_test)

BOOST_FIXTURE_TEST_CASE(a_task_that_has_not_started_never_runs_its_body, single_worker_fixture) {
  std::atomic<bool> ran{false};
  auto parent = spawn(rt, [&](task_context ctx) -> async<bool> {
    auto child = ctx.spawn([&] { ran = true; }); // queued behind us: there is one worker
    child.cancel();
    auto outcome = co_await child.result();
    co_return outcome.error().code() == error_code::cancelled;
  });
  BOOST_TEST(parent.await().value());
  BOOST_TEST(!ran);
}

BOOST_FIXTURE_TEST_CASE(a_sleeping_body_is_thrown_out_at_once, runtime_fixture) {
  auto task = spawn(rt, waits_for_ever);
  sweet::testing::wait_until_idle(rt);
  BOOST_TEST(task.status() == task_status::running);
  task.cancel();
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
  BOOST_TEST(task.status() == task_status::cancelled);
}

BOOST_FIXTURE_TEST_CASE(cancellation_goes_down_the_tree, runtime_fixture) {
  auto task = spawn(rt, deep, 100);
  sweet::testing::wait_until_idle(rt);
  BOOST_TEST(rt.live_tasks() == 102u);
  task.cancel();
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
}

BOOST_FIXTURE_TEST_CASE(children_are_cancelled_newest_first, single_worker_fixture) {
  std::string order;
  auto task = spawn(rt, [&](task_context ctx) -> async<void> {
    auto child = [&](task_context own, char name) -> async<void> {
      // Called by whoever signals it, at once.
      std::stop_callback notes{own.stop_token(), [&order, name] { order += name; }};
      co_await waits_for_ever(own);
    };
    auto a = ctx.spawn(child, 'a');
    auto b = ctx.spawn(child, 'b');
    auto c = ctx.spawn(child, 'c');
    co_await a;
  });
  sweet::testing::wait_until_idle(rt);
  task.cancel();
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
  BOOST_TEST(order == "cba");
}

BOOST_FIXTURE_TEST_CASE(a_running_callable_sees_its_stop_token, runtime_fixture) {
  std::atomic<bool> runs{false};
  auto task = spawn(rt, [&](task_context ctx) {
    auto token = ctx.stop_token();
    runs = true;
    while (!token.stop_requested())
      std::this_thread::yield();
    return 1;
  });
  while (!runs)
    std::this_thread::yield();
  task.cancel();
  BOOST_TEST(task.await().value() == 1); // it returned: that is completion
  BOOST_TEST(task.status() == task_status::completed);
}

BOOST_FIXTURE_TEST_CASE(a_running_callable_is_thrown_out_at_its_checkpoint, runtime_fixture) {
  std::atomic<bool> runs{false};
  auto task = spawn(rt, [&](task_context ctx) {
    runs = true;
    while (!ctx.is_cancelled())
      std::this_thread::yield();
    ctx.checkpoint();
  });
  while (!runs)
    std::this_thread::yield();
  task.cancel();
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
}

// However fast the body is woken and unwound, on another thread than the one that cancels.
BOOST_FIXTURE_TEST_CASE(stop_callbacks_run_before_the_body_is_unwound, runtime_fixture) {
  constexpr int rounds = 300;
  int called = 0;
  for (int round = 0; round < rounds; ++round) {
    auto task = spawn(rt, counts_stops, std::ref(called), 0);
    sweet::testing::wait_until_idle(rt);
    task.cancel();
    static_cast<void>(task.await());
  }
  BOOST_TEST(called == 2 * rounds);
}

BOOST_FIXTURE_TEST_CASE(stop_callbacks_run_before_a_failed_child_unwinds_the_body,
                        runtime_fixture) {
  constexpr int rounds = 300;
  int called = 0;
  for (int round = 0; round < rounds; ++round) {
    auto task = spawn(rt, counts_stops, std::ref(called), 1);
    static_cast<void>(task.await());
  }
  BOOST_TEST(called == 2 * rounds);
}

BOOST_FIXTURE_TEST_CASE(a_stop_token_taken_after_the_cancellation_is_stopped, runtime_fixture) {
  auto task = spawn(rt, [](task_context ctx) -> async<bool> {
    try {
      co_await stopped_as_error(waits_for_ever(ctx));
    } catch (const cancelled&) {
    }
    co_return ctx.stop_token().stop_requested();
  });
  sweet::testing::wait_until_idle(rt);
  task.cancel();
  BOOST_TEST(task.await().value());
}

BOOST_FIXTURE_TEST_CASE(graceful_is_thrown_once, runtime_fixture) {
  async_event cleaned;
  auto task = spawn(rt, [&](task_context ctx) -> async<std::string> {
    try {
      co_await stopped_as_error(waits_for_ever(ctx));
    } catch (const cancelled&) {
    }
    co_await cleaned; // clean-up may wait
    co_return "cleaned";
  });
  sweet::testing::wait_until_idle(rt);
  task.cancel();
  sweet::testing::wait_until_idle(rt);
  BOOST_TEST(task.status() == task_status::pending_cancellation);
  cleaned.set();
  BOOST_TEST(task.await().value() == "cleaned");
}

BOOST_FIXTURE_TEST_CASE(kill_throws_again_and_again, runtime_fixture) {
  std::atomic<int> thrown{0};
  auto task = spawn(rt, [&](task_context ctx) -> async<void> {
    for (int i = 0; i < 5; ++i) {
      try {
        co_await stopped_as_error(waits_for_ever(ctx));
      } catch (const cancelled&) {
        ++thrown;
      }
    }
    co_await ctx.sleep_for(1h);
  });
  sweet::testing::wait_until_idle(rt);
  task.cancel(cancellation_level::kill);
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
  BOOST_TEST(thrown == 5);
}

BOOST_FIXTURE_TEST_CASE(a_level_only_rises, runtime_fixture) {
  std::atomic<int> wakes{0};
  async_event done;
  auto task = spawn(rt, [&](task_context ctx) -> async<cancellation_level> {
    auto seen = cancellation_level::none;
    while (!done.is_set()) {
      seen = co_await sweet::detail::event_access::wait_shielded(done, seen);
      ++wakes;
    }
    co_return ctx.level();
  });
  sweet::testing::wait_until_idle(rt);
  for (auto level : {cancellation_level::graceful, cancellation_level::graceful,
                     cancellation_level::kill, cancellation_level::graceful}) {
    task.cancel(level);
    sweet::testing::wait_until_idle(rt);
  }
  BOOST_TEST(wakes == 2);
  done.set();
  BOOST_TEST((task.await().value() == cancellation_level::kill));
}

BOOST_FIXTURE_TEST_CASE(a_killed_task_cannot_spawn, runtime_fixture) {
  std::atomic<bool> ran{false};
  auto task = spawn(rt, [&](task_context ctx) -> async<void> {
    try {
      co_await stopped_as_error(waits_for_ever(ctx));
    } catch (const cancelled&) {
    }
    co_await ctx.spawn([&] { ran = true; });
  });
  sweet::testing::wait_until_idle(rt);
  task.cancel(cancellation_level::kill);
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
  BOOST_TEST(!ran);
}

BOOST_FIXTURE_TEST_CASE(a_child_that_is_started_during_cancellation_is_cancelled, runtime_fixture) {
  std::atomic<bool> ran{false};
  auto task = spawn(rt, [&](task_context ctx) -> async<bool> {
    try {
      co_await stopped_as_error(waits_for_ever(ctx));
    } catch (const cancelled&) {
    }
    auto child = ctx.spawn([&] { ran = true; });
    auto outcome = co_await child.result();
    co_return outcome.error().code() == error_code::cancelled;
  });
  sweet::testing::wait_until_idle(rt);
  task.cancel();
  BOOST_TEST(task.await().value());
  BOOST_TEST(!ran);
}

BOOST_FIXTURE_TEST_CASE(a_failure_while_cancelling_is_a_failure, runtime_fixture) {
  auto task = spawn(rt, [](task_context ctx) -> async<void> {
    try {
      co_await stopped_as_error(waits_for_ever(ctx));
    } catch (const cancelled&) {
      throw std::runtime_error{"clean-up failed"};
    }
  });
  sweet::testing::wait_until_idle(rt);
  task.cancel();
  BOOST_TEST(task.await().error().message() == "clean-up failed");
  BOOST_TEST(task.status() == task_status::failed);
}

BOOST_FIXTURE_TEST_CASE(a_cancelled_task_that_fails_stays_cancelled_until_its_children_have_ended,
                        runtime_fixture) {
  async_event cleaned;
  auto task = spawn(rt, [&](task_context ctx) -> async<void> {
    auto child = ctx.spawn([&]() -> async<void> {
      co_await sweet::detail::event_access::wait_shielded(cleaned, cancellation_level::graceful);
    });
    try {
      co_await stopped_as_error(waits_for_ever(ctx));
    } catch (const cancelled&) {
    }
    throw std::runtime_error{"while cancelling"};
  });
  wait_until_idle(rt);
  task.cancel();
  wait_until_idle(rt);
  BOOST_TEST(task.status() == task_status::pending_cancellation);
  cleaned.set();
  BOOST_TEST((task.await().error().code() == error_code::failure));
  BOOST_TEST(task.status() == task_status::failed);
}

BOOST_FIXTURE_TEST_CASE(a_body_that_throws_cancelled_cancels_itself, runtime_fixture) {
  async_event cleaned;
  auto task = spawn(rt, [&](task_context ctx) -> async<void> {
    auto child = ctx.spawn([&]() -> async<void> {
      co_await sweet::detail::event_access::wait_shielded(cleaned, cancellation_level::graceful);
    });
    co_await ctx.yield();
    throw cancelled{};
  });
  wait_until_idle(rt);
  BOOST_TEST(task.status() == task_status::pending_cancellation);
  cleaned.set();
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
  BOOST_TEST(task.status() == task_status::cancelled);
}

BOOST_FIXTURE_TEST_CASE(a_scope_that_winds_up_for_its_own_failure_runs, runtime_fixture) {
  async_event cleaned;
  auto task = spawn(rt, [&](task_context ctx) -> async<void> {
    auto child = ctx.spawn([&]() -> async<void> {
      co_await sweet::detail::event_access::wait_shielded(cleaned, cancellation_level::graceful);
    });
    co_await ctx.yield();
    throw std::runtime_error{"bad"};
  });
  wait_until_idle(rt);
  BOOST_TEST(task.status() == task_status::running);
  cleaned.set();
  BOOST_TEST(task.await().error().message() == "bad");
}

BOOST_FIXTURE_TEST_CASE(a_terminal_status_never_changes, runtime_fixture) {
  auto task = spawn(rt, [] { return 1; });
  BOOST_TEST(task.await().value() == 1);
  task.cancel(cancellation_level::kill_hard);
  BOOST_TEST(task.status() == task_status::completed);
  BOOST_TEST(task.await().value() == 1);
}

BOOST_FIXTURE_TEST_CASE(a_handler_for_failures_does_not_swallow_cancellation, runtime_fixture) {
  auto task = spawn(rt, [](task_context ctx) -> async<int> {
    try {
      co_await waits_for_ever(ctx);
    } catch (const std::exception&) {
      co_return 1;
    }
    co_return 2;
  });
  sweet::testing::wait_until_idle(rt);
  task.cancel();
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
}

BOOST_FIXTURE_TEST_CASE(tasks_on_a_cancelled_runtime_are_cancelled, runtime_fixture) {
  std::atomic<bool> ran{false};
  rt.cancel();
  auto task = spawn(rt, [&] { ran = true; });
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
  BOOST_TEST(!ran);
}

BOOST_FIXTURE_TEST_CASE(a_cancelled_child_does_not_fail_its_cancelled_parent, runtime_fixture) {
  // Whether the parent's wait is interrupted or the child is there first: the same outcome.
  for (int i = 0; i < 200; ++i) {
    auto task = spawn(rt, deep, 3);
    task.cancel();
    BOOST_TEST((task.await().error().code() == error_code::cancelled));
  }
}

BOOST_FIXTURE_TEST_CASE(waiting_for_another_task_can_be_cancelled, runtime_fixture) {
  auto target = spawn(rt, waits_for_ever);
  auto waiter = spawn(rt, [&]() -> async<void> { co_await target; });
  sweet::testing::wait_until_idle(rt);
  waiter.cancel();
  BOOST_TEST((waiter.await().error().code() == error_code::cancelled));
  BOOST_TEST(target.status() == task_status::running);
  target.cancel();
  BOOST_TEST(target.await().is_err());
}

BOOST_FIXTURE_TEST_CASE(cancelling_a_tree_of_many_leaves_nothing, runtime_fixture) {
  struct tree {
    static async<void> grow(task_context ctx, int depth) {
      std::vector<child_task<void>> children;
      for (int i = 0; depth != 0 && i < 10; ++i)
        children.push_back(ctx.spawn(grow, depth - 1));
      co_await waits_for_ever(ctx);
    }
  };
  auto task = spawn(rt, tree::grow, 4);
  sweet::testing::wait_until_idle(rt);
  BOOST_TEST(rt.live_tasks() == 2u * 11'111u);
  task.cancel();
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
  sweet::testing::wait_until_idle(rt);
  BOOST_TEST(rt.live_tasks() == 1u); // our handle
}

BOOST_AUTO_TEST_SUITE_END()
