// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/sweet.hpp>
#include <sweet/testing/runtime_fixture.hpp>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

using namespace sweet;
using sweet::testing::runtime_fixture;
using sweet::testing::single_worker_fixture;

namespace priority_test {
namespace {

constexpr std::array all{task_priority::background, task_priority::low, task_priority::normal,
                         task_priority::high, task_priority::critical};

char letter(task_priority p) {
  return to_string(p)[0]; // c, h, n, l, b
}

} // namespace
} // namespace priority_test

BOOST_AUTO_TEST_SUITE(priority_test)

BOOST_FIXTURE_TEST_CASE(a_worker_runs_the_lower_number_first, single_worker_fixture) {
  std::string order;
  auto task = spawn(rt, [&](task_context ctx) {
    for (auto p : all)
      static_cast<void>(
          async_task::to<void>(ctx).priority(p).run([&order, p] { order += letter(p); }));
  });
  BOOST_TEST(task.await().is_ok());
  BOOST_TEST(order == "chnlb");
}

BOOST_FIXTURE_TEST_CASE(work_from_outside_comes_in_by_lanes, single_worker_fixture) {
  std::string order;
  std::atomic<bool> busy{false};
  std::atomic<bool> hold{true};
  auto blocker = spawn(rt, [&] {
    busy = true;
    while (hold)
      std::this_thread::yield();
  });
  while (!busy)
    std::this_thread::yield();
  std::vector<spawning_task<void>> tasks;
  for (auto p : all)
    tasks.push_back(async_task::to<void>(rt).priority(p).run([&order, p] { order += letter(p); }));
  hold = false;
  BOOST_TEST(blocker.await().is_ok());
  for (auto& t : tasks)
    BOOST_TEST(t.await().is_ok());
  BOOST_TEST(order == "chnlb");
}

BOOST_FIXTURE_TEST_CASE(a_child_inherits_the_priority, runtime_fixture) {
  auto task = async_task::to<bool>(rt)
                  .priority(task_priority::low)
                  .run([](task_context ctx) -> async<bool> {
                    auto inherited =
                        co_await ctx.spawn([](task_context own) { return own.priority(); });
                    auto given = co_await async_task::to<task_priority>(ctx)
                                     .priority(task_priority::high)
                                     .run([](task_context own) { return own.priority(); });
                    co_return inherited == task_priority::low&& given == task_priority::high;
                  });
  BOOST_TEST(task.await().value());
}

BOOST_FIXTURE_TEST_CASE(no_lane_starves, single_worker_fixture) {
  // A critical task that never gives up its place, one of each other priority that has to get in.
  std::atomic<int> got_in{0};
  std::atomic<long> turns{0};
  auto task = spawn(rt, [&](task_context ctx) {
    struct spinner {
      static void spin(task_context own, std::atomic<int>& done, std::atomic<long>& count) {
        ++count;
        if (done < 4)
          static_cast<void>(own.spawn(spin, std::ref(done), std::ref(count)));
      }
    };
    for (auto p : {task_priority::high, task_priority::normal, task_priority::low,
                   task_priority::background})
      static_cast<void>(async_task::to<void>(ctx).priority(p).run([&] { ++got_in; }));
    static_cast<void>(async_task::to<void>(ctx)
                          .priority(task_priority::critical)
                          .run(spinner::spin, std::ref(got_in), std::ref(turns)));
  });
  BOOST_TEST(task.await().is_ok());
  BOOST_TEST(got_in == 4);
  // Each lane is served once in 64 picks.
  BOOST_TEST(turns <= 2 * 64);
}

BOOST_FIXTURE_TEST_CASE(two_tasks_that_wake_each_other_do_not_starve_the_rest,
                        single_worker_fixture) {
  std::atomic<bool> stop{false};
  auto task = spawn(rt, [&](task_context ctx) -> async<void> {
    auto chatter = ctx.spawn([&](task_context own) -> async<void> {
      while (!stop)
        co_await own.spawn([] {});
    });
    auto other = ctx.spawn([&] { stop = true; });
    co_await chatter;
  });
  BOOST_TEST(task.await().is_ok());
}

BOOST_AUTO_TEST_SUITE_END()
