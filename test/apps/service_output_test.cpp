// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "service_output.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using sweet::command::service_output;

BOOST_AUTO_TEST_SUITE(service_output_test)

BOOST_AUTO_TEST_CASE(the_last_lines_are_kept) {
  service_output output{""};
  for (int i = 1; i <= 100; ++i)
    output.add(std::to_string(i) + "\n");
  output.add("half");
  std::string expected;
  for (int i = 81; i <= 100; ++i)
    expected += std::to_string(i) + "\n";
  BOOST_TEST(output.tail() == expected + "half");
}

BOOST_AUTO_TEST_CASE(the_text_is_found_however_it_comes) {
  for (std::size_t cut = 0; cut <= 14; ++cut) {
    service_output output{"serving"};
    const std::string text = "a\nnow serving\n";
    output.add(text.substr(0, cut));
    output.add(text.substr(cut));
    BOOST_TEST(output.seen().is_set(), "cut at " << cut);
  }
}

BOOST_AUTO_TEST_CASE(the_text_need_not_wait_for_the_end_of_its_line) {
  service_output output{"serving"};
  output.add("now servin");
  BOOST_TEST(!output.seen().is_set());
  output.add("g");
  BOOST_TEST(output.seen().is_set());
}

BOOST_AUTO_TEST_CASE(the_text_is_not_found_across_lines) {
  service_output output{"serving"};
  output.add("ser\nving\n");
  BOOST_TEST(!output.seen().is_set());
}

BOOST_AUTO_TEST_CASE(a_line_without_an_end_is_cut) {
  service_output output{""};
  for (int i = 0; i < 100; ++i)
    output.add(std::string(1000, 'x'));
  const std::string cut(service_output::longest_line, 'x');
  BOOST_TEST(output.tail() == cut);
  output.add("\nnext\n");
  BOOST_TEST(output.tail() == cut + "\nnext\n");
}

BOOST_AUTO_TEST_SUITE_END()
