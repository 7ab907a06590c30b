// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/json/ndjson.hpp>

#include <cstddef>
#include <random>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include <sweet/testing/read_all.hpp>
#include <sweet/testing/scratch_folder.hpp>

using namespace sweet;
using nlohmann::json;
using sweet::testing::read_all;
using sweet::testing::scratch_folder;

BOOST_AUTO_TEST_SUITE(ndjson_test)

BOOST_AUTO_TEST_CASE(values) {
  scratch_folder folder;
  const auto path = folder.write("t.ndjson", "{\"a\": [1, 2.5]}\n\n \t\r\n null\r\n\"x\"\n7");
  const auto all = read_all(source::ndjson(path));
  BOOST_TEST((all.values == std::vector<json>{{{"a", {1, 2.5}}}, nullptr, "x", 7}));
  BOOST_TEST(all.errors.empty());
  BOOST_TEST(all.end == "");
  BOOST_TEST(read_all(source::ndjson(folder.write("empty.ndjson", ""))).values.empty());
}

BOOST_AUTO_TEST_CASE(a_line_that_is_no_value_is_an_error_and_the_next_one_is_read) {
  scratch_folder folder;
  const auto path = folder.write("t.ndjson", "1\n\n{\"a\": 2,}\n3\n[4\n\xFF\n1e999\n4 5\n6\n");
  const auto all = read_all(source::ndjson(path));
  BOOST_TEST((all.values == std::vector<json>{1, 3, 6}));
  const auto begin = "invalid_data: " + path;
  BOOST_REQUIRE(all.errors.size() == 5U);
  BOOST_TEST(all.errors[0].starts_with(begin + ":3: column 9: syntax error while parsing"));
  BOOST_TEST(all.errors[1].starts_with(begin + ":5: column 3: syntax error while parsing"));
  BOOST_TEST(all.errors[2].starts_with(begin + ":6: column 1: syntax error while parsing"));
  BOOST_TEST(all.errors[3].starts_with(begin + ":7: number overflow parsing '1e999'"));
  BOOST_TEST(all.errors[4].starts_with(begin + ":8: column 3: syntax error while parsing"));
  BOOST_TEST(all.end == "");
}

BOOST_AUTO_TEST_CASE(lines_that_are_too_long_or_make_long_messages) {
  scratch_folder folder;
  const auto path = folder.write("t.ndjson", "[" + std::string(5000, 'x') + "\n[1]\n");
  const auto all = read_all(source::ndjson(path));
  BOOST_TEST(all.errors.at(0).size() < 300U);
  BOOST_TEST(
      (read_all(source::ndjson(path, {.max_line = 10})).errors ==
       std::vector<std::string>{"invalid_data: " + path + ":1: the line is longer than 10 bytes"}));
}

BOOST_AUTO_TEST_CASE(files_that_cannot_be_read) {
  scratch_folder folder;
  BOOST_TEST(read_all(source::ndjson(folder / "none")).end ==
             "io: " + folder / "none" + ": No such file or directory");
  BOOST_TEST(read_all(source::ndjson(folder.path())).end ==
             "io: " + folder.path() + ": Is a directory");
}

BOOST_AUTO_TEST_CASE(garbage_is_read_to_its_end) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      scratch_folder folder;
      std::mt19937 random{seed};
      std::string text(random() % 300, '\0');
      for (auto& c : text)
        c = random() % 4 == 0 ? static_cast<char>(random()) : "{}[]\",:1e \n"[random() % 11];
      const auto path = folder.write("t.ndjson", text);
      const auto whole = read_all(source::ndjson(path));
      const auto pieces = read_all(source::ndjson(path, {.buffer_size = 1 + random() % 9}));
      BOOST_TEST((whole.values == pieces.values));
      BOOST_TEST((whole.errors == pieces.errors));
      BOOST_TEST(whole.end == "");
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
