// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/task_status.hpp>

#include <boost/test/unit_test.hpp>

#include <set>
#include <utility>

using namespace sweet;
using enum task_status;

BOOST_AUTO_TEST_SUITE(task_status_test)

BOOST_AUTO_TEST_CASE(only_the_moves_of_the_specification_are_legal) {
  const std::set<std::pair<task_status, task_status>> legal{
      {pending, running},
      {pending, pending_cancellation},
      {pending, failed},
      {running, completed},
      {running, failed},
      {running, pending_cancellation},
      {pending_cancellation, task_status::cancelled},
      {pending_cancellation, completed},
      {pending_cancellation, failed},
  };
  for (int from = 0; from < 6; ++from) {
    for (int to = 0; to < 6; ++to) {
      const std::pair move{static_cast<task_status>(from), static_cast<task_status>(to)};
      BOOST_TEST(is_legal_move(move.first, move.second) == legal.contains(move),
                 move.first << " -> " << move.second);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_terminal_status_never_changes) {
  for (int i = 0; i < 6; ++i) {
    const auto from = static_cast<task_status>(i);
    bool may_change = false;
    for (int to = 0; to < 6; ++to)
      may_change = may_change || is_legal_move(from, static_cast<task_status>(to));
    BOOST_TEST(is_terminal(from) == !may_change, from);
  }
  BOOST_TEST(is_terminal(completed));
  BOOST_TEST(is_terminal(failed));
  BOOST_TEST(is_terminal(task_status::cancelled));
}

BOOST_AUTO_TEST_CASE(what_is_no_status_goes_nowhere) {
  const auto strange = static_cast<task_status>(6);
  BOOST_TEST(!is_terminal(strange));
  BOOST_TEST(!is_legal_move(strange, running));
  BOOST_TEST(!is_legal_move(pending, strange));
}

BOOST_AUTO_TEST_SUITE_END()
