// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Several co_await in one expression. g++ begins all waits of `co_await a + co_await b` before it
// takes a value (docs/compilers.md); clang finishes one after the other.

#include <sweet/sweet.hpp>
#include <sweet/testing/runtime_fixture.hpp>
#include <sweet/testing/throws.hpp>

#include <boost/test/unit_test.hpp>

#include <stdexcept>
#include <string>
#include <vector>

using namespace sweet;
using sweet::testing::runtime_fixture;
using sweet::testing::throws;

namespace waits_of_one_expression_test {
namespace {

/// What g++ does with two waits for the same thing, with any compiler. @returns whether the second
/// one is told that there is nothing left
template <class Awaiter>
async<bool> second_is_told(task_context ctx, Awaiter first, Awaiter second) {
  while (!first.await_ready() || !second.await_ready())
    co_await ctx.yield();
  static_cast<void>(first.await_resume());
  co_return throws<std::logic_error>([&] { static_cast<void>(second.await_resume()); });
}

} // namespace
} // namespace waits_of_one_expression_test

BOOST_FIXTURE_TEST_SUITE(waits_of_one_expression_test, runtime_fixture)

BOOST_AUTO_TEST_CASE(different_ones_give_their_values) {
  auto task = spawn(rt, [](task_context ctx) -> async<std::string> {
    auto a = ctx.spawn([] { return std::string{"a"}; });
    auto b = ctx.spawn([] { return std::string{"b"}; });
    co_return co_await a + co_await b + co_await ctx.spawn([] { return std::string{"c"}; }) +
        std::to_string((co_await async_task::emits<int>(ctx)
                            .sender(std::vector<int>{1, 2})
                            .receiver(strategy::serial{}, [](int x) { return x; })
                            .run())
                           .counts.processed);
  });
  BOOST_TEST(task.await().value() == "abc2");
}

BOOST_AUTO_TEST_CASE(a_value_of_a_child_is_taken_once) {
  auto task = spawn(rt, [](task_context ctx) -> async<bool> {
    auto child = ctx.spawn([] { return 1; });
    co_return co_await second_is_told(ctx, child.operator co_await(), child.operator co_await());
  });
  BOOST_TEST(task.await().value());
}

BOOST_AUTO_TEST_CASE(an_outcome_of_a_child_is_taken_once) {
  auto task = spawn(rt, [](task_context ctx) -> async<bool> {
    auto child = ctx.spawn([] { return std::string{"large"}; });
    co_return co_await second_is_told(ctx, child.result(), child.result());
  });
  BOOST_TEST(task.await().value());
}

BOOST_AUTO_TEST_CASE(a_child_of_a_group_is_taken_once) {
  auto task = spawn(rt, [](task_context ctx) -> async<bool> {
    task_group<int> group{ctx};
    group.spawn([] { return 1; });
    async_event never;
    group.spawn([&never](task_context) -> async<int> {
      co_await never;
      co_return 2;
    });
    const bool told = co_await second_is_told(ctx, group.next().operator co_await(),
                                              group.next().operator co_await());
    never.set();
    co_return told;
  });
  BOOST_TEST(task.await().value());
}

BOOST_AUTO_TEST_CASE(a_chunk_of_a_stream_is_taken_once) {
  auto task = spawn(rt, [](task_context ctx) -> async<bool> {
    auto items = async_task::emits<int>(ctx).sender(std::vector<int>{1, 2}).stream();
    co_return co_await second_is_told(ctx, items.next_chunk(), items.next_chunk());
  });
  BOOST_TEST(task.await().value());
}

BOOST_AUTO_TEST_SUITE_END()
