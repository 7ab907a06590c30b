// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "did_you_mean.hpp"

#include <boost/test/unit_test.hpp>

using sweet::command::did_you_mean;
using sweet::command::nearest_name;

BOOST_AUTO_TEST_SUITE(did_you_mean_test)

BOOST_AUTO_TEST_CASE(forgives_one_slip_of_each_kind) {
  const std::vector<std::string_view> known{"run", "needs", "timeout", "priority"};
  BOOST_TEST(nearest_name("nedes", known) == "needs");
  BOOST_TEST(nearest_name("need", known) == "needs");
  BOOST_TEST(nearest_name("needss", known) == "needs");
  BOOST_TEST(nearest_name("neets", known) == "needs");
  BOOST_TEST(nearest_name("time_out", known) == "timeout");
  BOOST_TEST(nearest_name("ran", known) == "run");
}

BOOST_AUTO_TEST_CASE(says_nothing_rather_than_nonsense) {
  const std::vector<std::string_view> known{"run", "needs"};
  BOOST_TEST(nearest_name("image", known) == "");
  BOOST_TEST(nearest_name("r", known) == "");
  BOOST_TEST(nearest_name("", known) == "");
  BOOST_TEST(nearest_name("run", {}) == "");
  BOOST_TEST(did_you_mean("image", known) == "");
}

BOOST_AUTO_TEST_CASE(prefers_the_nearest_and_then_the_first) {
  BOOST_TEST(nearest_name("tests", {"tasks", "test"}) == "test");
  BOOST_TEST(nearest_name("test", {"text", "rest"}) == "text");
}

BOOST_AUTO_TEST_CASE(words_it_as_a_question) {
  BOOST_TEST(did_you_mean("nedes", {"needs"}) == "; did you mean `needs`?");
}

BOOST_AUTO_TEST_SUITE_END()
