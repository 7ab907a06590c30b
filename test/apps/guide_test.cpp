// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <string>

#include <boost/test/unit_test.hpp>

#include <sweet/testing/scratch_folder.hpp>

#include "job_file.hpp"

namespace {

const std::string source = SWEET_TEST_SOURCE;

void check_snippets(const std::string& document, const std::string& example, int expected) {
  const auto text = sweet::testing::read_file(source + "/" + document);
  const auto whole =
      sweet::testing::read_file(source + "/apps/sweet/examples/" + example + ".toml");
  const std::string opening = "```toml\n";
  int snippets = 0;
  for (auto at = text.find(opening); at != std::string::npos; at = text.find(opening, at)) {
    at += opening.size();
    const auto snippet = text.substr(at, text.find("```", at) - at);
    BOOST_TEST(whole.find(snippet) != std::string::npos, document << ":\n" << snippet);
    ++snippets;
  }
  BOOST_TEST(snippets == expected, document);
}

} // namespace

BOOST_AUTO_TEST_SUITE(guide_test)

BOOST_AUTO_TEST_CASE(every_snippet_is_part_of_an_example) {
  check_snippets("docs/guides/job-files.md", "tour", 4);
  check_snippets("README.md", "headers", 1);
}

BOOST_AUTO_TEST_CASE(every_example_is_a_good_job_file) {
  for (const char* name : {"headers", "tour"}) {
    const auto reading =
        sweet::command::read_job_file(source + "/apps/sweet/examples/" + name + ".toml");
    for (const auto& error : reading.errors)
      BOOST_ERROR(to_string(error));
  }
}

BOOST_AUTO_TEST_SUITE_END()
