// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/log_record.hpp>

#include <boost/test/unit_test.hpp>

#include <sstream>

using namespace sweet;

BOOST_AUTO_TEST_SUITE(log_record_test)

BOOST_AUTO_TEST_CASE(it_prints_as_one_line) {
  BOOST_TEST(to_string(log_record{log_level::warning, task_id{12}, "download", "no answer", {}}) ==
             "warning: download #12: no answer");
  BOOST_TEST(to_string(log_record{log_level::error, task_id{3}, "", "lost", {}}) ==
             "error: task #3: lost");
  BOOST_TEST(to_string(log_record{log_level::info, {}, "", "up", {}}) == "info: up");
  std::ostringstream out;
  out << log_record{log_level::debug, task_id{1}, "a\nb", "c\x1b[31m\r\n\td", {}};
  BOOST_TEST(out.str() == "debug: a?b #1: c?[31m???d");
}

BOOST_AUTO_TEST_CASE(levels_rise) {
  BOOST_TEST((log_level::debug < log_level::info));
  BOOST_TEST((log_level::info < log_level::warning));
  BOOST_TEST((log_level::warning < log_level::error));
  BOOST_TEST((from_string<log_level>("warning") == log_level::warning));
}

BOOST_AUTO_TEST_SUITE_END()
