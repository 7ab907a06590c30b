// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/sweet.hpp>
#include <sweet/testing/runtime_fixture.hpp>

#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::runtime_fixture;

namespace fallback_test {
namespace {

async<int> waits_for_ever(task_context ctx) {
  for (;;)
    co_await ctx.sleep_for(1h);
}

int fails(task_context ctx) {
  throw std::runtime_error{"attempt " + std::to_string(ctx.attempt())};
}

} // namespace
} // namespace fallback_test

BOOST_FIXTURE_TEST_SUITE(fallback_test, runtime_fixture)

BOOST_AUTO_TEST_CASE(gives_the_value_in_place_of_the_error) {
  auto task = async_task::to<int>(rt).fallback([](const task_error&) { return 5; }).run(fails);
  BOOST_TEST(task.await().value() == 5);
  BOOST_TEST(task.status() == task_status::completed);
  BOOST_TEST(task.attempts() == 1u);
}

BOOST_AUTO_TEST_CASE(is_not_called_if_there_is_a_value) {
  std::atomic<int> calls{0};
  auto task = async_task::to<int>(rt).fallback([&](const task_error&) { return ++calls; }).run([] {
    return 9;
  });
  BOOST_TEST(task.await().value() == 9);
  BOOST_TEST(calls == 0);
}

BOOST_AUTO_TEST_CASE(is_called_once_after_the_last_attempt_and_gets_its_error) {
  std::atomic<int> calls{0};
  auto task = async_task::to<std::string>(rt)
                  .name("tried")
                  .retry(2, backoff::immediate())
                  .fallback([&](const task_error& e) {
                    ++calls;
                    return e.name() + ": " + e.message();
                  })
                  .run([](task_context ctx) { return std::to_string(fails(ctx)); });
  BOOST_TEST(task.await().value() == "tried: attempt 3");
  BOOST_TEST(calls == 1);
}

BOOST_AUTO_TEST_CASE(may_return_a_result) {
  auto task = async_task::to<int>(rt)
                  .fallback([](const task_error&) { return task_result<int>{6}; })
                  .run(fails);
  BOOST_TEST(task.await().value() == 6);
}

BOOST_AUTO_TEST_CASE(may_be_a_coroutine_with_children_of_its_own) {
  auto task =
      async_task::to<std::string>(rt)
          .name("tried")
          .fallback([](task_context ctx, task_error e) -> async<std::string> {
            co_await ctx.sleep_for(1s);
            auto child = ctx.spawn([](task_context c) { return to_string(c.parent()); });
            const auto parent = co_await child;
            co_return e.message() + (parent == to_string(ctx.id()) ? " of " + ctx.name() : "");
          })
          .run(
              [](task_context ctx) -> async<std::string> { co_return std::to_string(fails(ctx)); });
  advance(1s);
  BOOST_TEST(task.await().value() == "attempt 1 of tried");
}

BOOST_AUTO_TEST_CASE(works_for_tasks_without_a_value) {
  std::atomic<int> calls{0};
  auto task = async_task::to<void>(rt).fallback([&](const task_error&) { ++calls; }).run([] {
    throw std::runtime_error{"no"};
  });
  BOOST_TEST(task.await().is_ok());
  BOOST_TEST(calls == 1);
}

BOOST_AUTO_TEST_CASE(works_for_a_body_that_can_be_called_only_once) {
  auto task = async_task::to<int>(rt)
                  .fallback([](const task_error&) { return 1; })
                  .run([p = std::make_unique<int>(3)](std::unique_ptr<int> q) { return *p + *q; },
                       std::make_unique<int>(4));
  BOOST_TEST(task.await().value() == 7);
}

BOOST_AUTO_TEST_CASE(follows_errors_that_are_not_retried) {
  for (const auto code :
       {error_code::rejected, error_code::invalid_state, error_code::invalid_data}) {
    auto task =
        async_task::to<int>(rt).retry(3).fallback([](const task_error&) { return 1; }).run([code] {
          return task_result<int>{task_error{code}};
        });
    BOOST_TEST(task.await().value() == 1);
    BOOST_TEST(task.attempts() == 1u);
  }
}

BOOST_AUTO_TEST_CASE(follows_the_timeout_of_the_last_attempt) {
  auto task =
      async_task::to<int>(rt)
          .timeout(1s)
          .fallback([](const task_error& e) { return e.code() == error_code::timeout ? 1 : 0; })
          .run(waits_for_ever);
  advance(1s);
  BOOST_TEST(task.await().value() == 1);
}

BOOST_AUTO_TEST_CASE(that_fails_gives_an_error_that_holds_both) {
  auto task = async_task::to<int>(rt)
                  .name("tried")
                  .retry(1, backoff::immediate())
                  .fallback([](const task_error&) -> int { throw std::runtime_error{"no cache"}; })
                  .run(fails);
  const auto error = task.await().error();
  BOOST_TEST((error.code() == error_code::recovery_failed));
  BOOST_TEST(error.name() == "tried");
  BOOST_TEST(error.cause().message() == "attempt 2");
  BOOST_REQUIRE(error.other_causes().size() == 1u);
  BOOST_TEST(error.other_causes()[0].message() == "no cache");
  BOOST_TEST((error.other_causes()[0].code() == error_code::failure));
  BOOST_TEST(task.status() == task_status::failed);
}

BOOST_AUTO_TEST_CASE(that_returns_an_error_has_failed_too) {
  auto task = async_task::to<int>(rt)
                  .fallback([](const task_error&) {
                    return task_result<int>{task_error{error_code::io, "disk"}};
                  })
                  .run(fails);
  const auto error = task.await().error();
  BOOST_TEST((error.code() == error_code::recovery_failed));
  BOOST_TEST((error.other_causes().at(0).code() == error_code::io));
}

BOOST_AUTO_TEST_CASE(follows_an_exception_from_the_predicate) {
  auto task = async_task::to<std::string>(rt)
                  .retry(3, backoff::immediate(),
                         [](const task_error&) -> bool { throw std::runtime_error{"undecided"}; })
                  .fallback([](const task_error& e) { return e.message(); })
                  .run([](task_context ctx) { return std::to_string(fails(ctx)); });
  BOOST_TEST(task.await().value() == "undecided");
}

BOOST_AUTO_TEST_CASE(does_not_follow_cancellation) {
  std::atomic<int> calls{0};
  const auto described =
      async_task::to<int>(rt).retry(3, backoff::fixed(1h)).fallback([&](const task_error&) {
        return ++calls;
      });
  auto attempting = described.run(waits_for_ever);
  auto backing_off = described.run(fails);
  auto itself = described.run([]() -> int { throw cancelled{}; });
  auto failing = described.run([](task_context ctx) -> async<int> {
    try {
      co_await stopped_as_error(waits_for_ever(ctx));
    } catch (const cancelled&) {
    }
    throw std::runtime_error{"in clean-up"};
  });
  sweet::testing::wait_until_idle(rt);
  for (const auto& task : {attempting, backing_off, failing})
    task.cancel();
  for (const auto& task : {attempting, backing_off, itself}) {
    BOOST_TEST((task.await().error().code() == error_code::cancelled));
    BOOST_TEST(task.status() == task_status::cancelled);
  }
  BOOST_TEST(failing.await().error().message() == "in clean-up");
  BOOST_TEST(calls == 0);
}

BOOST_AUTO_TEST_CASE(can_be_cancelled) {
  for (const auto level : {cancellation_level::graceful, cancellation_level::kill}) {
    auto task = async_task::to<int>(rt)
                    .name("tried")
                    .fallback([](task_context ctx, task_error) { return waits_for_ever(ctx); })
                    .run(fails);
    sweet::testing::wait_until_idle(rt);
    for (const auto& t : rt.snapshot().tasks)
      if (t.name == "tried")
        BOOST_TEST(t.detail == "in fallback");
    task.cancel(level);
    BOOST_TEST((task.await().error().code() == error_code::cancelled));
    BOOST_TEST(task.status() == task_status::cancelled);
  }
}

BOOST_AUTO_TEST_CASE(of_a_blocking_task_runs_on_the_blocking_pool, *boost::unit_test::timeout(30)) {
  async_event fallback_blocks;
  std::atomic<bool> go{false};
  auto task = async_task::to<int>(rt)
                  .blocking()
                  .fallback([&](const task_error&) {
                    fallback_blocks.set();
                    while (!go)
                      std::this_thread::yield();
                    return 1;
                  })
                  .run(fails);
  // Both workers stay free.
  auto waiting = spawn(rt, [&]() -> async<int> {
    co_await fallback_blocks;
    co_return 2;
  });
  BOOST_TEST(waiting.await().value() == 2);
  std::vector<spawning_task<int>> free;
  for (int i = 0; i < 4; ++i)
    free.push_back(spawn(rt, [] { return 3; }));
  for (auto& f : free)
    BOOST_TEST(f.await().value() == 3);
  go = true;
  BOOST_TEST(task.await().value() == 1);
}

BOOST_AUTO_TEST_SUITE_END()
