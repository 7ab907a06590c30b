// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/wait_circles.hpp>

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <string>
#include <vector>

using namespace sweet;

namespace wait_circles_test {
namespace {

/// A task that waits for another one; 0: for none.
task_snapshot waits(std::uint64_t id, std::uint64_t target, std::string name = "") {
  task_snapshot result;
  result.id = task_id{id};
  result.parent = task_id{1};
  result.name = std::move(name);
  if (target != 0) {
    result.wait.on = wait_reason::task;
    result.wait.target = task_id{target};
  }
  return result;
}

/// A task that waits for all its children.
task_snapshot drains(std::uint64_t id) {
  auto result = waits(id, 0);
  result.wait.on = wait_reason::children;
  return result;
}

std::vector<std::vector<std::uint64_t>> circles(std::vector<task_snapshot> tasks) {
  std::vector<std::vector<std::uint64_t>> result;
  for (const auto& circle : find_wait_circles({std::move(tasks)})) {
    auto& ids = result.emplace_back();
    for (const auto id : circle)
      ids.push_back(id.value);
  }
  return result;
}

using ids = std::vector<std::vector<std::uint64_t>>;

} // namespace
} // namespace wait_circles_test

BOOST_AUTO_TEST_SUITE(wait_circles_test)

BOOST_AUTO_TEST_CASE(tasks_without_a_circle) {
  BOOST_TEST((circles({}) == ids{}));
  BOOST_TEST((circles({waits(2, 3), waits(3, 4), waits(4, 0), waits(5, 3)}) == ids{}));
  // One that has ended, or that another runtime has.
  BOOST_TEST((circles({waits(2, 9)}) == ids{}));
}

BOOST_AUTO_TEST_CASE(circles_begin_with_the_oldest_task) {
  BOOST_TEST((circles({waits(4, 4)}) == ids{{4}}));
  BOOST_TEST((circles({waits(7, 4), waits(4, 7)}) == ids{{4, 7}}));
  BOOST_TEST((circles({waits(9, 2), waits(5, 9), waits(2, 5), waits(1, 9)}) == ids{{2, 5, 9}}));
  BOOST_TEST((circles({waits(2, 3), waits(3, 2), waits(4, 5), waits(5, 4), waits(6, 2)}) ==
              ids{{2, 3}, {4, 5}}));
}

BOOST_AUTO_TEST_CASE(those_who_wait_for_all_children_wait_for_each) {
  auto first = waits(5, 0);
  auto second = waits(6, 4);
  first.parent = second.parent = task_id{4};
  BOOST_TEST((circles({drains(4), first, second}) == ids{{4, 6}}));
  // Only a task that waits for its children does so.
  auto runs = waits(4, 0);
  BOOST_TEST((circles({runs, first, second}) == ids{}));
}

BOOST_AUTO_TEST_CASE(a_long_circle_needs_no_stack) {
  std::vector<task_snapshot> tasks;
  constexpr std::uint64_t n = 200'000;
  for (std::uint64_t id = 1; id <= n; ++id)
    tasks.push_back(waits(id, id % n + 1));
  const tree_snapshot tree{std::move(tasks)};
  const auto found = find_wait_circles(tree);
  BOOST_REQUIRE(found.size() == 1u);
  BOOST_TEST(found[0].size() == n);
  BOOST_TEST(to_text(found, tree).size() > n);
}

BOOST_AUTO_TEST_CASE(text) {
  const tree_snapshot tree{{waits(4, 7, "a"), waits(7, 9), waits(9, 4, "c\n")}};
  BOOST_TEST(to_text(find_wait_circles(tree), tree) ==
             "circle: #4 a waits for #7 waits for #9 c? waits for #4 a\n");
}

BOOST_AUTO_TEST_SUITE_END()
