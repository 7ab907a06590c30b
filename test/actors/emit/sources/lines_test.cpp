// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/sources/lines.hpp>

#include <cstddef>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <boost/test/unit_test.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sweet/actors/runtime/system/unique_fd.hpp>
#include <sweet/testing/read_all.hpp>
#include <sweet/testing/scratch_folder.hpp>
#include <sweet/testing/without_privileges.hpp>

using namespace sweet;
using namespace std::literals;
using sweet::detail::unique_fd;
using sweet::testing::read_all;
using sweet::testing::scratch_folder;

namespace lines_test {
namespace {

using texts = std::vector<std::string>;

texts read(std::string_view text, line_options options = {}) {
  scratch_folder folder;
  const auto all = read_all(source::lines(folder.write("t.txt", text), options));
  BOOST_TEST(all.errors == texts{}, boost::test_tools::per_element());
  BOOST_TEST(all.end == "");
  return all.values;
}

// Puts something in the place of standard input for a while.
class standard_input_from {
public:
  explicit standard_input_from(const unique_fd& other) { ::dup2(other.get(), STDIN_FILENO); }

  standard_input_from(const standard_input_from&) = delete;
  standard_input_from& operator=(const standard_input_from&) = delete;

  ~standard_input_from() { ::dup2(before_.get(), STDIN_FILENO); }

private:
  unique_fd before_{::dup(STDIN_FILENO)};
};

} // namespace
} // namespace lines_test

BOOST_AUTO_TEST_SUITE(lines_test)

BOOST_AUTO_TEST_CASE(lines_and_their_ends) {
  BOOST_TEST((read("") == texts{}));
  BOOST_TEST((read("\n") == texts{""}));
  BOOST_TEST((read("a\nb\n") == texts{"a", "b"}));
  BOOST_TEST((read("a\n\nb") == texts{"a", "", "b"}));
  BOOST_TEST((read("a\r\nb\r") == texts{"a\r", "b\r"}));
  BOOST_TEST((read("\0\xFF\n\n"s) == texts{"\0\xFF"s, ""}));
  BOOST_TEST((read("a\0b\n\0"s, {.delimiter = '\0'}) == texts{"a", "b\n"}));
}

BOOST_AUTO_TEST_CASE(carriage_returns) {
  constexpr line_options crlf{.crlf = true, .max_line = 3};
  BOOST_TEST((read("a\r\nb\nc\r\r\n\r\nd\r", crlf) == texts{"a", "b", "c\r", "", "d"}));
  BOOST_TEST((read("abc\r\nabc\n", crlf) == texts{"abc", "abc"}));
}

BOOST_AUTO_TEST_CASE(a_source_begins_anew_for_each_reader) {
  scratch_folder folder;
  const auto source = source::lines(folder.write("t.txt", "a\nb\n"));
  auto reader = source.open();
  BOOST_TEST(reader.next()->value() == "a");
  auto moved = std::move(reader);
  BOOST_TEST(moved.next()->value() == "b");
  BOOST_TEST(moved.line() == 2U);
  BOOST_TEST(!moved.next());
  BOOST_TEST(!moved.next());
  BOOST_TEST((read_all(source).values == texts{"a", "b"}));
}

BOOST_AUTO_TEST_CASE(a_line_that_is_too_long_is_an_error_and_the_next_one_is_read) {
  scratch_folder folder;
  for (const std::size_t buffer_size : {1u, 3u, 100u}) {
    const auto path = folder.write("t.txt", "abc\nabcd\nab\nabc\r\nabcdef");
    const auto all = read_all(source::lines(path, {.max_line = 3, .buffer_size = buffer_size}));
    BOOST_TEST((all.values == texts{"abc", "ab"}));
    const auto error = [&](int line) {
      return "invalid_data: " + path + ":" + std::to_string(line) +
             ": the line is longer than 3 bytes";
    };
    BOOST_TEST((all.errors == texts{error(2), error(4), error(5)}));
  }
  const auto path = folder.write("crlf.txt", "abc\r\nabcd\r\nabc\r\r\n");
  const auto all = read_all(source::lines(path, {.crlf = true, .max_line = 3}));
  BOOST_TEST((all.values == texts{"abc"}));
  BOOST_TEST(all.errors.size() == 2U);
}

BOOST_AUTO_TEST_CASE(no_limit) {
  const std::string line(1'000'000, 'x');
  BOOST_TEST((read(line + "\n" + line, {.max_line = std::string::npos, .buffer_size = 1000}) ==
              texts{line, line}));
}

BOOST_AUTO_TEST_CASE(files_that_cannot_be_read) {
  scratch_folder folder;
  const auto end_of = [](const std::string& path) { return read_all(source::lines(path)).end; };
  BOOST_TEST(end_of(folder / "none") == "io: " + folder / "none" + ": No such file or directory");
  BOOST_TEST(end_of(folder.path()) == "io: " + folder.path() + ": Is a directory");
  const auto secret = folder.write("secret", "a\n");
  ::chmod(secret.c_str(), 0);
  ::chmod(folder.path().c_str(), 0755);
  const sweet::testing::without_privileges nobody;
  BOOST_TEST(end_of(secret) == "io: " + secret + ": Permission denied");
}

BOOST_AUTO_TEST_CASE(standard_input) {
  scratch_folder folder;
  const unique_fd file{::open(folder.write("t.txt", "a\nb\n").c_str(), O_RDONLY | O_CLOEXEC)};
  const standard_input_from there{file};
  BOOST_TEST((read_all(source::lines("-")).values == texts{"a", "b"}));
  BOOST_TEST((read_all(source::lines("-")).values == texts{})); // it is open, and at its end
}

BOOST_AUTO_TEST_CASE(standard_input_that_does_not_block) {
  int ends[2];
  BOOST_REQUIRE(::pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0);
  const unique_fd from{ends[0]};
  unique_fd to{ends[1]};
  const standard_input_from there{from};
  auto reader = source::lines("-", {.max_line = 1}).open();
  BOOST_REQUIRE(::write(to.get(), "abc\nd", 5) == 5);
  BOOST_TEST(reader.next()->error().message() ==
             "standard input:1: the line is longer than 1 bytes");
  to.reset();
  BOOST_TEST(reader.next()->value() == "d");
  BOOST_TEST(!reader.next());
}

BOOST_AUTO_TEST_CASE(what_was_written_is_read_whatever_the_pieces) {
  for (unsigned seed = 0; seed < 500; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      std::mt19937 random{seed};
      texts written(random() % 20);
      std::string text;
      for (auto& line : written) {
        line.resize(random() % 30);
        for (auto& c : line)
          c = "ab\r\0"[random() % 4];
        text += line + '\n';
      }
      if (random() % 2 == 0 && !written.empty() && !written.back().empty())
        text.pop_back();
      BOOST_TEST((read(text, {.buffer_size = 1 + random() % 40}) == written));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_named_pipe_is_read_as_it_is_written) {
  scratch_folder folder;
  auto reader = source::lines(folder.make_fifo("fifo")).open();
  const unique_fd writer{::open((folder / "fifo").c_str(), O_RDWR | O_CLOEXEC)};
  BOOST_REQUIRE(::write(writer.get(), "one\ntwo\n", 8) == 8);
  BOOST_TEST(reader.next()->value() == "one");
  BOOST_TEST(reader.next()->value() == "two");
  BOOST_REQUIRE(::write(writer.get(), "three\n", 6) == 6);
  BOOST_TEST(reader.next()->value() == "three");
}

BOOST_AUTO_TEST_SUITE_END()
