// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// A coroutine that is told to stop in a wait: its frame is destroyed there. See docs/tasks.md,
// Stopping.

#include <sweet/actors/runtime/system/sanitizers.hpp>
#include <sweet/sweet.hpp>
#include <sweet/testing/at_end.hpp>
#include <sweet/testing/for_each_seed.hpp>
#include <sweet/testing/runtime_fixture.hpp>
#include <sweet/testing/wait_until_idle.hpp>
#include <sweet/testing/waits_for_ever.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::at_end;
using sweet::testing::runtime_fixture;
using sweet::testing::single_worker_fixture;
using sweet::testing::wait_until_idle;
using sweet::testing::waits_for_ever;

namespace stopping_test {
namespace {

/// Counts its objects.
struct counted {
  inline static std::atomic<int> alive{0};
  inline static std::atomic<int> made{0};

  counted() { begin(); }
  counted(const counted&) { begin(); }
  counted(counted&&) noexcept { begin(); }
  counted& operator=(const counted&) = default;
  ~counted() { --alive; }

private:
  static void begin() {
    ++alive;
    ++made;
  }
};

struct fixture : runtime_fixture {
  fixture() { counted::alive = counted::made = 0; }

  /// Cancels a task once nothing runs any more. @returns what it has come to
  template <class T>
  task_result<T> stop(spawning_task<T>& task,
                      cancellation_level level = cancellation_level::graceful) {
    wait_until_idle(rt);
    task.cancel(level);
    return task.await();
  }
};

constexpr cancellation_level levels[] = {cancellation_level::graceful, cancellation_level::kill,
                                         cancellation_level::kill_hard};

} // namespace
} // namespace stopping_test

BOOST_FIXTURE_TEST_SUITE(stopping_test, fixture)

BOOST_AUTO_TEST_CASE(locals_and_parameters_are_destroyed_once_at_each_level) {
  for (const auto level : levels) {
    bool went_on = false;
    bool caught = false;
    auto task = spawn(
        rt,
        [&](task_context ctx, counted, std::unique_ptr<counted>) -> async<int> {
          const counted local;
          try {
            const counted inner;
            co_await waits_for_ever(ctx);
          } catch (...) {
            caught = true;
          }
          went_on = true;
          co_return 1;
        },
        counted{}, std::make_unique<counted>());
    BOOST_TEST((stop(task, level).error().code() == error_code::cancelled));
    BOOST_TEST(task.status() == task_status::cancelled);
    task = {};
    rt.join();
    BOOST_TEST(counted::alive == 0);
    BOOST_TEST(!went_on);
    BOOST_TEST(!caught);
  }
}

BOOST_AUTO_TEST_CASE(captures_live_until_children_that_use_them_have_ended) {
  std::atomic<bool> was_alive{false};
  async_event ends;
  auto task = spawn(rt, [&, kept = counted{}](task_context ctx) -> async<void> {
    static_cast<void>(kept);
    auto child = ctx.spawn([&](task_context) -> async<void> {
      co_await unstoppable(ends);
      was_alive = counted::alive != 0;
    });
    co_await child;
  });
  wait_until_idle(rt);
  task.cancel();
  wait_until_idle(rt);
  ends.set();
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
  BOOST_TEST(was_alive);
}

BOOST_AUTO_TEST_CASE(children_are_joined_after_the_frame_is_gone_and_before_on_cancel) {
  std::vector<std::string> order;
  async_event frame_is_gone;
  auto task = spawn(rt, [&](task_context ctx) -> async<void> {
    const at_end frame{[&] {
      order.emplace_back("frame");
      frame_is_gone.set();
    }};
    ctx.on_cancel([&] { order.emplace_back("on_cancel"); });
    auto child = ctx.spawn([&](task_context) -> async<void> {
      co_await unstoppable(frame_is_gone);
      order.emplace_back("child");
    });
    co_await child;
  });
  BOOST_TEST((stop(task).error().code() == error_code::cancelled));
  BOOST_TEST((order == std::vector<std::string>{"frame", "child", "on_cancel"}));
}

BOOST_AUTO_TEST_CASE(a_wait_that_has_completed_wins) {
  auto task = spawn(rt, [](task_context ctx) -> async<int> {
    auto child = ctx.spawn([] { return 1; });
    const int value = co_await child;
    co_return value + 1;
  });
  BOOST_TEST(task.await().value() == 2);
}

BOOST_AUTO_TEST_CASE(a_child_that_its_handle_cancels_is_an_outcome) {
  auto task = spawn(rt, [](task_context ctx) -> async<std::string> {
    auto child = ctx.spawn(waits_for_ever);
    child.cancel();
    try {
      co_await child;
    } catch (const task_failure& e) {
      co_return std::string{to_string(e.error().code())};
    }
    co_return "completed";
  });
  BOOST_TEST(task.await().value() == "cancelled");
}

BOOST_AUTO_TEST_CASE(a_destructor_spawns_what_never_runs_and_waits_for_nothing) {
  std::atomic<bool> ran{false};
  std::optional<error_code> awaited;
  auto task = spawn(rt, [&](task_context ctx) -> async<void> {
    const at_end cleans_up{[&] {
      auto child = ctx.spawn([&ran] {
        ran = true;
        return 1;
      });
      awaited = child.await().error().code();
      ctx.checkpoint();
    }};
    co_await waits_for_ever(ctx);
  });
  BOOST_TEST((stop(task).error().code() == error_code::cancelled));
  BOOST_TEST(!ran);
  BOOST_TEST((awaited == error_code::cancelled));
}

// At kill each wait is interrupted, also that for what has come: a destructor does not throw that.
BOOST_AUTO_TEST_CASE(a_destructor_takes_what_has_come) {
  auto value = spawn(rt, [] { return std::make_unique<int>(1); });
  wait_until_idle(rt);
  int taken = 0;
  auto task = spawn(rt, [&](task_context ctx) -> async<void> {
    const at_end takes{[&] { taken = *value.await().value(); }};
    co_await waits_for_ever(ctx);
  });
  BOOST_TEST((stop(task, cancellation_level::kill).error().code() == error_code::cancelled));
  BOOST_TEST(taken == 1);
}

BOOST_AUTO_TEST_CASE(stopped_as_optional_goes_on_without_a_value) {
  bool second_wait_ended = false;
  auto task = spawn(rt, [&](task_context ctx) -> async<std::string> {
    auto child = ctx.spawn([](task_context own) -> async<int> {
      co_await waits_for_ever(own);
      co_return 1;
    });
    if (const auto value = co_await stopped_as_optional(child))
      co_return "a value";
    // The stop is spent.
    second_wait_ended = co_await stopped_as_optional(ctx.yield());
    co_await ctx.yield();
    co_return "stopped";
  });
  BOOST_TEST(stop(task).value() == "stopped");
  BOOST_TEST(second_wait_ended);
}

BOOST_AUTO_TEST_CASE(stopped_as_optional_gives_what_has_come) {
  auto task = spawn(rt, [](task_context ctx) -> async<int> {
    auto child = ctx.spawn([] { return 7; });
    const auto value = co_await stopped_as_optional(child);
    const bool slept = co_await stopped_as_optional(ctx.yield());
    co_return value.value_or(0) + (slept ? 1 : 0);
  });
  BOOST_TEST(task.await().value() == 8);
}

BOOST_AUTO_TEST_CASE(stopped_as_error_throws_what_can_be_caught) {
  auto task = spawn(rt, [](task_context ctx) -> async<int> {
    try {
      co_await stopped_as_error(ctx.sleep_for(1h));
    } catch (const cancelled&) {
      co_return 1;
    }
    co_return 0;
  });
  BOOST_TEST(stop(task).value() == 1);
}

BOOST_AUTO_TEST_CASE(at_kill_each_further_wait_is_ended) {
  int answered = 0;
  auto task = spawn(rt, [&](task_context ctx) -> async<void> {
    for (int i = 0; i < 3; ++i)
      if (!co_await stopped_as_optional(ctx.sleep_for(1h)))
        ++answered;
    co_await ctx.sleep_for(1h);
    answered = -1;
  });
  BOOST_TEST((stop(task, cancellation_level::kill).error().code() == error_code::cancelled));
  BOOST_TEST(answered == 3);
}

BOOST_AUTO_TEST_CASE(unstoppable_waits_whatever_happens) {
  async_event goes_on;
  std::atomic<bool> has_waited{false};
  auto task = spawn(rt, [&](task_context ctx) -> async<int> {
    co_await unstoppable(goes_on);
    has_waited = true;
    co_await ctx.sleep_for(1h);
    co_return 1;
  });
  wait_until_idle(rt);
  task.cancel();
  wait_until_idle(rt);
  BOOST_TEST(!has_waited);
  goes_on.set();
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
  BOOST_TEST(has_waited);
}

BOOST_AUTO_TEST_CASE(a_coroutine_below_a_callable_below_a_coroutine) {
  // They stop at the same time, each on its worker.
  std::atomic<int> top_frames{0};
  std::atomic<int> throws{0};
  std::atomic<int> bottom_frames{0};
  auto task = spawn(rt, [&](task_context top) -> async<void> {
    const at_end notes{[&] { ++top_frames; }};
    auto callable = top.spawn([&](task_context middle) {
      auto child = middle.spawn([&](task_context bottom) -> async<void> {
        const at_end leaves{[&] { ++bottom_frames; }};
        co_await waits_for_ever(bottom);
      });
      try {
        static_cast<void>(child.await());
      } catch (const cancelled&) {
        ++throws;
        throw;
      }
    });
    co_await callable;
  });
  BOOST_TEST((stop(task).error().code() == error_code::cancelled));
  BOOST_TEST(top_frames == 1);
  BOOST_TEST(throws == 1);
  BOOST_TEST(bottom_frames == 1);
}

BOOST_AUTO_TEST_CASE(what_stops_says_how_many_children_it_waits_for) {
  async_event ends;
  auto task = async_task::to<void>(rt).name("parent").run([&](task_context ctx) -> async<void> {
    auto child = ctx.spawn([&](task_context) -> async<void> { co_await unstoppable(ends); });
    co_await child;
  });
  wait_until_idle(rt);
  task.cancel();
  wait_until_idle(rt);
  std::string detail;
  for (const auto& seen : rt.snapshot().tasks)
    if (seen.name == "parent")
      detail = seen.detail;
  BOOST_TEST(detail == "stopping: waits for 1 child");
  ends.set();
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
}

BOOST_AUTO_TEST_CASE(a_value_that_cannot_be_copied_stays_on_the_handle) {
  auto value = spawn(rt, [](task_context ctx) -> async<std::unique_ptr<int>> {
    co_await ctx.yield();
    co_return std::make_unique<int>(1);
  });
  auto taker = spawn(rt, [&](task_context ctx) -> async<void> {
    while (!ctx.is_cancelled())
      co_await ctx.yield();
    co_await value;
  });
  while (!value.is_done())
    std::this_thread::yield();
  taker.cancel();
  BOOST_TEST((taker.await().error().code() == error_code::cancelled));
  BOOST_TEST(*value.await().value() == 1);
}

// Twice what memory has to be grown for: all of it comes back.
BOOST_AUTO_TEST_CASE(a_million_that_wait_are_stopped_and_gone) {
  constexpr std::size_t n = SWEET_THREAD_SANITIZER    ? 2'000
                            : SWEET_ADDRESS_SANITIZER ? 50'000
                                                      : 1'000'000;
  for (int round = 0; round < 2; ++round) {
    auto task = spawn(rt, [&](task_context ctx) -> async<void> {
      task_group<void> group{ctx};
      for (std::size_t i = 0; i < n; ++i)
        group.spawn([](task_context own) -> async<void> { co_await own.sleep_for(1h); });
      co_await ctx.sleep_for(1h);
    });
    while (rt.live_tasks() < n + 1)
      std::this_thread::yield();
    BOOST_TEST((stop(task).error().code() == error_code::cancelled));
    rt.join();
    BOOST_TEST(rt.live_tasks() == 1u); // that of the handle
  }
}

BOOST_AUTO_TEST_SUITE_END()
