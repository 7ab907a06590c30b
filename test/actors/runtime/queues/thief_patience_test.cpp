// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/queues/thief_patience.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>

using sweet::detail::thief_patience;
using sweet::detail::work_deque;
using namespace std::chrono_literals;

namespace thief_patience_test {
namespace {

constexpr work_deque::place here{5, 0};

/// How long it leaves a job alone that it has not seen before, to 1 us.
std::chrono::microseconds measured(thief_patience& p, thief_patience::clock::time_point& now) {
  static std::uint32_t turn = 0;
  const work_deque::place job{1, ++turn};
  auto waited = 0us;
  for (; p.leaves(0, job, now); now += 1us)
    waited += 1us;
  return waited;
}

/// A job is taken and runs.
void take(thief_patience& p, thief_patience::clock::time_point& now,
          std::chrono::microseconds runs) {
  p.has_taken(now);
  now += runs;
  BOOST_TEST(p.wants_to_know());
  p.has_run(now);
}

} // namespace
} // namespace thief_patience_test

BOOST_AUTO_TEST_SUITE(thief_patience_test)

BOOST_AUTO_TEST_CASE(a_job_is_left_for_as_long_as_it_lies_there_and_no_longer) {
  thief_patience p{2};
  thief_patience::clock::time_point now{1s};
  BOOST_TEST(p.leaves(0, here, now));
  BOOST_TEST(p.leaves(0, here, now + thief_patience::shortest - 1ns));
  BOOST_TEST(!p.leaves(0, here, now + thief_patience::shortest));
}

BOOST_AUTO_TEST_CASE(another_one_at_the_same_index_is_another_one) {
  thief_patience p{2};
  thief_patience::clock::time_point now{1s};
  BOOST_TEST(p.leaves(0, here, now));
  BOOST_TEST(p.leaves(0, {here.index, here.turn + 1}, now + 1s));
  BOOST_TEST(p.leaves(0, {here.index + 1, here.turn + 1}, now + 2s));
}

BOOST_AUTO_TEST_CASE(victims_have_nothing_to_do_with_each_other) {
  thief_patience p{2};
  thief_patience::clock::time_point now{1s};
  BOOST_TEST(p.leaves(0, here, now));
  BOOST_TEST(p.leaves(1, here, now + 1s));
  BOOST_TEST(!p.leaves(0, here, now + 1s));
}

BOOST_AUTO_TEST_CASE(it_grows_with_what_was_not_worth_it_and_shrinks_with_what_was) {
  thief_patience p{1};
  thief_patience::clock::time_point now{1s};
  BOOST_TEST((measured(p, now) == thief_patience::shortest));
  for (auto expected = thief_patience::shortest; expected < thief_patience::longest;) {
    take(p, now, 9us);
    BOOST_TEST((measured(p, now) == (expected *= 2)));
  }
  take(p, now, 1us);
  BOOST_TEST((measured(p, now) == thief_patience::longest));
  for (auto expected = thief_patience::longest; expected > thief_patience::shortest;) {
    take(p, now, 10us);
    BOOST_TEST((measured(p, now) == (expected /= 2)));
  }
  take(p, now, 1s);
  BOOST_TEST((measured(p, now) == thief_patience::shortest));
}

BOOST_AUTO_TEST_CASE(other_jobs_teach_nothing) {
  thief_patience p{1};
  thief_patience::clock::time_point now{1s};
  BOOST_TEST(!p.wants_to_know());
  take(p, now, 1us);
  BOOST_TEST(!p.wants_to_know());
}

BOOST_AUTO_TEST_CASE(victims_that_do_soon_what_they_have_woken_are_a_chain) {
  thief_patience p{2};
  thief_patience::clock::time_point now{1s};
  p.starts_search();
  BOOST_TEST(!p.saw_chains());
  BOOST_TEST(p.leaves(0, here, now));
  BOOST_TEST(p.leaves(0, here, now + 1us));
  BOOST_TEST(!p.saw_chains());
  BOOST_TEST(p.leaves(0, {here.index, here.turn + 1}, now + 2us));
  BOOST_TEST(p.saw_chains());
  p.starts_search();
  BOOST_TEST(!p.saw_chains());
}

BOOST_AUTO_TEST_SUITE_END()
