// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/node_builder.hpp>
#include <sweet/sweet.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "cluster.hpp"

using namespace sweet;
using namespace std::chrono_literals;

namespace remote_task_test {
namespace {

constexpr remote<int(int, int)> add{"add"};
constexpr remote<std::string(std::string)> echo{"echo"};
constexpr remote<void()> fails{"fails"};

} // namespace
} // namespace remote_task_test

using namespace remote_task_test;

BOOST_FIXTURE_TEST_SUITE(remote_task_test, cluster)

BOOST_AUTO_TEST_CASE(a_function_runs_on_another_node) {
  auto b = node("b").provide(add, [](int x, int y) { return x + y; }).start();
  auto a = joins("a", b).start();
  wait_for_up(a, {"b"});
  const auto sum =
      async_task::to<int>(rt).name("sum").on(a, placement::on("b")).run(add, 3, 4).await();
  BOOST_TEST(sum.value() == 7);
}

BOOST_AUTO_TEST_CASE(its_error_comes_back) {
  auto b = node("b")
               .provide(fails, [] { throw std::runtime_error{"no paper"}; })
               .provide(echo, [](std::string x) { return x; })
               .start();
  auto a = joins("a", b).start();
  wait_for_up(a, {"b"});
  const auto outcome = async_task::to<void>(rt).on(a, placement::on("b")).run(fails).await();
  BOOST_TEST_REQUIRE(outcome.is_err());
  BOOST_TEST(to_string(outcome.error()).find("no paper") != std::string::npos,
             to_string(outcome.error()));
  const std::string large(1'000'000, 'x');
  const auto back =
      async_task::to<std::string>(rt).on(a, placement::on("b")).run(echo, large).await();
  BOOST_TEST((back.value() == large));
}

BOOST_AUTO_TEST_CASE(many_at_a_time) {
  auto b = node("b").slots(8).provide(add, [](int x, int y) { return x + y; }).start();
  auto a = joins("a", b).start();
  wait_for_up(a, {"b"});
  std::vector<spawning_task<int>> tasks;
  for (int i = 0; i < 2000; ++i)
    tasks.push_back(async_task::to<int>(rt).on(a, placement::on("b")).run(add, i, 1));
  for (int i = 0; i < 2000; ++i)
    BOOST_TEST(tasks[static_cast<std::size_t>(i)].await().value() == i + 1);
}

BOOST_AUTO_TEST_SUITE_END()
