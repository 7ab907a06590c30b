// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/sweet.hpp>
#include <sweet/testing/expect.hpp>
#include <sweet/testing/runtime_fixture.hpp>
#include <sweet/testing/throws.hpp>

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <latch>
#include <memory>
#include <semaphore>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::expect;
using sweet::testing::single_worker_fixture;
using sweet::testing::throws;
using sweet::testing::wait_until_idle;

// The pool for what blocks has one thread, and one place in its queue.
namespace full_blocking_pool_test {
namespace {

struct narrow_fixture {
  ~narrow_fixture() {
    rt.cancel();
    rt.join();
    wait_until_idle(rt);
    BOOST_TEST(rt.live_tasks() == 0u);
  }
  runtime rt{runtime_options{.workers = 1, .blocking = {.threads = 1, .queued = 1}}};
};

} // namespace
} // namespace full_blocking_pool_test

BOOST_FIXTURE_TEST_SUITE(full_blocking_pool_test, full_blocking_pool_test::narrow_fixture)

BOOST_AUTO_TEST_CASE(one_runs_one_waits_and_a_third_is_refused_at_once) {
  std::binary_semaphore go{0};
  async_event runs;
  auto task = rt.spawn([&](task_context ctx) -> async<void> {
    co_await ctx.scope(child_failure::collect, [&](task_context own) -> async<void> {
      auto first = own.run_blocking([&] {
        runs.set();
        go.acquire();
      });
      co_await runs;
      auto second = own.run_blocking([] { return 2; });
      co_await own.yield(); // it has been handed to the pool
      auto third = own.run_blocking([] { return 3; });
      const auto refused = co_await third.result();
      expect(refused.error().code() == error_code::resource_limit);
      expect(refused.error().message().find("1 run, and 1 wait") != std::string::npos);
      // The worker is free all the time.
      for (int i = 0; i < 100; ++i)
        co_await own.spawn([] {});
      go.release();
      expect((co_await second.result()).value() == 2);
      co_await first;
      expect((co_await own.run_blocking([] { return 4; }).result()).value() == 4);
    });
  });
  BOOST_TEST(task.await().is_ok());
}

BOOST_AUTO_TEST_CASE(one_that_waits_for_another_on_the_same_pool_gives_its_place_away) {
  auto task = rt.spawn([](task_context ctx) -> async<int> {
    co_return co_await ctx.run_blocking([](task_context outer) {
      return outer
                 .run_blocking([](task_context inner) {
                   return inner.run_blocking([] { return 1; }).await().value() + 1;
                 })
                 .await()
                 .value() +
             1;
    });
  });
  BOOST_TEST(task.await().value() == 3);
}

BOOST_AUTO_TEST_CASE(one_that_is_cancelled_before_it_has_a_thread_never_runs) {
  std::binary_semaphore go{0};
  std::latch runs{1};
  std::atomic<bool> second_ran{false};
  auto holds = rt.spawn([&](task_context ctx) -> async<void> {
    co_await ctx.run_blocking([&] {
      runs.count_down();
      go.acquire();
    });
  });
  runs.wait();
  auto waits = rt.spawn([&](task_context ctx) -> async<void> {
    co_await ctx.run_blocking([&] { second_ran = true; });
  });
  wait_until_idle(rt);
  waits.cancel();
  wait_until_idle(rt); // the child has heard of it
  go.release();
  BOOST_TEST((waits.await().error().code() == error_code::cancelled));
  BOOST_TEST(holds.await().is_ok());
  BOOST_TEST(!second_ran);
}

BOOST_AUTO_TEST_SUITE_END()
