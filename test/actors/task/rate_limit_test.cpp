// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/sweet.hpp>
#include <sweet/testing/runtime_fixture.hpp>

#include <algorithm>
#include <chrono>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::runtime_fixture;

namespace rate_limit_test {
namespace {

struct limit_fixture : runtime_fixture {
  sweet::rate_limit limit{rt, {.per_second = 10, .burst = 2}};
  const clock::time_point start = time.now();
  std::mutex mutex;
  std::vector<long> begun; ///< in milliseconds

  void note() {
    std::lock_guard guard{mutex};
    begun.push_back(
        std::chrono::duration_cast<std::chrono::milliseconds>(time.now() - start).count());
  }
};

using times = std::vector<long>;

} // namespace
} // namespace rate_limit_test

BOOST_FIXTURE_TEST_SUITE(rate_limit_test, limit_fixture)

BOOST_AUTO_TEST_CASE(tasks_that_share_it_start_at_its_rate) {
  std::vector<spawning_task<void>> tasks;
  for (int i = 0; i < 5; ++i)
    tasks.push_back(async_task::to<void>(rt).rate_limit(limit).run([this] { note(); }));
  advance(1h);
  for (auto& task : tasks)
    BOOST_TEST(task.await().is_ok());
  BOOST_TEST(begun == (times{0, 0, 100, 200, 300}));
}

BOOST_AUTO_TEST_CASE(each_attempt_takes_a_token) {
  auto task = async_task::to<void>(rt).rate_limit(limit).retry(3, backoff::immediate()).run([this] {
    note();
    throw std::runtime_error{"no"};
  });
  advance(1h);
  BOOST_TEST(task.await().is_err());
  BOOST_TEST(begun == (times{0, 0, 100, 200}));
}

BOOST_AUTO_TEST_CASE(the_backoff_comes_first) {
  auto task = async_task::to<void>(rt)
                  .rate_limit(sweet::rate_limit{rt, {.per_second = 1}})
                  .retry(2, backoff::fixed(300ms).without_jitter())
                  .run([this] {
                    note();
                    throw std::runtime_error{"no"};
                  });
  advance(1h);
  BOOST_TEST(task.await().is_err());
  BOOST_TEST(begun == (times{0, 1000, 2000}));
}

BOOST_AUTO_TEST_CASE(cancelled_while_it_waits_a_task_makes_no_attempt) {
  limit.take();
  limit.take();
  auto task = async_task::to<void>(rt).name("limited").rate_limit(limit).run([this] { note(); });
  sweet::testing::wait_until_idle(rt);
  for (const auto& t : rt.snapshot().tasks)
    if (t.name == "limited")
      BOOST_TEST(t.detail == "waiting for the rate limit");
  BOOST_TEST(task.attempts() == 0u);
  task.cancel();
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
  BOOST_TEST(begun.empty());
}

BOOST_AUTO_TEST_CASE(the_timeout_of_an_attempt_does_not_run_while_it_waits) {
  limit.take();
  for (int i = 0; i < 10; ++i)
    limit.take();
  auto task = async_task::to<int>(rt).rate_limit(limit).timeout(50ms).run([] { return 1; });
  advance(1s);
  BOOST_TEST(task.await().value() == 1);
}

BOOST_AUTO_TEST_CASE(a_body_can_use_it_for_each_step) {
  auto task = spawn(rt, [this](task_context ctx) -> async<void> {
    for (int i = 0; i < 4; ++i) {
      co_await ctx.sleep_for(limit.take());
      note();
    }
  });
  advance(1h);
  BOOST_TEST(task.await().is_ok());
  BOOST_TEST(begun == (times{0, 0, 100, 200}));
}

BOOST_AUTO_TEST_CASE(threads_that_take_at_once_get_a_place_each) {
  constexpr std::size_t each = 500;
  sweet::rate_limit shared{rt, {.per_second = 1'000}};
  std::vector<std::vector<std::chrono::nanoseconds>> waits(4);
  {
    std::vector<std::jthread> threads;
    for (auto& own : waits)
      threads.emplace_back([&shared, &own] {
        for (std::size_t i = 0; i < each; ++i)
          own.push_back(shared.take());
      });
  }
  std::vector<std::chrono::nanoseconds> all;
  for (const auto& own : waits)
    all.insert(all.end(), own.begin(), own.end());
  std::sort(all.begin(), all.end());
  for (std::size_t i = 0; i < all.size(); ++i)
    BOOST_REQUIRE_EQUAL(all[i].count(),
                        std::chrono::nanoseconds{1ms}.count() * static_cast<long>(i));
}

BOOST_AUTO_TEST_CASE(who_cannot_wait_so_long_takes_nothing) {
  const auto copy = limit;
  BOOST_TEST((limit.take_within(1ns) == 0ns));
  BOOST_TEST((limit.take_within(1ns) == 0ns));
  BOOST_TEST(!limit.take_within(100ms).has_value());
  BOOST_TEST((limit.take_within(101ms) == 100ms));
  BOOST_TEST(!limit.take_within(101ms).has_value());
}

BOOST_AUTO_TEST_CASE(options_are_checked_when_it_is_made) {
  BOOST_CHECK_THROW((sweet::rate_limit{rt, {.per_second = 0}}), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
