// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/sweet.hpp>
#include <sweet/testing/runtime_fixture.hpp>

#include <boost/test/unit_test.hpp>

#include <functional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace sweet;
using sweet::testing::runtime_fixture;

// A child is awaited by its parent. Coroutines that are handed a child_task are tasks of their own:
// they are told so, and the child stays with its parent.
namespace foreign_child_test {
namespace {

async<int> gives_later(async_event& go, int x) {
  co_await go;
  co_return x;
}

async<int> awaits(child_task<int>& child) {
  co_return co_await child;
}

async<int> awaits_outcome(child_task<int>& child) {
  co_return (co_await child.result()).value();
}

async<int> awaits_a_stop(child_task<int>& child) {
  co_return (co_await stopped_as_optional(child)).value();
}

/// Whether `refused` says that a child belongs to another task.
bool tells_why(const task_result<int>& refused) {
  return refused.is_err() && refused.error().code() == error_code::failure &&
         refused.error().message().find("child of another task") != std::string::npos;
}

/// Hands a child to `helper`, which must be refused it, and then awaits the child.
template <class Helper>
bool refuses(runtime& rt, Helper helper) {
  auto parent = rt.spawn([=](task_context ctx) -> async<bool> {
    async_event go;
    auto child = ctx.spawn(gives_later, std::ref(go), 7);
    auto task = ctx.scope(child_failure::collect, [&] { return helper(child); });
    const auto refused = co_await task.result();
    const bool is_told = tells_why(refused);
    go.set();
    co_return is_told&& co_await child == 7;
  });
  return parent.await().value();
}

} // namespace
} // namespace foreign_child_test

BOOST_FIXTURE_TEST_SUITE(foreign_child_test, runtime_fixture)

BOOST_AUTO_TEST_CASE(a_child_that_runs_is_not_for_another_coroutine) {
  BOOST_TEST(refuses(rt, awaits));
  BOOST_TEST(refuses(rt, awaits_outcome));
  BOOST_TEST(refuses(rt, awaits_a_stop));
}

BOOST_AUTO_TEST_CASE(children_that_are_moved_into_a_coroutine_stay_with_their_parent) {
  const auto sum = [](std::vector<child_task<int>> children) -> async<int> {
    int all = 0;
    for (auto& child : children)
      all += co_await child;
    co_return all;
  };
  async_event first;
  async_event second;
  auto parent = rt.spawn([&](task_context ctx) -> async<int> {
    std::vector<child_task<int>> children;
    children.push_back(ctx.spawn(gives_later, std::ref(first), 1));
    children.push_back(ctx.spawn(gives_later, std::ref(second), 2));
    co_return co_await sum(std::move(children));
  });
  const auto outcome = parent.await();
  BOOST_TEST_REQUIRE(outcome.is_err());
  BOOST_TEST(to_string(outcome.error()).find("child.share()") != std::string::npos,
             to_string(outcome.error()));
}

BOOST_AUTO_TEST_CASE(a_shared_handle_is_for_any_coroutine) {
  const auto sum = [](std::vector<spawning_task<int>> tasks) -> async<int> {
    int all = 0;
    for (auto& task : tasks)
      all += co_await task;
    co_return all;
  };
  auto parent = rt.spawn([&](task_context ctx) -> async<int> {
    async_event first;
    async_event second;
    std::vector<spawning_task<int>> tasks;
    tasks.push_back(ctx.spawn(gives_later, std::ref(first), 1).share());
    tasks.push_back(ctx.spawn(gives_later, std::ref(second), 2).share());
    first.set();
    second.set();
    co_return co_await sum(std::move(tasks));
  });
  BOOST_TEST(parent.await().value() == 3);
}

BOOST_AUTO_TEST_SUITE_END()
