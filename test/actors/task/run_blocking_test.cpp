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

// What blocks runs beside the workers, on threads of its own, of which there is a limited number.
BOOST_FIXTURE_TEST_SUITE(run_blocking_test, single_worker_fixture)

BOOST_AUTO_TEST_CASE(the_only_worker_goes_on_while_a_child_blocks) {
  std::binary_semaphore go{0};
  auto task = rt.spawn([&](task_context ctx) -> async<int> {
    auto blocked = ctx.run_blocking(
        [&](int n) {
          go.acquire();
          return n;
        },
        7);
    const int other = co_await ctx.spawn([] { return 35; });
    go.release();
    co_return other + co_await blocked;
  });
  BOOST_TEST(task.await().value() == 42);
}

BOOST_AUTO_TEST_CASE(its_value_its_failure_and_what_moves_only) {
  auto task = rt.spawn([](task_context ctx) -> async<void> {
    const auto worker = std::this_thread::get_id();
    expect(co_await ctx.run_blocking([] { return std::this_thread::get_id(); }) != worker);
    auto text = co_await ctx.run_blocking(
        [](task_context own, std::unique_ptr<int> n) {
          expect(own.parent() != own.id());
          return std::make_unique<std::string>(std::to_string(*n));
        },
        std::make_unique<int>(12));
    expect(*text == "12");
    co_await ctx.run_blocking([] {});
    auto fails =
        co_await ctx.scope(child_failure::collect, [](task_context own) -> async<std::string> {
          const auto outcome =
              co_await own.run_blocking([]() -> int { throw std::runtime_error{"no disk"}; })
                  .result();
          co_return outcome.error().message();
        });
    expect(fails.find("no disk") != std::string::npos);
  });
  BOOST_TEST(task.await().is_ok());
}

BOOST_AUTO_TEST_CASE(a_callable_waits_for_it_as_well) {
  auto task = rt.spawn(
      [](task_context ctx) { return ctx.run_blocking([] { return 3; }).await().value() + 1; });
  BOOST_TEST(task.await().value() == 4);
}

BOOST_AUTO_TEST_CASE(one_that_runs_hears_of_a_cancellation_by_its_context) {
  std::binary_semaphore runs{0};
  auto task = rt.spawn([&](task_context ctx) -> async<void> {
    co_await ctx.run_blocking([&](task_context own) {
      std::binary_semaphore stop{0};
      const std::stop_callback callback{own.stop_token(), [&] { stop.release(); }};
      runs.release();
      stop.acquire();
      own.checkpoint();
    });
  });
  runs.acquire();
  task.cancel();
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
}

BOOST_AUTO_TEST_CASE(no_thread_at_all_is_no_setting) {
  BOOST_CHECK_THROW(runtime(runtime_options{.blocking = {.threads = 0}}), std::invalid_argument);
  BOOST_CHECK_THROW(runtime_builder{}.blocking({.threads = 0}).build(), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
