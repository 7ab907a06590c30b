// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/task_progress.hpp>

#include <boost/test/unit_test.hpp>

#include <sstream>

using sweet::task_progress;

BOOST_AUTO_TEST_SUITE(task_progress_test)

BOOST_AUTO_TEST_CASE(it_prints_what_is_known) {
  BOOST_TEST(to_string(task_progress{40, 100, "compressing"}) == "40 of 100: compressing");
  BOOST_TEST(to_string(task_progress{40, 0, "compressing"}) == "40: compressing");
  BOOST_TEST(to_string(task_progress{0, 100, ""}) == "0 of 100");
  BOOST_TEST(to_string(task_progress{0, 0, "waiting\nfor a lock"}) == "waiting?for a lock");
  BOOST_TEST(to_string(task_progress{}).empty());
  std::ostringstream out;
  out << task_progress{1, 2, "x"};
  BOOST_TEST(out.str() == "1 of 2: x");
}

BOOST_AUTO_TEST_CASE(it_is_true_once_something_is_said) {
  BOOST_TEST(!task_progress{});
  BOOST_TEST((bool{task_progress{1, 0, ""}}));
  BOOST_TEST((bool{task_progress{0, 1, ""}}));
  BOOST_TEST((bool{task_progress{0, 0, "x"}}));
}

BOOST_AUTO_TEST_SUITE_END()
