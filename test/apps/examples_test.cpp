// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/system/sanitizers.hpp>

#include "sweet_command.hpp"

#include <string>

#include <boost/test/unit_test.hpp>

using namespace sweet;

namespace examples_test {
namespace {

// What compresses and sums up the headers has no sanitizer: with one, a part of them is enough.
#if SWEET_ADDRESS_SANITIZER
constexpr const char* headers = "/usr/include/caf/io";
#else
constexpr const char* headers = "/usr/include/caf";
#endif

// The same figures by other means: each header for itself, and the totals from all of them at once.
constexpr const char* independent = R"sh(
LC_ALL=C; export LC_ALL
find "$2" -type f -name '*.hpp' -print0 | sort -z > "$1/all"
headers=$(tr -cd '\000' < "$1/all" | wc -c)
xargs -0 cat < "$1/all" > "$1/text"
compressed=0
tr '\000' '\n' < "$1/all" > "$1/names"
: > "$1/lines"
while IFS= read -r header; do
  gzip -9 -n < "$header" > "$1/gz"
  gz=$(stat -c %s "$1/gz")
  compressed=$((compressed + gz))
  sum=$(sha256sum < "$header")
  printf '%7d %8d %7d  %s  %s\n' "$(grep -c '' < "$header")" "$(stat -L -c %s "$header")" "$gz" "${sum%% *}" "$header" >> "$1/lines"
done < "$1/names"
echo "$headers headers, $(grep -c '' < "$1/text") lines, $(stat -c %s "$1/text") bytes, compressed $compressed"
echo
cat "$1/lines"
)sh";

std::string example(const std::string& name) {
  return SWEET_TEST_EXAMPLES "/" + name + ".toml";
}

struct fixture : testing::sweet_command {
  ~fixture() { BOOST_TEST(left() == 0U); }
};

} // namespace
} // namespace examples_test

BOOST_FIXTURE_TEST_SUITE(examples_test, fixture)

BOOST_AUTO_TEST_CASE(the_headers_are_what_shell_tools_find_too) {
  const auto out = folder / "out";
  auto run = start({"/bin/sh", "-c", "CAF_HEADERS=\"$3\" SWEET_OUT=\"$1\" exec $SWEET run \"$2\"",
                    "sh", out, example("headers"), headers},
                   "/")
                 .end();
  BOOST_TEST(to_string(run.status) == "exit 0", run.out.text() + run.err.text());
  auto expected = start({"/bin/sh", "-c", independent, "sh", folder.path(), headers}).end();
  BOOST_TEST(to_string(expected.status) == "exit 0", expected.err.text());
  const auto report = testing::read_file(out + "/report.txt");
  BOOST_TEST(report.find(" headers, ") != std::string::npos, report.substr(0, 200));
  // As a whole: BOOST_TEST would print both.
  BOOST_TEST((report == expected.out.text()));
}

BOOST_AUTO_TEST_CASE(the_headers_must_be_there) {
  auto run =
      start({"/bin/sh", "-c", "CAF_HEADERS=\"$1\" SWEET_OUT=\"$1/out\" exec $SWEET run \"$2\"",
             "sh", folder.path(), example("headers")})
          .end();
  const auto report = run.out.text();
  BOOST_TEST(to_string(run.status) == "exit 1", report);
  BOOST_TEST(report.find("no headers found: is libcaf-dev installed?") != std::string::npos,
             report);
  BOOST_TEST(report.find(": 0 done, 1 failed, 5 skipped\n") != std::string::npos, report);
}

BOOST_AUTO_TEST_CASE(the_tour_succeeds) {
  auto run = sweet({"run", example("tour")}).end();
  const auto report = run.out.text() + run.err.text();
  BOOST_TEST(to_string(run.status) == "exit 0", report);
  BOOST_TEST(report.find("5 jobs in ") != std::string::npos, report);
}

BOOST_AUTO_TEST_CASE(each_item_has_its_turn) {
  auto run = sweet({"run", "-v", example("each")}).end();
  const auto report = run.out.text() + run.err.text();
  BOOST_TEST(to_string(run.status) == "exit 0", report);
  BOOST_TEST(report.find("5 jobs in ") != std::string::npos, report);
  for (const char* text : {" semantics.md\n", "\nDear Grace \"Amazing\" Hopper, you have 30 GB.\n",
                           "\n12345678901234567890: $(not run) []\n", "\nAlan O'Turing\n"})
    BOOST_TEST(report.find(text) != std::string::npos, report);
}

BOOST_AUTO_TEST_CASE(the_stack_is_brought_up_used_and_taken_down) {
  auto run = sweet({"run", example("stack")}).end();
  const auto report = run.out.text() + run.err.text();
  BOOST_TEST(to_string(run.status) == "exit 0", report);
  BOOST_TEST(report.find("3 jobs in ") != std::string::npos, report);
  BOOST_TEST(report.find(": 3 done\n") != std::string::npos, report);
  BOOST_TEST(report.find("stop   ticks ") < report.find("stop   redis "), report);
}

BOOST_AUTO_TEST_SUITE_END()
