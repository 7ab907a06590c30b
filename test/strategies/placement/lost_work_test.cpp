// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/placement/lost_work.hpp>

#include <boost/test/unit_test.hpp>

#include <stdexcept>
#include <string>
#include <vector>

using sweet::error_code;
using sweet::incarnation;
using sweet::lost_work;
using sweet::task_id;

namespace lost_work_test {
namespace {

constexpr task_id task{7};
constexpr incarnation node(std::uint64_t n, std::uint32_t life = 1) {
  return {1, n, life};
}

} // namespace
} // namespace lost_work_test

BOOST_AUTO_TEST_SUITE(lost_work_test)

BOOST_AUTO_TEST_CASE(a_result_resolves_its_task_once) {
  lost_work work;
  BOOST_TEST(work.placed(task, node(1), "w1") == 1u);
  BOOST_TEST(work.result(task, 1, node(1)));
  BOOST_TEST(!work.result(task, 1, node(1)));
  BOOST_TEST(work.size() == 0u);
}

BOOST_AUTO_TEST_CASE(a_task_on_a_lost_node_is_placed_again_at_once) {
  lost_work work;
  work.placed(task, node(1), "w1");
  work.placed(task_id{8}, node(2), "w2");
  work.started(task, 1, node(1));
  const auto lost = work.lost(node(1), "it is silent");
  BOOST_TEST_REQUIRE(lost.size() == 1u);
  BOOST_TEST((lost[0].task == task));
  BOOST_TEST(lost[0].attempt == 2u);
  BOOST_TEST((lost[0].avoid == std::vector<std::string>{"w1"}));
  BOOST_TEST(!lost[0].error);
  BOOST_TEST(work.placed(task, node(2), "w2") == 2u);
  BOOST_TEST((work.where(task) == node(2).start()));
}

BOOST_AUTO_TEST_CASE(a_late_result_of_the_lost_node_does_not_count) {
  lost_work work;
  work.placed(task, node(1), "w1");
  work.lost(node(1), "it is silent");
  BOOST_TEST(!work.result(task, 1, node(1))); // while it waits for a node
  work.placed(task, node(2), "w2");
  BOOST_TEST(!work.result(task, 1, node(1)));
  BOOST_TEST(!work.result(task, 2, node(1)));
  BOOST_TEST(work.result(task, 2, node(2)));
}

BOOST_AUTO_TEST_CASE(nor_does_one_of_the_same_node_in_its_next_life) {
  lost_work work;
  work.placed(task, node(1, 1), "w1");
  work.lost(node(1, 1), "it is silent");
  work.placed(task, node(1, 2), "w1");
  BOOST_TEST(!work.result(task, 1, node(1, 2)));
  BOOST_TEST(work.result(task, 2, node(1, 2)));
}

BOOST_AUTO_TEST_CASE(a_node_that_begins_a_life_keeps_its_tasks) {
  lost_work work;
  work.placed(task, node(1, 1), "w1");
  work.started(task, 1, node(1, 2));
  BOOST_TEST(work.result(task, 1, node(1, 2)));
}

BOOST_AUTO_TEST_CASE(three_nodes_taken_down_and_it_fails_with_the_history) {
  lost_work work;
  for (std::uint32_t n = 1; n <= 3; ++n) {
    work.placed(task, node(n), "w" + std::to_string(n), 100);
    work.started(task, n, node(n));
    const auto lost = work.lost(node(n), "its link is lost");
    BOOST_TEST_REQUIRE(lost.size() == 1u);
    BOOST_TEST((lost[0].attempt == 0) == (n == 3));
    if (n == 3) {
      BOOST_TEST((lost[0].error.code() == error_code::unreachable));
      BOOST_TEST(to_string(lost[0].error) == "unreachable: 3 nodes were lost while it ran on them\n"
                                             "  caused by unreachable: w1: its link is lost\n"
                                             "  and by unreachable: w2: its link is lost\n"
                                             "  and by unreachable: w3: its link is lost");
    }
  }
  BOOST_TEST(work.size() == 0u);
}

BOOST_AUTO_TEST_CASE(a_task_that_had_not_started_is_not_to_blame) {
  lost_work work;
  for (std::uint32_t n = 1; n <= 9; ++n) {
    work.placed(task, node(n), "w", 0);
    BOOST_TEST(work.lost(node(n), "")[0].attempt == n + 1);
  }
  work.placed(task, node(10), "w");
  const auto lost = work.lost(node(10), "it is silent");
  BOOST_TEST(lost[0].error.message() == "10 nodes were lost that it was placed on");
  BOOST_TEST(lost[0].error.other_causes().back().message() ==
             "w: it is silent (it had not started)");
}

BOOST_AUTO_TEST_CASE(without_budget_a_body_is_not_started_twice) {
  lost_work work;
  work.placed(task, node(1), "w1", 1);
  work.started(task, 1, node(1));
  BOOST_TEST(work.lost(node(1), "")[0].attempt == 2u);
  work.placed(task, node(2), "w2", 1); // the budget is that of the first time
  work.started(task, 2, node(2));
  const auto lost = work.lost(node(2), "it is silent");
  BOOST_TEST(lost[0].attempt == 0u);
  BOOST_TEST(lost[0].error.message() == "its node was lost, and it has no attempts left");
}

BOOST_AUTO_TEST_CASE(a_loss_before_it_has_started_takes_nothing_from_the_budget) {
  lost_work work;
  work.placed(task, node(1), "w1", 1);
  work.lost(node(1), "");
  work.placed(task, node(2), "w2");
  work.started(task, 2, node(2));
  BOOST_TEST(work.lost(node(2), "")[0].attempt == 3u);
  work.placed(task, node(3), "w3");
  work.started(task, 3, node(3));
  BOOST_TEST(work.lost(node(3), "")[0].attempt == 0u);
}

BOOST_AUTO_TEST_CASE(late_news_that_it_had_started_change_nothing) {
  lost_work work;
  work.placed(task, node(1), "w1", 0);
  work.lost(node(1), "");
  work.placed(task, node(2), "w2");
  work.started(task, 1, node(1));
  work.started(task, 2, node(1));
  BOOST_TEST(work.lost(node(2), "")[0].attempt == 3u);
}

BOOST_AUTO_TEST_CASE(a_task_that_is_handed_back_costs_nothing) {
  lost_work work;
  work.placed(task, node(1), "w1", 0);
  BOOST_TEST(work.handed_back(task, 1, node(1)));
  BOOST_TEST(!work.handed_back(task, 1, node(1)));
  BOOST_TEST(!work.where(task).has_value());
  BOOST_TEST(work.placed(task, node(2), "w2") == 2u);
  BOOST_TEST(!work.handed_back(task, 1, node(1))); // late
  BOOST_TEST(work.lost(node(1), "").empty());
  work.started(task, 2, node(2));
  BOOST_TEST(!work.handed_back(task, 2, node(2))); // it runs there
  BOOST_TEST(work.result(task, 2, node(2)));
}

BOOST_AUTO_TEST_CASE(what_was_resolved_otherwise_is_forgotten) {
  lost_work work;
  work.placed(task, node(1), "w1");
  work.forget(task);
  BOOST_TEST(!work.result(task, 1, node(1)));
  BOOST_TEST(work.lost(node(1), "").empty());
}

BOOST_AUTO_TEST_CASE(what_is_on_a_node_is_sent_again_when_its_link_is_there_again) {
  lost_work work;
  work.placed(task_id{2}, node(1), "w1");
  work.placed(task_id{1}, node(1), "w1");
  work.placed(task_id{3}, node(2), "w2");
  using tasks = std::vector<std::pair<task_id, std::uint32_t>>;
  BOOST_TEST((work.on(node(1, 2)) == tasks{{task_id{1}, 1}, {task_id{2}, 1}}));
}

BOOST_AUTO_TEST_CASE(what_makes_no_sense_is_refused) {
  BOOST_CHECK_THROW(lost_work{{.nodes_taken_down = 0}}, std::invalid_argument);
  BOOST_CHECK_THROW(lost_work{{.nodes_lost = 0}}, std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
