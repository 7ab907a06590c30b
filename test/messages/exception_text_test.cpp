// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/exception_text.hpp>
#include <sweet/messages/task_error.hpp>

#include <boost/test/unit_test.hpp>

#include <stdexcept>

using namespace sweet;

namespace exception_text_test {

struct says_nothing : std::exception {
  const char* what() const noexcept override { return nullptr; }
};

namespace {

template <class T>
std::string text_of(T thrown) {
  try {
    throw thrown;
  } catch (...) {
    return detail::exception_text();
  }
}

} // namespace
} // namespace exception_text_test

BOOST_AUTO_TEST_SUITE(exception_text_test)

BOOST_AUTO_TEST_CASE(what_is_thrown_has_a_text) {
  BOOST_TEST(text_of(std::runtime_error{"no route"}) == "no route");
  BOOST_TEST(text_of(says_nothing{}) == "exception_text_test::says_nothing without a text");
  BOOST_TEST(detail::exception_text(says_nothing{}) ==
             "exception_text_test::says_nothing without a text");
  BOOST_TEST(text_of(task_error{error_code::io, "disk"}) == "io: disk");
  BOOST_TEST(text_of(5) == "an exception that is not derived from std::exception");
}

BOOST_AUTO_TEST_SUITE_END()
