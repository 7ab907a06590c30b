// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/process/captured_output.hpp>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string>

#include <boost/test/unit_test.hpp>

#include <sys/resource.h>

#include <sweet/testing/scratch_folder.hpp>

using sweet::captured_output;

namespace captured_output_test {
namespace {

constexpr auto limit = captured_output::memory_limit;

// Sets $TMPDIR for a while.
class spill_to {
public:
  explicit spill_to(const std::string& folder) {
    if (const char* before = std::getenv("TMPDIR"))
      before_ = before;
    ::setenv("TMPDIR", folder.c_str(), 1);
  }

  spill_to(const spill_to&) = delete;
  spill_to& operator=(const spill_to&) = delete;

  ~spill_to() {
    if (before_.empty())
      ::unsetenv("TMPDIR");
    else
      ::setenv("TMPDIR", before_.c_str(), 1);
  }

private:
  std::string before_;
};

} // namespace
} // namespace captured_output_test

BOOST_AUTO_TEST_SUITE(captured_output_test)

BOOST_AUTO_TEST_CASE(is_empty_at_first) {
  captured_output x;
  BOOST_TEST(x.size() == 0U);
  BOOST_TEST(x.text() == "");
  BOOST_TEST(x.tail(20) == "");
  BOOST_TEST(x.read(0, 10) == "");
}

BOOST_AUTO_TEST_CASE(keeps_all_bytes_in_order) {
  captured_output x;
  std::string all;
  for (int i = 0; i < 512; ++i)
    all += static_cast<char>(i);
  for (char c : all)
    x.append({&c, 1});
  BOOST_TEST(x.size() == 512U);
  BOOST_TEST(x.text() == all);
  BOOST_TEST(x.read(510, 10) == all.substr(510));
  BOOST_TEST(x.read(3, 2) == all.substr(3, 2));
  BOOST_TEST(!x.spilled());
}

BOOST_AUTO_TEST_CASE(spills_past_the_limit_and_not_before) {
  captured_output x;
  x.append(std::string(limit, 'a'));
  BOOST_TEST(!x.spilled());
  x.append("b");
  BOOST_TEST(x.spilled());
  x.append("cd\n");
  BOOST_TEST(x.size() == limit + 4);
  BOOST_TEST(x.read(limit - 1, 100) == "abcd\n");
  BOOST_TEST((x.text() == std::string(limit, 'a') + "bcd\n"));
  BOOST_TEST(x.error() == 0);
  BOOST_TEST(x.lost() == 0U);
}

BOOST_AUTO_TEST_CASE(the_spill_file_has_no_name) {
  sweet::testing::scratch_folder folder;
  spill_to there{folder.path()};
  captured_output x;
  x.append(std::string(limit + 1, 'a'));
  BOOST_TEST(x.spilled());
  BOOST_TEST(std::filesystem::is_empty(folder.path()));
}

BOOST_AUTO_TEST_CASE(another_folder_serves_if_the_named_one_does_not_exist) {
  spill_to nowhere{"/nonexistent"};
  captured_output x;
  x.append(std::string(limit + 1, 'a'));
  BOOST_TEST(x.error() == 0);
  BOOST_TEST(x.spilled());
  BOOST_TEST(x.size() == limit + 1);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_kept_is_counted) {
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small{limit, before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &small);
  const auto deadly = std::signal(SIGXFSZ, SIG_IGN);
  captured_output x;
  x.append("kept\n");
  x.append(std::string(limit, 'a'));
  x.append("more");
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, deadly);
  BOOST_TEST(x.error() == EFBIG);
  BOOST_TEST(x.size() == limit);
  BOOST_TEST(x.lost() == 9U);
}

BOOST_AUTO_TEST_CASE(a_tail_begins_with_a_whole_character) {
  captured_output x;
  x.append("\u00e4\u20ac\n");
  BOOST_TEST(x.tail(1, 6) == "\u00e4\u20ac\n");
  BOOST_TEST(x.tail(1, 5) == "\u20ac\n");
  BOOST_TEST(x.tail(1, 3) == "\n");
}

BOOST_AUTO_TEST_CASE(tail_gives_the_last_lines) {
  captured_output x;
  x.append("a\nbb\n\nccc\n");
  BOOST_TEST(x.tail(0) == "");
  BOOST_TEST(x.tail(1) == "ccc\n");
  BOOST_TEST(x.tail(2) == "\nccc\n");
  BOOST_TEST(x.tail(3) == "bb\n\nccc\n");
  BOOST_TEST(x.tail(4) == "a\nbb\n\nccc\n");
  BOOST_TEST(x.tail(20) == "a\nbb\n\nccc\n");
  x.append("d");
  BOOST_TEST(x.tail(1) == "d");
  BOOST_TEST(x.tail(2) == "ccc\nd");
}

BOOST_AUTO_TEST_CASE(tail_of_empty_lines) {
  captured_output x;
  x.append("\n\n");
  BOOST_TEST(x.tail(1) == "\n");
  BOOST_TEST(x.tail(2) == "\n\n");
  BOOST_TEST(x.tail(3) == "\n\n");
}

BOOST_AUTO_TEST_CASE(tail_is_bounded_in_bytes) {
  captured_output x;
  x.append(std::string(1000, 'x') + "end\n");
  BOOST_TEST(x.tail(1, 6) == "xxend\n");
}

BOOST_AUTO_TEST_CASE(tail_of_a_file) {
  captured_output x;
  for (int i = 0; i < 300000; ++i)
    x.append("line " + std::to_string(i) + "\n");
  BOOST_TEST(x.spilled());
  BOOST_TEST(x.tail(2) == "line 299998\nline 299999\n");
}

BOOST_AUTO_TEST_CASE(moves) {
  captured_output a;
  a.append(std::string(limit + 1, 'a'));
  captured_output b{std::move(a)};
  BOOST_TEST(b.size() == limit + 1);
  BOOST_TEST(b.read(limit, 1) == "a");
  captured_output c;
  c.append("c");
  c = std::move(b);
  BOOST_TEST(c.size() == limit + 1);
}

BOOST_AUTO_TEST_SUITE_END()
