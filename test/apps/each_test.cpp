// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "ended.hpp"
#include "sweet_command.hpp"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <iterator>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

using namespace sweet;
using namespace std::literals;
using nlohmann::json;
using testing::ended;
using testing::read_file;

namespace each_test {
namespace {

using texts = std::vector<std::string>;

struct fixture : testing::sweet_command {
  ~fixture() { BOOST_TEST(left() == 0U); }

  // The job `x`, without a shell if the command needs none.
  std::string job(const std::string& keys, const std::string& run) const {
    return "[job.x]\neach = { " + keys + " }\nrun = '''" + run + "'''\n";
  }

  // The report goes to a file, where it can be read meanwhile.
  running run_with_log(const std::string& text) {
    folder.write("jobs.toml", text);
    return start({"/bin/sh", "-c", "exec $SWEET run jobs.toml > log"}, folder.path());
  }

  // Comes back once that has been heard.
  void interrupt(const running& process) const {
    process.signal(SIGINT);
    while (read_file(folder / "log").find("interrupted: asking 1 job to stop; ") ==
           std::string::npos)
      std::this_thread::yield();
  }

  // The report.
  std::string end_of(running process) const {
    const ended x{std::move(process)};
    BOOST_TEST(x.code == 130, x);
    return read_file(folder / "log");
  }
};

struct events {
  explicit events(const ended& x) {
    std::istringstream in{x.out};
    for (std::string line; std::getline(in, line);)
      all.push_back(json::parse(line));
  }

  std::vector<json> of(const std::string& event) const {
    std::vector<json> result;
    std::copy_if(all.begin(), all.end(), std::back_inserter(result),
                 [&](const json& e) { return e["event"] == event; });
    return result;
  }

  // A member of all events of the items, in the order of the items.
  texts of_items(const std::string& member) const {
    auto items = of("item_ended");
    std::sort(items.begin(), items.end(),
              [](const json& a, const json& b) { return a["index"] < b["index"]; });
    texts result;
    for (const auto& item : items)
      result.push_back(item.value(member, "none"));
    return result;
  }

  json job_end() const { return of("job_ended").at(0); }

  std::vector<json> all;
};

void equal(const texts& found, const texts& wanted) {
  BOOST_TEST(found == wanted, boost::test_tools::per_element());
}

// What a shell, a program or a report might take for something else than text.
const texts nasty{"",
                  " ",
                  "a b  c",
                  "it's",
                  "\"quoted\"",
                  "'",
                  "''",
                  "\"",
                  "$(touch x)",
                  "`touch x`",
                  "; touch x",
                  "a\nb",
                  "\ntouch x\n",
                  "' ; touch x ; '",
                  "\" ; touch x ; \"",
                  "'$(touch x)'",
                  "\\",
                  "\\'",
                  "a\\nb",
                  "$HOME",
                  "${HOME}",
                  "*",
                  "~",
                  "-n",
                  "--",
                  "#",
                  "{}",
                  "{{",
                  "%s",
                  "&",
                  ">x",
                  "| touch x",
                  "größe ☃ 木",
                  "a\tb",
                  "a\rb",
                  "!x",
                  "a=b",
                  "\x01\x7f"};

std::string as_csv(const texts& fields) {
  std::string result;
  for (const auto& field : fields) {
    std::string quoted;
    for (const char c : field)
      quoted += c == '"' ? "\"\""s : std::string{c};
    result += "\"" + quoted + "\",x\n";
  }
  return result;
}

} // namespace
} // namespace each_test

BOOST_FIXTURE_TEST_SUITE(each_test, fixture)

// -- where items come from ------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(each_line_of_a_file) {
  folder.write("list", "one\n\ntwo words\nlast");
  ended x{run(job("lines = 'list', ordered = true", "echo \"<{}>\""), {"-v", "--json"})};
  BOOST_TEST(x.code == 0, x);
  const events all{x};
  equal(all.of_items("item"), {"one", "", "two words", "last"});
  equal(all.of_items("output"), {"<one>\n", "<>\n", "<two words>\n", "<last>\n"});
}

BOOST_AUTO_TEST_CASE(each_line_of_standard_input) {
  folder.write("jobs.toml", job("lines = '-', strategy = 'serial'", "echo {} >> out"));
  ended x{start({"/bin/sh", "-c", "printf 'a\nb\n' | exec $SWEET run jobs.toml"}, folder.path())};
  BOOST_TEST(x.code == 0, x);
  BOOST_TEST(read_file(folder / "out") == "a\nb\n");
}

BOOST_AUTO_TEST_CASE(each_path_that_matches) {
  std::filesystem::create_directories(folder / "sub/in[1] a");
  for (const char* name : {"sub/in[1] a/1 x.txt", "sub/in[1] a/2.txt", "sub/in[1] a/3.png"})
    folder.write(name, "text");
  ended x{run("[job.x]\ncwd = 'sub/in[1] a'\neach = { glob = '*.txt' }\nrun = 'wc -c {}'\n"
              "[job.y]\ncwd = 'sub'\neach = { glob = '**/*.txt' }\nrun = 'wc -c {}'\n"
              "[job.z]\neach = { glob = '" +
                  folder.path() + "/s*/*/2.txt' }\nrun = 'wc -c {}'\n",
              {"-v"})};
  BOOST_TEST(x.code == 0, x);
  BOOST_TEST(x.says("\n4 1 x.txt\n"), x);
  BOOST_TEST(x.says("\n4 2.txt\n"), x);
  BOOST_TEST(x.says("\n4 in[1] a/1 x.txt\n"), x);
  BOOST_TEST(x.says("\n4 " + folder.path() + "/sub/in[1] a/2.txt\n"), x);
  BOOST_TEST(!x.says("png"), x);
}

BOOST_AUTO_TEST_CASE(each_line_of_a_command) {
  ended x{run("[job.x]\nenv = { WHO = 'me' }\neach = { command = 'echo $WHO; echo you' }\n"
              "run = 'echo hello {} >> out'\n")};
  BOOST_TEST(x.code == 0, x);
  const auto out = read_file(folder / "out");
  BOOST_TEST((out == "hello me\nhello you\n" || out == "hello you\nhello me\n"), out);
}

BOOST_AUTO_TEST_CASE(each_row_of_a_table) {
  folder.write("t.csv", "name,full name,age\nann,\"Ann, A.\",3\nbob,Bob,\n");
  ended x{run(job("csv = 't.csv', ordered = true", "echo {name}/{full name}/{age} {{a}"),
              {"-v", "--json"})};
  BOOST_TEST(x.code == 0, x);
  const events all{x};
  equal(all.of_items("output"), {"ann/Ann, A./3 {a}\n", "bob/Bob/ {a}\n"});
  equal(all.of_items("item"), {folder / "t.csv:2", folder / "t.csv:3"});
}

BOOST_AUTO_TEST_CASE(each_json_value) {
  folder.write("t.ndjson", "{\"a\": \"x y\", \"b\": 12345678901234567890123, \"c\": [1, {\"d\": "
                           "null}]}\n\n{\"c\": true, \"a\": \"\", \"b\": 1.50}\r\n");
  ended x{run(job("ndjson = 't.ndjson', ordered = true", "echo {a}/{b}/{c}"), {"-v", "--json"})};
  BOOST_TEST(x.code == 0, x);
  equal(events{x}.of_items("output"),
        {"x y/12345678901234567890123/[1,{\"d\":null}]\n", "/1.50/true\n"});
}

// -- what a command gets --------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(no_content_of_an_item_is_anything_but_an_argument) {
  folder.write("t.csv", "v,w\n" + as_csv(nasty));
  const auto outputs_of = [&](const std::string& run_key) {
    ended x{run("[job.x]\neach = { csv = 't.csv', ordered = true }\nrun = " + run_key + "\n",
                {"-v", "--json"})};
    BOOST_TEST(x.code == 0, x);
    return events{x}.of_items("output");
  };
  auto in_quotes = nasty;
  for (auto& text : in_quotes)
    text = "<" + text + ">";
  equal(outputs_of("'printf %s {v}'"), nasty);
  equal(outputs_of("'env printf %s {v}'"), nasty);
  equal(outputs_of("['printf', '%s', '{v}']"), nasty);
  equal(outputs_of("'printf %s \"<{v}>\"'"), in_quotes);
  equal(outputs_of("'printf \"<%s>\" \"$(printf \"%s\" {v}; echo .)\" | sed \"\\$s/.>$/>/\"'"),
        in_quotes);
  equal(outputs_of("\"f() {{ printf '<%s>' {v}; }; f other # {v}\""), in_quotes);
  BOOST_TEST(!std::filesystem::exists(folder / "x"));
}

BOOST_AUTO_TEST_CASE(what_runs_without_a_shell_cannot_tell) {
  std::filesystem::create_directory(folder / "sub");
  std::filesystem::create_symlink("sub", folder / "link");
  for (const char* text : {"printenv PWD HOME", "no-such-program {}", "./script {}", "sh -c env"}) {
    folder.write("sub/script", "echo a script without a first line: $1\nexit 3\n");
    std::filesystem::permissions(folder / "sub/script", std::filesystem::perms::owner_all);
    texts seen;
    for (const char* behind : {"", "; exit $?"}) {
      ended x{run("[job.x]\ncwd = 'link'\neach = { command = 'echo a' }\nrun = '" +
                      std::string{text} + behind + "'\n",
                  {"-v", "--json"})};
      const auto item = events{x}.of("item_ended").at(0);
      auto output = item["output"].get<std::string>();
      // The shell itself sets it for those that it starts, to no avail.
      for (const char* line : {"_=", "OLDPWD=", "SHLVL=", "SWEET_RUN=", "SWEET_PROCESS="})
        if (const auto at = output.find("\n"s + line); at != std::string::npos)
          output.erase(at, output.find('\n', at + 1) - at);
      seen.push_back(output + item["exit_code"].dump());
    }
    BOOST_TEST(seen[0] == seen[1], text);
  }
}

BOOST_AUTO_TEST_CASE(an_item_runs_in_what_a_job_runs_in) {
  std::filesystem::create_directory(folder / "sub");
  ended x{run("[job.x]\ncwd = 'sub'\nenv = { WHO = 'me' }\neach = { command = 'echo a' }\n"
              "run = 'echo $WHO {} > where; cat >> where'\n")};
  BOOST_TEST(x.code == 0, x);
  BOOST_TEST(read_file(folder / "sub/where") == "me a\n");
}

// -- how they are run -----------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(results_come_in_the_order_of_the_items_if_that_is_wanted) {
  folder.write("list", "09\n08\n07\n01\n05\n04\n03\n02\n06\n00\n");
  for (const char* strategy : {"ordered = true, workers = 4",
                               "ordered = true, strategy = 'adaptive'", "strategy = 'serial'"}) {
    ended x{run(job("lines = 'list', "s + strategy, "sleep 0.{}; echo {}"), {"-v", "--json"})};
    BOOST_TEST(x.code == 0, x);
    int next = 0;
    for (const auto& item : events{x}.of("item_ended"))
      BOOST_TEST(item["index"] == next++);
    BOOST_TEST(next == 10);
  }
}

BOOST_AUTO_TEST_CASE(so_many_run_at_a_time) {
  // The first ones wait for each other.
  ended x{run(job("command = 'seq 6', workers = 3",
                  "echo + >> log; until test $(grep -c + log) -ge 3; do sleep 0.01; done; "
                  "echo - >> log") +
              "timeout = '30s'\n")};
  BOOST_TEST(x.code == 0, x);
  int now = 0;
  int most = 0;
  for (const char c : read_file(folder / "log")) {
    now += c == '+' ? 1 : c == '-' ? -1 : 0;
    most = std::max(most, now);
  }
  BOOST_TEST(most == 3);
}

BOOST_AUTO_TEST_CASE(the_first_item_that_fails_is_the_last_one) {
  ended x{run(job("command = 'seq 500; sleep 1000', strategy = 'serial'",
                  "echo {} >> out; test {} != 3 || {{ echo bad; exit 4; }"),
              {})};
  BOOST_TEST(x.code == 1, x);
  BOOST_TEST(read_file(folder / "out") == "1\n2\n3\n");
  BOOST_TEST(x.says("FAIL   x  3  exit 4 after "), x);
  BOOST_TEST(x.says("       | bad\n"), x);
  BOOST_TEST(
      x.says("FAIL   x  1 of 3 items failed: 3 (exit 4); no further one was started; 2 items "
             "done in "),
      x);
}

BOOST_AUTO_TEST_CASE(all_items_run_if_that_is_wanted) {
  ended x{run(job("command = 'seq 10', on_error = 'continue', strategy = 'serial'",
                  "echo {} >> out; exit {}") +
              "[job.y]\nneeds = ['x']\nrun = 'true'\n")};
  BOOST_TEST(x.code == 1, x);
  BOOST_TEST(read_file(folder / "out") == "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n");
  BOOST_TEST(
      x.says("FAIL   x  10 of 10 items failed: 1 (exit 1), 2 (exit 2), 3 (exit 3) and 7 more; "
             "0 items done in "),
      x);
  BOOST_TEST(x.says("skip   y  needs x, which failed\n"), x);
}

BOOST_AUTO_TEST_CASE(an_item_is_tried_again) {
  const auto tries = "echo x >> {}; test $(wc -l < {}) -ge 3"s;
  ended x{run(job("command = 'echo a; echo b', retry = 2, backoff = '5ms'", tries), {"--json"})};
  BOOST_TEST(x.code == 0, x);
  for (const auto& item : events{x}.of("item_ended"))
    BOOST_TEST(item["attempts"] == 3);
  for (const char* name : {"a", "b"})
    std::filesystem::remove(folder / name);
  x = ended{run(job("command = 'echo a', retry = 1", tries))};
  BOOST_TEST(x.code == 1, x);
  BOOST_TEST(x.says("FAIL   x  a  exit 1 after "), x);
  BOOST_TEST(x.says(", attempt 2\n"), x);
}

BOOST_AUTO_TEST_CASE(each_item_has_its_time) {
  ended x{run(job("command = 'echo 0; echo 1000; echo 0', timeout = '3s', on_error = 'continue'",
                  "echo hi; exec sleep {}"),
              {"--json"})};
  BOOST_TEST(x.code == 1, x);
  const events all{x};
  equal(all.of_items("outcome"), {"succeeded", "timed_out", "succeeded"});
  equal(all.of_items("reason"), {"none", "timed out after 3.00 s", "none"});
  equal(all.of_items("output_tail"), {"none", "hi\n", "none"});
  BOOST_TEST(all.job_end()["reason"] == "1 of 3 items failed: 1000 (timed out after 3.00 s)");
}

BOOST_AUTO_TEST_CASE(what_an_item_or_the_command_of_items_has_started_ends_with_it) {
  ended x{run(R"toml(
    [job.a]
    run = "timeout 1000 sleep 1000; echo {}"
    each = { command = "setsid -f sleep 1000; echo 1", timeout = "1s" }
    [job.b]
    run = "setsid -f sleep 1000; echo {}"
    each = { command = "setsid sleep 1000 & echo 1; echo 2" }
  )toml")};
  BOOST_TEST(x.code == 1, x);
  BOOST_TEST(left() == 0U);
  BOOST_TEST(x.says("FAIL   a  1  timed out after 1.00 s\n"), x);
  BOOST_TEST(x.says("done   b  2 items in "), x);
}

BOOST_AUTO_TEST_CASE(all_items_together_have_the_time_of_the_job) {
  ended x{run("[job.x]\ntimeout = '4s'\neach = { command = 'seq 100; sleep 1000', workers = 2 }\n"
              "run = 'test {} -lt 3 || exec sleep 1000'\n",
              {"--json"})};
  BOOST_TEST(x.code == 1, x);
  const events all{x};
  BOOST_TEST(all.job_end()["outcome"] == "timed_out");
  BOOST_TEST(all.job_end()["reason"] == "timed out after 4.00 s");
  BOOST_TEST(all.job_end()["items"]["succeeded"] == 2);
  BOOST_TEST(all.job_end()["items"]["interrupted"] == 2);
  BOOST_TEST(all.of("item_ended").back()["reason"] == "SIGTERM");
}

// -- interrupts -----------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(after_one_interrupt_running_items_finish_and_none_is_started) {
  folder.make_fifo("up");
  folder.make_fifo("go");
  auto process = run_with_log(job("command = 'seq 1000; sleep 1000', workers = 1",
                                  "echo {} > up; read line < go; echo {} >> out"));
  BOOST_TEST(read_file(folder / "up") == "1\n");
  interrupt(process);
  folder.write("go", "go\n");
  const auto report = end_of(std::move(process));
  BOOST_TEST(read_file(folder / "out") == "1\n", report);
  BOOST_TEST(report.find("stop   x  1 item done in ") != std::string::npos, report);
  BOOST_TEST(report.find(": 0 done, 1 interrupted\n") != std::string::npos, report);
}

BOOST_AUTO_TEST_CASE(the_second_interrupt_kills_running_items) {
  folder.make_fifo("up");
  auto process = run_with_log(job("command = 'seq 1000', workers = 1",
                                  "trap \"\" TERM; echo up > up; while :; do sleep 0.01; done"));
  BOOST_TEST(read_file(folder / "up") == "up\n");
  interrupt(process);
  process.signal(SIGINT);
  const auto report = end_of(std::move(process));
  BOOST_TEST(report.find("interrupted again: killing 1 job\n") != std::string::npos, report);
  BOOST_TEST(report.find("stop   x  1  SIGKILL after ") != std::string::npos, report);
  BOOST_TEST(report.find("stop   x  0 items done, 1 interrupted in ") != std::string::npos, report);
}

BOOST_AUTO_TEST_CASE(an_interrupt_does_not_wait_for_items_that_do_not_come) {
  for (const auto from :
       {"lines = 'fifo'"sv, "csv = 'fifo'"sv, "command = 'echo up > up; sleep 1000'"sv}) {
    folder.make_fifo("up");
    folder.make_fifo("fifo");
    auto process = run_with_log(job(std::string{from}, "true"));
    if (from.starts_with("command"))
      BOOST_TEST(read_file(folder / "up") == "up\n");
    // One that has not been started has nothing to tell.
    while (!std::filesystem::exists(folder / "log") ||
           read_file(folder / "log").find("start  x\n") == std::string::npos)
      std::this_thread::yield();
    interrupt(process);
    const auto report = end_of(std::move(process));
    BOOST_TEST(report.find("stop   x  0 items done in ") != std::string::npos, report);
    for (const char* name : {"up", "fifo", "log"})
      std::filesystem::remove(folder / name);
  }
}

// -- what is told ---------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(events_as_json) {
  folder.write("list", "good\nbad\n");
  ended x{run(job("lines = 'list', on_error = 'continue', ordered = true",
                  "echo hi; test {} = good || exit 7"),
              {"--json"})};
  BOOST_TEST(x.code == 1, x);
  const events all{x};
  const auto items = all.of("item_ended");
  BOOST_REQUIRE(items.size() == 2U);
  BOOST_TEST(items[0]["job"] == "x");
  BOOST_TEST(items[0]["index"] == 0);
  BOOST_TEST(items[0]["item"] == "good");
  BOOST_TEST(items[0]["outcome"] == "succeeded");
  BOOST_TEST(items[0]["attempts"] == 1);
  BOOST_TEST(items[0]["exit_code"] == 0);
  BOOST_TEST(items[0]["wall"].get<double>() > 0);
  BOOST_TEST(items[0]["output_bytes"] == 3);
  BOOST_TEST(!items[0].contains("output_tail"));
  BOOST_TEST(items[1]["outcome"] == "failed");
  BOOST_TEST(items[1]["reason"] == "exit 7");
  BOOST_TEST(items[1]["exit_code"] == 7);
  BOOST_TEST(items[1]["output_tail"] == "hi\n");
  BOOST_TEST(all.of("items_counted").at(0)["total"] == 2);
  const auto end = all.job_end();
  BOOST_TEST(end["outcome"] == "failed");
  BOOST_TEST(end["reason"] == "1 of 2 items failed: bad (exit 7)");
  BOOST_TEST(
      (end["items"] == json{{"succeeded", 1}, {"failed", 1}, {"interrupted", 0}, {"total", 2}}));
  BOOST_TEST(end["rate"].get<double>() > 0);
  BOOST_TEST(end["wall"].get<double>() > 0);
}

BOOST_AUTO_TEST_CASE(a_terminal_shows_how_far_it_is) {
  // It knows how long the others take once the first one is done, and they wait for it to say so.
  folder.write("jobs.toml",
               job("command = 'seq 3', strategy = 'serial'",
                   "test {} = 1 || until grep -q ' left' seen; do sleep 0.01; done; echo {} {}") +
                   "timeout = '30s'\n");
  ended x{start({"script", "-qefc", "TERM=xterm $SWEET run -v jobs.toml", "seen"}, folder.path())};
  BOOST_TEST(x.code == 0, x);
  BOOST_TEST(x.says("\r\033[Kx: "), x);
  BOOST_TEST(x.says(" of 3 items, "), x);
  BOOST_TEST(x.says(" left"), x);
  // It is taken away before anything else is printed.
  BOOST_TEST(!x.says("left\r\n"), x);
  BOOST_TEST(x.says("3 items in "), x);
}

BOOST_AUTO_TEST_CASE(an_item_cannot_upset_a_terminal) {
  folder.write("list", "a\033[2Jb\rc\n");
  ended x{run(job("lines = 'list'", "exit 1"))};
  BOOST_TEST(x.says("FAIL   x  a\\x1b[2Jb\\x0dc  exit 1 after "), x);
  BOOST_TEST(x.says("failed: a\\x1b[2Jb\\x0dc (exit 1)"), x);
}

BOOST_AUTO_TEST_CASE(a_dry_run_tells_what_gives_the_items) {
  ended x{run(job("glob = '*.c'", "cc {}") + "[job.y]\nneeds = ['x']\nrun = 'b'\n", {"--dry-run"})};
  BOOST_TEST(x.out == "x  (for each item of glob *.c)\ny  (after x)\n");
}

// -- what goes wrong ------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(without_items_there_is_nothing_to_do) {
  folder.write("empty", "");
  folder.write("header.csv", "a,b\n");
  for (const char* from : {"lines = 'empty'", "glob = 'no*thing'", "command = 'true'",
                           "ndjson = 'empty'", "csv = 'empty'", "csv = 'header.csv'"}) {
    ended x{run(job(from, "false"))};
    BOOST_TEST(x.code == 0, x);
    BOOST_TEST(x.says("done   x  0 items in "), x);
  }
}

BOOST_AUTO_TEST_CASE(what_gives_no_items_fails_the_job) {
  const auto reason_of = [&](const std::string& from, const std::string& command = "true") {
    ended x{run(job(from + ", on_error = 'continue'", command), {"--json"})};
    BOOST_TEST(x.code == 1, x);
    return events{x}.job_end()["reason"].get<std::string>();
  };
  for (const char* origin : {"lines", "csv", "ndjson"})
    BOOST_TEST(reason_of(origin + " = 'nowhere'"s) ==
               folder / "nowhere: No such file or directory");
  BOOST_TEST(reason_of("command = 'echo a; echo no such thing >&2; exit 9'") ==
             "`echo a; echo no such thing >&2; exit 9`: exit 9: no such thing");
  folder.write("t.csv", "name,age\nann,3\n");
  BOOST_TEST(reason_of("csv = 't.csv'", "echo {nmae}") ==
             folder /
                 "t.csv has no column `nmae`; did you mean `name`?; for a brace in `run` write "
                 "`{{`");
  BOOST_TEST(reason_of("csv = 't.csv'", "echo {x}") ==
             folder /
                 "t.csv has no column `x`; known are name, age; for a brace in `run` write `{{`");
}

BOOST_AUTO_TEST_CASE(bad_rows_fail_with_their_lines) {
  folder.write("t.csv", "a,b\n1,2\n3\n4,\"5\"6\n7,8\n");
  ended x{run(job("csv = 't.csv', on_error = 'continue', ordered = true", "echo {a}"), {"--json"})};
  BOOST_TEST(x.code == 1, x);
  equal(events{x}.of_items("item"),
        {folder / "t.csv:2", folder / "t.csv:3", folder / "t.csv:4", folder / "t.csv:5"});
  equal(events{x}.of_items("reason"),
        {"none", "1 field, the header has 2", "text after the closing quote of field 2", "none"});

  folder.write("t.ndjson",
               "{\"a\": 1}\n{\"a\": \n[1]\n{\"b\": 1, \"ab\": 2}\n{\"a\": \"\\u0000\"}\n");
  x = ended{run(job("ndjson = 't.ndjson', on_error = 'continue', ordered = true", "echo {a}"),
                {"--json"})};
  BOOST_TEST(x.code == 1, x);
  const auto reasons = events{x}.of_items("reason");
  BOOST_REQUIRE(reasons.size() == 5U);
  BOOST_TEST(reasons[1].starts_with("is not JSON: column 6: syntax error"), reasons[1]);
  BOOST_TEST(reasons[2] == "is no object, so it has no member `a`");
  BOOST_TEST(reasons[3] == "has no member `a`");
  BOOST_TEST(reasons[4] == "holds a NUL byte, which no argument of a program can");
  BOOST_TEST(events{x}.job_end()["items"]["succeeded"] == 1);
}

BOOST_AUTO_TEST_CASE(an_item_that_no_argument_can_be_fails) {
  folder.write("list",
               "a\0b\n"s + std::string(131'071, 'x') + "\n" + std::string(131'072, 'x') + "\n");
  for (const char* command : {"wc -c {}", "printf %s {} | wc -c"}) {
    ended x{run(job("lines = 'list', on_error = 'continue', ordered = true", command), {"--json"})};
    BOOST_TEST(x.code == 1);
    const auto reasons = events{x}.of_items("reason");
    BOOST_REQUIRE(reasons.size() == 3U);
    BOOST_TEST(reasons[0] == "holds a NUL byte, which no argument of a program can");
    BOOST_TEST(reasons[2] == "the line is longer than 131071 bytes");
    BOOST_TEST(events{x}.of_items("item")[2] == folder / "list:3");
  }
}

BOOST_AUTO_TEST_CASE(what_is_wrong_with_a_file_is_told_before_anything_starts) {
  ended x{run(job("glob = '*', lines = 'a'", "touch started"))};
  BOOST_TEST(x.code == 2, x);
  BOOST_TEST(x.err.find("jobs.toml:2:8: error: `each` in [job.x] must say one thing that gives the "
                        "items, and says glob and lines: keep one of lines, glob, command, csv, "
                        "ndjson\n") != std::string::npos,
             x);
  BOOST_TEST(!std::filesystem::exists(folder / "started"));
}

// -- many -----------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(hundreds_of_items) {
  ended x{run(job("command = 'seq 700', workers = 8", "env echo {}"), {"--json", "-v"})};
  BOOST_TEST(x.code == 0);
  std::set<int> indices;
  for (const auto& item : events{x}.of("item_ended")) {
    const auto index = item["index"].get<int>();
    indices.insert(index);
    if (item["output"] != std::to_string(index + 1) + "\n")
      BOOST_ERROR(item.dump());
  }
  BOOST_TEST(indices.size() == 700U);
  BOOST_TEST(events{x}.job_end()["items"]["succeeded"] == 700);
}

BOOST_AUTO_TEST_CASE(of_many_failures_the_first_thousand_are_told) {
  ended x{run(job("command = 'seq 1010', workers = 8, on_error = 'continue'", "env false"))};
  BOOST_TEST(x.code == 1);
  BOOST_TEST(testing::count_of(x.out, "  exit 1 after ") == 1'000U);
  BOOST_TEST(testing::count_of(x.out, "FAIL   x  further failed items are only counted\n") == 1U);
  BOOST_TEST(x.says("FAIL   x  1010 of 1010 items failed: "));
}

BOOST_AUTO_TEST_SUITE_END()
