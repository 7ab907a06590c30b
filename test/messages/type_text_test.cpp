// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/task_id.hpp>
#include <sweet/messages/type_text.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

using namespace sweet;
using sweet::detail::short_type_text;
using sweet::detail::type_text;

static_assert(type_text<int>() == "int");
static_assert(type_text<void>() == "void");
static_assert(type_text<int (*)(char)>() == "int (*)(char)");

BOOST_AUTO_TEST_SUITE(type_text_test)

BOOST_AUTO_TEST_CASE(types_of_the_library_are_as_users_write_them) {
  BOOST_TEST(short_type_text(type_text<task_id>()) == "sweet::task_id");
  const auto text = short_type_text(type_text<void(task_id, const task_id&)>());
  BOOST_TEST(text.find("(sweet::task_id, const sweet::task_id") != std::string::npos, text);
}

// As g++ writes them.
BOOST_AUTO_TEST_CASE(the_inline_namespace_is_left_out) {
  BOOST_TEST(short_type_text("void(sweet::v0_5::task_id, const sweet::v0_5::task_id&)") ==
             "void(sweet::task_id, const sweet::task_id&)");
}

BOOST_AUTO_TEST_CASE(lambdas_are_named_by_their_file) {
  const auto f = [] {};
  const auto text = short_type_text(type_text<decltype(f)>());
  BOOST_TEST(text.find("lambda") != std::string::npos, text);
  BOOST_TEST(text.find('/') == std::string::npos, text);
}

BOOST_AUTO_TEST_CASE(folders_are_left_out) {
  BOOST_TEST(short_type_text("(lambda at /src/one/main.cpp:12:3)") == "(lambda at main.cpp:12:3)");
  BOOST_TEST(short_type_text("async<void> (const (lambda at ../x/y.hpp:1:2) &, int)") ==
             "async<void> (const (lambda at y.hpp:1:2) &, int)");
}

BOOST_AUTO_TEST_SUITE_END()
