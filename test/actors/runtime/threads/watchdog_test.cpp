// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/threads/scheduler.hpp>
#include <sweet/sweet.hpp>
#include <sweet/testing/simulation.hpp>
#include <sweet/testing/virtual_clock.hpp>
#include <sweet/testing/waits_for_ever.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::simulation;
using sweet::testing::simulation_options;
using sweet::testing::waits_for_ever;

namespace watchdog_test {
namespace {

struct fixture {
  ~fixture() {
    rt.cancel(cancellation_level::kill);
    rt.join();
  }

  std::vector<log_record> records() {
    std::lock_guard guard{mutex};
    return seen;
  }

  std::ptrdiff_t warnings_of(const std::string& name) {
    const auto all = records();
    return std::ranges::count(all, name, &log_record::name);
  }

  /// Computes until the log has warned of the task that does so.
  void compute_until_warned(const std::string& name) {
    while (warnings_of(name) == 0)
      std::this_thread::yield();
  }

  /// Runs a body that is warned of: whoever has begun to hold a worker before has been warned of by
  /// then, too.
  void let_one_be_warned_of(const std::string& name) {
    async_task::to<void>(rt)
        .name(name)
        .run([this, name] { compute_until_warned(name); })
        .await()
        .unwrap();
  }

  std::mutex mutex;
  std::vector<log_record> seen; // mutex
  runtime rt{runtime_options{.workers = 2,
                             .log =
                                 [this](const log_record& record) {
                                   std::lock_guard guard{mutex};
                                   seen.push_back(record);
                                 },
                             .watchdog = 20ms}};
};

} // namespace
} // namespace watchdog_test

BOOST_FIXTURE_TEST_SUITE(watchdog_test, fixture)

BOOST_AUTO_TEST_CASE(a_body_that_computes_is_warned_of_once_by_name_and_id) {
  std::atomic<bool> go_on{true};
  auto task = async_task::to<void>(rt).name("computes").run([&] {
    while (go_on)
      std::this_thread::yield();
  });
  compute_until_warned("computes");
  // Long enough for another warning of the same.
  for (const auto* other : {"second", "third"})
    let_one_be_warned_of(other);
  go_on = false;
  task.await().unwrap();
  const auto all = records();
  const auto found = std::ranges::find(all, "computes", &log_record::name);
  BOOST_REQUIRE((found != all.end()));
  BOOST_TEST((found->level == log_level::warning));
  BOOST_TEST(found->task == task.id());
  BOOST_TEST(found->text.starts_with("has held a worker for over 20 ms"), found->text);
  BOOST_TEST(warnings_of("computes") == 1);
}

BOOST_AUTO_TEST_CASE(later_turns_of_the_same_task_are_not_warned_of) {
  auto task = async_task::to<void>(rt).name("again").run([&](task_context ctx) -> async<void> {
    compute_until_warned("again");
    co_await ctx.yield();
    // This turn is as long: the other one begins after it.
    auto other = async_task::to<void>(rt).name("other").run([&] { compute_until_warned("other"); });
    compute_until_warned("other");
    co_await other;
  });
  task.await().unwrap();
  BOOST_TEST(warnings_of("again") == 1);
}

BOOST_AUTO_TEST_CASE(an_attempt_is_warned_of_as_its_task) {
  auto task =
      async_task::to<void>(rt).name("tried").retry(1).run([&] { compute_until_warned("tried"); });
  task.await().unwrap();
  BOOST_TEST(records().front().task == task.id());
}

BOOST_AUTO_TEST_CASE(a_body_that_is_blocking_is_not_warned_of) {
  std::atomic<bool> go_on{true};
  std::atomic<bool> runs{false};
  auto task = async_task::to<void>(rt).name("blocks").blocking().run([&] {
    runs = true;
    while (go_on)
      std::this_thread::yield();
  });
  while (!runs)
    std::this_thread::yield();
  let_one_be_warned_of("computes");
  let_one_be_warned_of("computes too");
  go_on = false;
  task.await().unwrap();
  BOOST_TEST(warnings_of("blocks") == 0);
}

BOOST_AUTO_TEST_CASE(a_body_that_blocks_in_await_is_not_warned_of) {
  auto task = async_task::to<void>(rt).name("awaits").run([&](task_context ctx) {
    auto child = async_task::to<void>(ctx).name("child").run(waits_for_ever);
    child.await().unwrap();
  });
  const auto waits = [](const task_snapshot& t) { return t.wait.blocks_thread; };
  while (std::ranges::none_of(rt.snapshot().tasks, waits))
    std::this_thread::yield();
  let_one_be_warned_of("computes");
  let_one_be_warned_of("computes too");
  BOOST_TEST(warnings_of("awaits") == 0);
  BOOST_TEST(warnings_of("child") == 0);
}

// In await() the body runs its children, which are quick and follow each other in the same memory.
BOOST_AUTO_TEST_CASE(a_body_that_helps_is_not_warned_of) {
  std::atomic<bool> go_on{true};
  auto task = async_task::to<void>(rt).name("helps").run([&](task_context ctx) {
    while (go_on)
      async_task::to<void>(ctx)
          .name("child")
          .run([] {
            const auto end = std::chrono::steady_clock::now() + 1ms;
            while (std::chrono::steady_clock::now() < end)
              std::this_thread::yield();
          })
          .await()
          .unwrap();
  });
  let_one_be_warned_of("computes");
  let_one_be_warned_of("computes too");
  let_one_be_warned_of("computes as well");
  go_on = false;
  task.await().unwrap();
  BOOST_TEST(warnings_of("helps") == 0);
  BOOST_TEST(warnings_of("child") == 0);
}

BOOST_AUTO_TEST_CASE(what_it_helps_is_warned_of) {
  auto task = async_task::to<void>(rt).name("helps").run([&](task_context ctx) {
    async_task::to<void>(ctx)
        .name("helped")
        .run([&] { compute_until_warned("helped"); })
        .await()
        .unwrap();
  });
  task.await().unwrap();
  BOOST_TEST(warnings_of("helps") == 0);
}

// A runtime that has slept for long watches again.
BOOST_AUTO_TEST_CASE(a_runtime_that_was_idle_is_watched) {
  for (int i = 0; i < 3; ++i) {
    let_one_be_warned_of("computes" + std::to_string(i));
    while (!rt.scheduler().watched_by().is_parked())
      std::this_thread::yield();
  }
  BOOST_TEST(records().size() == 3u);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(watchdog_test)

BOOST_AUTO_TEST_CASE(virtual_time_warns_of_nothing) {
  std::atomic<int> warned{0};
  simulation_options options;
  options.log = [&](const log_record&) { ++warned; };
  simulation sim{1, std::move(options)};
  sim.run([&](task_context ctx) -> async<void> {
    sim.spend(1h);
    co_await ctx.sleep_for(1h);
    sim.spend(1h);
  });
  BOOST_TEST(warned == 0);
}

BOOST_AUTO_TEST_SUITE_END()
