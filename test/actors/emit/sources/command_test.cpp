// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/sources/command.hpp>

#include <cerrno>
#include <csignal>
#include <fstream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>

#include <unistd.h>

#include <sweet/actors/process/process_group.hpp>
#include <sweet/testing/read_all.hpp>
#include <sweet/testing/scratch_folder.hpp>

using namespace sweet;
using sweet::testing::read_all;
using sweet::testing::scratch_folder;

namespace command_test {
namespace {

using texts = std::vector<std::string>;

void equal(const texts& found, const texts& wanted) {
  BOOST_TEST(found == wanted, boost::test_tools::per_element());
}

texts lines_of(const command_source& source) {
  const auto all = read_all(source);
  equal(all.errors, {});
  BOOST_TEST(all.end == "");
  return all.values;
}

} // namespace
} // namespace command_test

BOOST_AUTO_TEST_SUITE(command_test)

BOOST_AUTO_TEST_CASE(programs_and_their_arguments) {
  equal(lines_of(source::command({"printf", "%s\\n", "a b", "*"})), {"a b", "*"});
  equal(lines_of(source::command({"true"})), {});
  equal(lines_of(source::command({"printf", "a\\n\\nb"})), {"a", "", "b"});
}

BOOST_AUTO_TEST_CASE(shell_texts) {
  equal(lines_of(source::shell("printf 'b\\na\\n' | sort; echo $((1 + 1))")), {"a", "b", "2"});
}

BOOST_AUTO_TEST_CASE(each_reader_runs_the_program) {
  scratch_folder folder;
  const auto source = source::shell("echo x >> runs; wc -l < runs", {.cwd = folder.path()});
  BOOST_TEST(sweet::testing::read_file(folder.write("runs", "")) == "");
  auto never_read = source.open();
  equal(lines_of(source), {"1"});
  equal(lines_of(source), {"2"});
}

BOOST_AUTO_TEST_CASE(environment_and_input) {
  equal(lines_of(source::shell("cat; echo $x; echo ${HOME-none}",
                               {.env = {{"x", "y"}, {"HOME", std::nullopt}}})),
        {"y", "none"});
}

BOOST_AUTO_TEST_CASE(much_output) {
  const auto all = lines_of(source::command({"seq", "200000"}));
  BOOST_TEST(all.size() == 200'000U);
  BOOST_TEST(all.back() == "200000");
  equal(
      lines_of(source::command({"printf", "a,b"}, {.lines = {.delimiter = ',', .buffer_size = 0}})),
      {"a", "b"});
}

BOOST_AUTO_TEST_CASE(a_line_that_is_too_long) {
  const auto all =
      read_all(source::command({"printf", "abcd\\nab\\n"}, {.lines = {.max_line = 3}}));
  equal(all.values, {"ab"});
  equal(all.errors, {"invalid_data: `printf`:1: the line is longer than 3 bytes"});
}

BOOST_AUTO_TEST_CASE(a_failure_comes_after_the_last_line) {
  auto all = read_all(source::shell("echo a; printf b; echo no >&2; echo sorry >&2; exit 3"));
  equal(all.values, {"a", "b"});
  BOOST_TEST(all.end == "failure: `echo a; printf b; echo no >&2; echo sorry >&2; exit 3`: "
                        "exit 3: sorry");
  BOOST_TEST(read_all(source::command({"false"})).end == "failure: `false`: exit 1");
  BOOST_TEST(read_all(source::shell("kill -KILL $$")).end == "failure: `kill -KILL $$`: SIGKILL");
  // Its output ends before it does.
  BOOST_TEST(read_all(source::shell("exec >&-; exit 4")).end ==
             "failure: `exec >&-; exit 4`: exit 4");
}

BOOST_AUTO_TEST_CASE(what_it_says_on_standard_error_is_no_line_and_blocks_nobody) {
  const auto all = read_all(source::shell("seq 100000 >&2; echo a; seq 100000 >&2; exit 1"));
  equal(all.values, {"a"});
  BOOST_TEST(all.end.ends_with(": exit 1: 100000"));
}

BOOST_AUTO_TEST_CASE(programs_that_cannot_be_run) {
  BOOST_TEST(read_all(source::command({"no-such-program"}))
                 .end.starts_with("io: cannot run `no-such-program`: not found in PATH"));
  BOOST_TEST(read_all(source::command({})).end == "io: cannot run a process without a program");
  BOOST_TEST(read_all(source::command({"true"}, {.cwd = "/none"})).end ==
             "io: cannot enter folder `/none`: No such file or directory");
}

BOOST_AUTO_TEST_CASE(a_reader_that_is_destroyed_kills_the_whole_group) {
  std::optional<line_reader> reader = source::shell("echo $$; sleep 1000 & sleep 1000").open();
  const auto pid = std::stoi(std::move(*reader->next()).value());
  auto moved = std::move(*reader);
  reader.reset();
  BOOST_TEST(::kill(pid, 0) == 0);
  {
    const auto gone = std::move(moved);
  }
  BOOST_TEST(::kill(pid, 0) == -1);
  BOOST_TEST(errno == ESRCH);
  BOOST_TEST(!detail::group_runs(pid)); // its child is gone too
}

BOOST_AUTO_TEST_CASE(what_is_left_behind_at_the_end_is_killed) {
  const auto all = lines_of(source::shell("echo $$; sleep 1000 >/dev/null 2>&1 &"));
  BOOST_TEST(!detail::group_runs(std::stoi(all.at(0))));
}

BOOST_AUTO_TEST_CASE(what_holds_the_output_is_no_reason_to_wait_for_ever) {
  const auto all = lines_of(source::shell("sleep 1000 & echo $$"));
  BOOST_TEST(all.size() == 1U);
  BOOST_TEST(!detail::group_runs(std::stoi(all.at(0))));
}

BOOST_AUTO_TEST_CASE(lines_come_as_they_are_written) {
  scratch_folder folder;
  const auto gate = folder.make_fifo("gate");
  auto reader = source::shell("echo a; cat gate >/dev/null; echo b", {.cwd = folder.path()}).open();
  BOOST_TEST(reader.next()->value() == "a");
  std::ofstream{gate} << "go";
  BOOST_TEST(reader.next()->value() == "b");
  BOOST_TEST(!reader.next());
}

BOOST_AUTO_TEST_SUITE_END()
