// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/dependencies/dependency_plan.hpp>

#include <boost/test/unit_test.hpp>

using namespace sweet;
using enum graph_task_state;

namespace dependency_plan_test {
namespace {

using places = std::vector<std::size_t>;

constexpr auto no_limit = dependency_plan::no_limit;
constexpr auto none = dependency_plan::none;

// 0 <- 1 <- 2, 3 <- 4, 4 needs 2 too
const dependency_lists two_branches{{}, {0}, {1}, {}, {2, 3}};

places because(const dependency_plan& plan, const places& tasks) {
  places result;
  for (const auto t : tasks)
    result.push_back(plan.because_of(t));
  return result;
}

} // namespace
} // namespace dependency_plan_test

BOOST_AUTO_TEST_SUITE(dependency_plan_test)

BOOST_AUTO_TEST_CASE(nothing_to_do_is_done) {
  dependency_plan plan{{}, {}, 1};
  BOOST_TEST(plan.done());
  BOOST_TEST(plan.size() == 0u);
  BOOST_TEST(plan.start().empty());
  BOOST_TEST((plan.cancel_all() == dependency_plan::cancellation{}));
}

BOOST_AUTO_TEST_CASE(a_diamond_waits_for_both_sides) {
  dependency_plan plan{{{}, {0}, {0}, {1, 2}}, {}, no_limit};
  BOOST_TEST(plan.size() == 4u);
  BOOST_TEST(plan.state_of(0) == ready);
  BOOST_TEST(plan.state_of(3) == waiting);
  BOOST_TEST(plan.because_of(3) == 1u);
  BOOST_TEST((plan.start() == places{0}));
  BOOST_TEST(plan.state_of(0) == running);
  BOOST_TEST(plan.start().empty());
  BOOST_TEST(plan.finish(0, completed).empty());
  BOOST_TEST(plan.state_of(0) == completed);
  BOOST_TEST((plan.start() == places{1, 2}));
  BOOST_TEST(plan.finish(1, completed).empty());
  BOOST_TEST(plan.start().empty());
  BOOST_TEST(plan.because_of(3) == 2u);
  BOOST_TEST(plan.finish(2, completed).empty());
  BOOST_TEST((plan.start() == places{3}));
  BOOST_TEST(plan.because_of(3) == none);
  BOOST_TEST(!plan.done());
  BOOST_TEST(plan.finish(3, completed).empty());
  BOOST_TEST(plan.done());
  BOOST_TEST(plan.count(completed) == 4u);
}

BOOST_AUTO_TEST_CASE(a_need_that_is_given_twice_is_one) {
  dependency_plan plan{{{}, {0, 0}}, {}, no_limit};
  static_cast<void>(plan.start());
  static_cast<void>(plan.finish(0, completed));
  BOOST_TEST((plan.start() == places{1}));
}

BOOST_AUTO_TEST_CASE(no_more_than_allowed_run_at_once) {
  dependency_plan plan{dependency_lists(5), {}, 2};
  BOOST_TEST((plan.start() == places{0, 1}));
  BOOST_TEST(plan.start().empty());
  plan.finish(1, failed);
  BOOST_TEST((plan.start() == places{2}));
  plan.finish(0, completed);
  plan.finish(2, graph_task_state::cancelled);
  BOOST_TEST((plan.start() == places{3, 4}));
}

BOOST_AUTO_TEST_CASE(the_most_urgent_starts_first_then_in_order) {
  using enum task_priority;
  dependency_plan plan{dependency_lists(6), {low, normal, background, critical, normal, high}, 1};
  places order;
  for (auto next = plan.start(); !next.empty(); next = plan.start()) {
    order.push_back(next.front());
    plan.finish(next.front(), completed);
  }
  BOOST_TEST((order == places{3, 5, 1, 4, 0, 2}));
}

BOOST_AUTO_TEST_CASE(a_failure_skips_what_needs_it_and_nothing_else) {
  for (const auto how : {failed, graph_task_state::cancelled}) {
    dependency_plan plan{two_branches, {}, no_limit};
    BOOST_TEST((plan.start() == places{0, 3}));
    BOOST_TEST((plan.finish(0, how) == places{1, 2, 4}));
    BOOST_TEST((because(plan, {0, 1, 2, 4}) == places{none, 0, 1, 2}));
    BOOST_TEST(plan.state_of(0) == how);
    BOOST_TEST(plan.count(skipped) == 3u);
    BOOST_TEST(!plan.done());
    BOOST_TEST(plan.finish(3, completed).empty());
    BOOST_TEST(plan.start().empty());
    BOOST_TEST(plan.done());
  }
}

BOOST_AUTO_TEST_CASE(a_task_is_skipped_once) {
  dependency_plan plan{{{}, {}, {0, 1}}, {}, no_limit};
  static_cast<void>(plan.start());
  BOOST_TEST((plan.finish(0, failed) == places{2}));
  BOOST_TEST(plan.finish(1, failed).empty());
  BOOST_TEST(plan.because_of(2) == 0u);
  BOOST_TEST(plan.done());
}

BOOST_AUTO_TEST_CASE(only_what_is_selected_runs) {
  dependency_plan plan{two_branches, {}, no_limit, with_needs(two_branches, {1})};
  BOOST_TEST(plan.count(unselected) == 3u);
  BOOST_TEST((plan.start() == places{0}));
  BOOST_TEST(plan.finish(0, completed).empty());
  BOOST_TEST((plan.start() == places{1}));
  BOOST_TEST(plan.finish(1, failed).empty());
  BOOST_TEST(plan.done());
  BOOST_TEST((plan.cancel(4) == dependency_plan::cancellation{}));
  BOOST_TEST(plan.state_of(4) == unselected);
}

BOOST_AUTO_TEST_CASE(cancelled_before_it_starts_it_takes_its_dependents_along) {
  dependency_plan plan{two_branches, {}, no_limit};
  static_cast<void>(plan.start());
  BOOST_TEST((plan.cancel(1) == dependency_plan::cancellation{{1, 2, 4}, {}}));
  BOOST_TEST((because(plan, {1, 2, 4}) == places{none, 1, 2}));
  BOOST_TEST(plan.count(graph_task_state::cancelled) == 3u);
  BOOST_TEST(plan.finish(0, completed).empty());
  BOOST_TEST(plan.finish(3, completed).empty());
  BOOST_TEST(plan.start().empty());
  BOOST_TEST(plan.done());
}

BOOST_AUTO_TEST_CASE(cancelled_while_it_runs_it_ends_as_it_ends) {
  dependency_plan plan{two_branches, {}, no_limit};
  static_cast<void>(plan.start());
  BOOST_TEST((plan.cancel(0) == dependency_plan::cancellation{{1, 2, 4}, {0}}));
  BOOST_TEST(plan.state_of(0) == running);
  BOOST_TEST((plan.cancel(0) == dependency_plan::cancellation{{}, {0}}));
  // It was faster, or its clean-up failed: its dependents stay as they are.
  BOOST_TEST(plan.finish(0, completed).empty());
  BOOST_TEST(plan.state_of(0) == completed);
  BOOST_TEST(plan.state_of(1) == graph_task_state::cancelled);
  BOOST_TEST(plan.finish(3, failed).empty());
  BOOST_TEST(plan.done());
}

BOOST_AUTO_TEST_CASE(cancelled_after_its_end_it_still_takes_its_dependents_along) {
  dependency_plan plan{two_branches, {}, no_limit};
  static_cast<void>(plan.start());
  plan.finish(0, completed);
  static_cast<void>(plan.start());
  BOOST_TEST((plan.cancel(0) == dependency_plan::cancellation{{2, 4}, {1}}));
  BOOST_TEST(plan.because_of(2) == 1u);
}

BOOST_AUTO_TEST_CASE(what_was_cancelled_while_it_waited_for_its_turn_is_passed_over) {
  dependency_plan plan{dependency_lists(3), {}, 1};
  BOOST_TEST((plan.start() == places{0}));
  BOOST_TEST((plan.cancel(1) == dependency_plan::cancellation{{1}, {}}));
  plan.finish(0, completed);
  BOOST_TEST((plan.start() == places{2}));
}

BOOST_AUTO_TEST_CASE(all_can_be_cancelled) {
  dependency_plan plan{two_branches, {}, 1};
  static_cast<void>(plan.start());
  BOOST_TEST((plan.cancel_all() == dependency_plan::cancellation{{1, 2, 3, 4}, {0}}));
  BOOST_TEST(!plan.done());
  BOOST_TEST(plan.finish(0, graph_task_state::cancelled).empty());
  BOOST_TEST(plan.done());
  BOOST_TEST(plan.count(graph_task_state::cancelled) == 5u);
}

BOOST_AUTO_TEST_CASE(a_long_chain_is_no_burden) {
  constexpr std::size_t length = 200'000;
  dependency_lists chain(length);
  for (std::size_t i = 1; i < length; ++i)
    chain[i] = {i - 1};
  dependency_plan plan{chain, {}, 1};
  static_cast<void>(plan.start());
  BOOST_TEST(plan.finish(0, failed).size() == length - 1);
  BOOST_TEST(plan.done());
  dependency_plan other{chain, {}, 1};
  BOOST_TEST(other.cancel(0).dropped.size() == length);
  BOOST_TEST(other.done());
}

BOOST_AUTO_TEST_SUITE_END()
