// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "json_fields.hpp"

#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

using namespace sweet::command;

namespace json_fields_test {
namespace {

using list = std::vector<std::string>;

list values(const std::string& text, const list& fields) {
  const auto read = read_json_fields(text, fields);
  BOOST_TEST(read.problem == "", text);
  return read.values;
}

std::string problem(const std::string& text, const list& fields = {"a"}) {
  const auto read = read_json_fields(text, fields);
  BOOST_TEST(read.values.size() < fields.size());
  return read.problem;
}

} // namespace
} // namespace json_fields_test

BOOST_AUTO_TEST_SUITE(json_fields_test)

BOOST_AUTO_TEST_CASE(strings_are_what_they_stand_for) {
  BOOST_TEST((values(R"({"a": "x \"y\" \n\u00e4", "b": ""})", {"b", "a"}) ==
              list{"", "x \"y\" \n\xc3\xa4"}));
}

BOOST_AUTO_TEST_CASE(all_else_is_json_with_the_digits_that_are_there) {
  const std::string text =
      R"({"a": 12345678901234567890123, "b": -0.50, "c": 1e3, "d": null, "e": true, "f": -7})";
  BOOST_TEST((values(text, {"a", "b", "c", "d", "e", "f"}) ==
              list{"12345678901234567890123", "-0.50", "1e3", "null", "true", "-7"}));
}

BOOST_AUTO_TEST_CASE(arrays_and_objects_are_written_without_blanks) {
  const std::string text =
      R"({"a": [1, [], {}, "x\"[", [2, 3]], "b": {"c": {"d": [null], "e": 1.0}, "f": "g"}, "c": 1})";
  BOOST_TEST((values(text, {"a", "b"}) ==
              list{R"([1,[],{},"x\"[",[2,3]])", R"({"c":{"d":[null],"e":1.0},"f":"g"})"}));
}

BOOST_AUTO_TEST_CASE(members_of_members_are_none_of_the_object) {
  BOOST_TEST((values(R"({"x": {"a": 1}, "a": 2, "y": [{"a": 3}]})", {"a"}) == list{"2"}));
  BOOST_TEST(problem(R"({"x": {"a": 1}})") == "has no member `a`");
}

BOOST_AUTO_TEST_CASE(the_last_member_of_a_name_counts) {
  BOOST_TEST((values(R"({"a": [1], "a": 2})", {"a"}) == list{"2"}));
}

BOOST_AUTO_TEST_CASE(the_text_itself_is_a_field_of_any_value) {
  for (const char* text : {"1", "\"x\"", "[1,  2]", "null", "{\"a\" : 1}"})
    BOOST_TEST((values(text, {""}) == list{text}));
  BOOST_TEST((values(R"({"a": 1})", {"a", ""}) == list{"1", R"({"a": 1})"}));
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_told) {
  BOOST_TEST(problem("").starts_with("is not JSON: column 1: "));
  BOOST_TEST(problem("{\"a\": }").starts_with("is not JSON: column 7: "));
  BOOST_TEST(problem("{\"a\": 1} x").starts_with("is not JSON: column "));
  BOOST_TEST(problem("{\"a\": \"\xff\"}").starts_with("is not JSON: column "));
  BOOST_TEST(problem("[1]") == "is no object, so it has no member `a`");
  BOOST_TEST(problem("7") == "is no object, so it has no member `a`");
  BOOST_TEST(problem(R"({"name": 1})", {"nmae"}) == "has no member `nmae`; did you mean `name`?");
}

BOOST_AUTO_TEST_CASE(depth_is_no_danger) {
  const std::string deep(1'000'000, '[');
  const std::string end(1'000'000, ']');
  BOOST_TEST((values("{\"a\":" + deep + end + "}", {"a"}) == list{deep + end}));
  BOOST_TEST(problem("{\"a\":" + deep).starts_with("is not JSON: "));
}

BOOST_AUTO_TEST_SUITE_END()
