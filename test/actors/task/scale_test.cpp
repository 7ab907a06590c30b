// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/system/sanitizers.hpp>
#include <sweet/sweet.hpp>
#include <sweet/testing/wait_until_idle.hpp>

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <vector>

using namespace sweet;
using sweet::testing::wait_until_idle;

namespace scale_test {
namespace {

#if SWEET_ADDRESS_SANITIZER
constexpr std::uint64_t many = 50'000; // a sanitizer's shadow of a million frames needs too much
constexpr std::uint64_t tree_leaves = 10'000;
#else
constexpr std::uint64_t many = 1'000'000;
constexpr std::uint64_t tree_leaves = 1'000'000;
#endif
constexpr std::uint64_t sum_of_many = many * (many - 1) / 2;

async<std::uint64_t> leaf(std::uint64_t i) {
  co_return i;
}

template <class Body>
async<std::uint64_t> joined(task_context ctx, Body body) {
  std::vector<child_task<std::uint64_t>> children;
  children.reserve(many);
  for (std::uint64_t i = 0; i < many; ++i)
    children.push_back(ctx.spawn(body, i));
  std::uint64_t sum = 0;
  for (auto& child : children)
    sum += co_await child;
  co_return sum;
}

template <class Body>
async<std::uint64_t> as_they_finish(task_context ctx, Body body) {
  task_group<std::uint64_t> group{ctx};
  for (std::uint64_t i = 0; i < many; ++i)
    group.spawn(body, i);
  std::uint64_t sum = 0;
  while (auto outcome = co_await group.next())
    sum += outcome->value();
  co_return sum;
}

// The 10-ary tree whose leaves are 0, 1, 2, ...
async<std::uint64_t> tree(task_context ctx, std::uint64_t first, std::uint64_t size) {
  if (size == 1)
    co_return first;
  std::vector<child_task<std::uint64_t>> children;
  for (std::uint64_t i = 0; i < 10; ++i)
    children.push_back(ctx.spawn(tree, first + i * (size / 10), size / 10));
  std::uint64_t sum = 0;
  for (auto& child : children)
    sum += co_await child;
  co_return sum;
}

async<void> living_tree(task_context ctx, std::uint64_t size) {
  for (int i = 0; size > 1 && i < 10; ++i)
    static_cast<void>(ctx.spawn(living_tree, size / 10));
  async_event never;
  co_await never;
}

} // namespace
} // namespace scale_test

BOOST_AUTO_TEST_SUITE(scale_test)

BOOST_AUTO_TEST_CASE(a_million_children_join) {
  runtime rt;
  auto callable = [](std::uint64_t i) { return i; };
  BOOST_TEST(rt.spawn(joined<decltype(&leaf)>, &leaf).await().value() == sum_of_many);
  BOOST_TEST(rt.spawn(joined<decltype(callable)>, callable).await().value() == sum_of_many);
  BOOST_TEST(rt.spawn(as_they_finish<decltype(&leaf)>, &leaf).await().value() == sum_of_many);
  BOOST_TEST(rt.spawn(as_they_finish<decltype(callable)>, callable).await().value() == sum_of_many);
  wait_until_idle(rt);
  BOOST_TEST(rt.live_tasks() == 0u);
}

BOOST_AUTO_TEST_CASE(a_tree_with_a_million_leaves_adds_up) {
  runtime rt;
  BOOST_TEST(rt.spawn(tree, 0, tree_leaves).await().value() == tree_leaves * (tree_leaves - 1) / 2);
  wait_until_idle(rt);
  BOOST_TEST(rt.live_tasks() == 0u);
}

BOOST_AUTO_TEST_CASE(cancelling_a_live_tree_with_a_million_leaves_leaves_nothing) {
  runtime rt;
  {
    auto task = rt.spawn(living_tree, tree_leaves);
    wait_until_idle(rt);
    BOOST_TEST(rt.live_tasks() >= tree_leaves);
    task.cancel();
    BOOST_TEST((task.await().error().code() == error_code::cancelled));
  }
  wait_until_idle(rt);
  BOOST_TEST(rt.live_tasks() == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
