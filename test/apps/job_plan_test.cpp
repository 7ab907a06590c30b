// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "job_plan.hpp"

#include <boost/test/unit_test.hpp>

using namespace sweet;
using namespace sweet::command;

namespace {

using places = std::vector<std::size_t>;
using skipped = std::vector<job_plan::skipped_job>;

job_file jobs(std::vector<places> needs, std::vector<task_priority> priorities = {}) {
  job_file result;
  result.jobs.resize(needs.size());
  for (std::size_t i = 0; i < needs.size(); ++i) {
    result.jobs[i].needs = std::move(needs[i]);
    if (!priorities.empty())
      result.jobs[i].priority = priorities[i];
  }
  return result;
}

} // namespace

BOOST_AUTO_TEST_SUITE(job_plan_test)

BOOST_AUTO_TEST_CASE(nothing_to_do_is_done) {
  job_plan plan{jobs({}), 1};
  BOOST_TEST(plan.done());
  BOOST_TEST(plan.start().empty());
}

BOOST_AUTO_TEST_CASE(a_diamond_waits_for_both_sides) {
  job_plan plan{jobs({{}, {0}, {0}, {1, 2}}), 10};
  BOOST_TEST((plan.start() == places{0}));
  BOOST_TEST(plan.start().empty());
  BOOST_TEST(plan.finish(0, true).empty());
  BOOST_TEST((plan.start() == places{1, 2}));
  BOOST_TEST(plan.finish(2, true).empty());
  BOOST_TEST(plan.start().empty());
  BOOST_TEST(plan.finish(1, true).empty());
  BOOST_TEST((plan.start() == places{3}));
  BOOST_TEST(!plan.done());
  BOOST_TEST(plan.finish(3, true).empty());
  BOOST_TEST(plan.done());
}

BOOST_AUTO_TEST_CASE(no_more_than_allowed_run_at_once) {
  job_plan plan{jobs({{}, {}, {}, {}, {}}), 2};
  BOOST_TEST((plan.start() == places{0, 1}));
  BOOST_TEST(plan.start().empty());
  (void)plan.finish(1, false);
  BOOST_TEST((plan.start() == places{2}));
  (void)plan.finish(0, true);
  (void)plan.finish(2, true);
  BOOST_TEST((plan.start() == places{3, 4}));
}

BOOST_AUTO_TEST_CASE(the_most_urgent_starts_first_then_the_files_order) {
  using enum task_priority;
  job_plan plan{jobs({{}, {}, {}, {}, {}, {}}, {low, normal, background, critical, normal, high}),
                1};
  places order;
  for (auto next = plan.start(); !next.empty(); next = plan.start()) {
    order.push_back(next.front());
    (void)plan.finish(next.front(), true);
  }
  BOOST_TEST((order == places{3, 5, 1, 4, 0, 2}));
}

BOOST_AUTO_TEST_CASE(a_failure_skips_what_needs_it_and_nothing_else) {
  // 0 <- 1 <- 2, 3 <- 4, 4 needs 2 too
  job_plan plan{jobs({{}, {0}, {1}, {}, {2, 3}}), 10};
  BOOST_TEST((plan.start() == places{0, 3}));
  BOOST_TEST((plan.finish(0, false) == skipped{{1, 0}, {2, 1}, {4, 2}}));
  BOOST_TEST(!plan.done());
  BOOST_TEST(plan.finish(3, true).empty());
  BOOST_TEST(plan.start().empty());
  BOOST_TEST(plan.done());
}

BOOST_AUTO_TEST_CASE(a_job_is_skipped_once) {
  job_plan plan{jobs({{}, {}, {0, 1}}), 10};
  (void)plan.start();
  BOOST_TEST((plan.finish(0, false) == skipped{{2, 0}}));
  BOOST_TEST(plan.finish(1, false).empty());
  BOOST_TEST(plan.done());
}

BOOST_AUTO_TEST_CASE(a_long_chain_is_no_burden) {
  constexpr std::size_t length = 200'000;
  std::vector<places> chain(length);
  for (std::size_t i = 1; i < length; ++i)
    chain[i] = {i - 1};
  job_plan plan{jobs(std::move(chain)), 1};
  (void)plan.start();
  BOOST_TEST(plan.finish(0, false).size() == length - 1);
  BOOST_TEST(plan.done());
}

BOOST_AUTO_TEST_SUITE_END()
