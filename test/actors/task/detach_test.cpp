// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/sweet.hpp>
#include <sweet/testing/runtime_fixture.hpp>

#include <atomic>
#include <stdexcept>
#include <string>
#include <type_traits>

#include <unistd.h>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::runtime_fixture;

BOOST_FIXTURE_TEST_SUITE(detach_test, runtime_fixture)

BOOST_AUTO_TEST_CASE(a_detached_task_outlives_who_starts_it) {
  async_event go;
  auto starter = rt.spawn([&](task_context ctx) {
    auto task =
        async_task::to<int>(ctx).name("detached").detach().run([&](task_context own) -> async<int> {
          co_await go;
          co_return own.name() == "detached" ? 7 : 0;
        });
    static_assert(std::is_same_v<decltype(task), spawning_task<int>>);
    return task;
  });
  auto task = starter.await().value();
  BOOST_TEST(starter.status() == task_status::completed);
  BOOST_TEST(!task.is_done());
  go.set();
  BOOST_TEST(task.await().value() == 7);
}

BOOST_AUTO_TEST_CASE(it_lies_under_the_root) {
  auto starter = rt.spawn([&](task_context ctx) -> async<bool> {
    auto root = ctx.parent();
    auto task =
        async_task::to<task_id>(ctx).detach().run([](task_context own) { return own.parent(); });
    co_return co_await task == root&& ctx.children().empty();
  });
  BOOST_TEST(starter.await().value());
}

BOOST_AUTO_TEST_CASE(its_failure_and_cancellation_are_its_own) {
  async_event go;
  std::atomic<bool> failure_seen{false};
  spawning_task<void> detached;
  auto starter = rt.spawn([&](task_context ctx) -> async<void> {
    auto failing = async_task::to<void>(ctx).detach().run([] { throw std::runtime_error{"x"}; });
    auto outcome = co_await failing.result();
    failure_seen = outcome.error().code() == error_code::failure;
    detached = async_task::to<void>(ctx).detach().run([&]() -> async<void> { co_await go; });
    co_await ctx.sleep_for(1h);
  });
  sweet::testing::wait_until_idle(rt);
  BOOST_TEST(failure_seen);
  starter.cancel();
  BOOST_TEST((starter.await().error().code() == error_code::cancelled));
  BOOST_TEST(detached.status() == task_status::running);
  go.set();
  BOOST_TEST(detached.await().is_ok());
}

BOOST_AUTO_TEST_CASE(it_inherits_nothing_from_who_starts_it) {
  auto starter = async_task::to<task_priority>(rt)
                     .priority(task_priority::high)
                     .run([](task_context ctx) -> async<task_priority> {
                       co_return co_await async_task::to<task_priority>(ctx).detach().run(
                           [](task_context own) { return own.priority(); });
                     });
  BOOST_TEST((starter.await().value() == task_priority::normal));
}

BOOST_AUTO_TEST_CASE(a_task_knows_its_node) {
  auto node = rt.spawn([](task_context ctx) { return ctx.node(); }).await().value();
  BOOST_TEST(node == rt.node());
  BOOST_TEST(node.starts_with("sweet/"));
  BOOST_TEST(node.ends_with(':' + std::to_string(::getpid())));
}

BOOST_AUTO_TEST_SUITE_END()
