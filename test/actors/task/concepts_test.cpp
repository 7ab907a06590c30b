// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/sweet.hpp>
#include <sweet/testing/runtime_fixture.hpp>

#include <string>

using namespace sweet;
using sweet::testing::runtime_fixture;

namespace concepts_test {
namespace {

std::string label(const concepts::named_task auto& task) {
  return task.name() + to_string(task.id());
}

template <concepts::async_task Handle>
typename Handle::value_type value_of(Handle& task) {
  return task.await().value();
}

template <class T>
std::string kind() {
  if constexpr (concepts::async_task<T>)
    return "handle";
  else if constexpr (concepts::contextualized_task<T>)
    return "context";
  else
    return "neither";
}

} // namespace
} // namespace concepts_test

BOOST_FIXTURE_TEST_SUITE(concepts_test, runtime_fixture)

BOOST_AUTO_TEST_CASE(one_function_takes_handles_and_contexts) {
  auto task = async_task::to<std::string>(rt).name("task").run([](task_context ctx) {
    auto child = async_task::to<bool>(ctx).name("child").run(
        [](task_context c) { return label(c) == "child" + to_string(c.id()); });
    return child.await().value() ? label(ctx) : "";
  });
  BOOST_TEST(label(task) == value_of(task));
}

BOOST_AUTO_TEST_CASE(handles_contexts_and_others_are_told_apart) {
  BOOST_TEST(kind<spawning_task<int>>() == "handle");
  BOOST_TEST(kind<child_task<int>>() == "handle");
  BOOST_TEST(kind<task_context>() == "context");
  BOOST_TEST(kind<async<int>>() == "neither");
  BOOST_TEST(kind<caf::actor>() == "neither");
  BOOST_TEST(kind<int>() == "neither");
}

BOOST_AUTO_TEST_CASE(the_priority_can_be_asked_from_both_sides) {
  auto task = async_task::to<bool>(rt).priority(task_priority::high).run([](task_context ctx) {
    return ctx.priority() == task_priority::high;
  });
  BOOST_TEST((task.priority() == task_priority::high));
  BOOST_TEST(task.await().value());
}

BOOST_AUTO_TEST_SUITE_END()
