// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "progress_line.hpp"

#include <boost/test/unit_test.hpp>

using namespace sweet::command;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(progress_line_test)

BOOST_AUTO_TEST_CASE(on_a_terminal_it_is_the_last_line) {
  progress_line line{true};
  BOOST_TEST(line.take_away() == "");
  BOOST_TEST(line.timeout(0s) == 200);
  BOOST_TEST(!line.is_due(199ms));
  BOOST_TEST(line.is_due(200ms));
  BOOST_TEST(line.show("12345678", 80, 200ms) == "\r\033[K12345678");
  BOOST_TEST(line.timeout(300ms) == 100);
  BOOST_TEST(line.timeout(1s) == 0);
  BOOST_TEST(line.show("12345678", 5, 400ms) == "\r\033[K1234");
  BOOST_TEST(line.take_away() == "\r\033[K");
  BOOST_TEST(line.take_away() == "");
  BOOST_TEST(line.show("", 80, 600ms) == "");
}

BOOST_AUTO_TEST_CASE(elsewhere_it_is_a_line_now_and_then) {
  progress_line line{false};
  BOOST_TEST(line.timeout(0s) == 10'000);
  BOOST_TEST(line.show("x", 80, 10s) == "       x\n");
  BOOST_TEST(!line.is_due(19s));
  BOOST_TEST(line.take_away() == "");
  BOOST_TEST(line.show("", 80, 20s) == "");
}

BOOST_AUTO_TEST_SUITE_END()
