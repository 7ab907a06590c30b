// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Which status a task may go to from which is held by test/actors/task/status_moves_test.cpp.

#include <sweet/messages/task_status.hpp>

#include <boost/test/unit_test.hpp>

using namespace sweet;

BOOST_AUTO_TEST_SUITE(task_status_test)

BOOST_AUTO_TEST_CASE(three_are_terminal) {
  BOOST_TEST(is_terminal(task_status::completed));
  BOOST_TEST(is_terminal(task_status::failed));
  BOOST_TEST(is_terminal(task_status::cancelled));
  BOOST_TEST(!is_terminal(task_status::pending));
  BOOST_TEST(!is_terminal(task_status::running));
  BOOST_TEST(!is_terminal(task_status::pending_cancellation));
  BOOST_TEST(!is_terminal(static_cast<task_status>(6)));
}

BOOST_AUTO_TEST_SUITE_END()
