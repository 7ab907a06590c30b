// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "ended.hpp"
#include "sweet_command.hpp"

#include <sweet/actors/process/running_process.hpp>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

using namespace sweet;
using nlohmann::json;
using testing::count_of;
using testing::ended;
using testing::read_file;

namespace run_test {
namespace {

struct fixture : testing::sweet_command {
  ~fixture() { BOOST_TEST(left() == 0U); }
};

std::vector<json> events_of(const std::string& lines) {
  std::vector<json> result;
  std::istringstream in{lines};
  for (std::string line; std::getline(in, line);)
    result.push_back(json::parse(line));
  return result;
}

} // namespace
} // namespace run_test

BOOST_FIXTURE_TEST_SUITE(run_test, fixture)

BOOST_AUTO_TEST_CASE(runs_a_job) {
  ended x{run("[job.hello]\nrun = 'echo hidden'\n")};
  BOOST_TEST(x.code == 0, x);
  BOOST_TEST(x.out.starts_with("start  hello\ndone   hello  "), x);
  BOOST_TEST(x.says("1 job in "), x);
  BOOST_TEST(!x.says("hidden"), x);
  BOOST_TEST(x.err == "");
}

BOOST_AUTO_TEST_CASE(needs_order_a_diamond) {
  ended x{run(R"(
    [job.last]
    run = "echo last >> log"
    needs = ["left", "right"]
    [job.left]
    run = "echo left >> log"
    needs = ["first"]
    [job.right]
    run = "echo right >> log"
    needs = ["first"]
    [job.first]
    run = "echo first >> log"
  )")};
  BOOST_TEST(x.code == 0, x);
  const auto log = read_file(folder / "log");
  BOOST_TEST((log == "first\nleft\nright\nlast\n" || log == "first\nright\nleft\nlast\n"), log);
}

BOOST_AUTO_TEST_CASE(a_failure_skips_what_needs_it_and_others_go_on) {
  ended x{run(R"(
    [job.bad]
    run = "echo broken; exit 3"
    [job.after]
    run = "touch after"
    needs = ["bad"]
    [job.later]
    run = "touch later"
    needs = ["after"]
    [job.other]
    run = "touch other"
  )")};
  BOOST_TEST(x.code == 1, x);
  BOOST_TEST(x.says("FAIL   bad    exit 3 after "), x);
  BOOST_TEST(x.says("       | broken\n"), x);
  BOOST_TEST(x.says("skip   after  needs bad, which failed\n"), x);
  BOOST_TEST(x.says("skip   later  needs after, which was skipped\n"), x);
  BOOST_TEST(x.says(": 1 done, 1 failed, 2 skipped\n"), x);
  BOOST_TEST(!std::filesystem::exists(folder / "after"));
  BOOST_TEST(!std::filesystem::exists(folder / "later"));
  BOOST_TEST(std::filesystem::exists(folder / "other"));
}

BOOST_AUTO_TEST_CASE(groups_share_what_they_say) {
  std::filesystem::create_directory(folder / "sub");
  ended x{run(R"(
    [group.g]
    needs = ["start"]
    env = { WHO = "group" }
    cwd = "sub"
    [job.start]
    run = "touch started"
    [job.a]
    group = "g"
    run = "test -e ../started && echo $WHO > a"
    [job.b]
    group = "g"
    run = "test -e ../started && echo $WHO > b"
    env = { WHO = "b" }
    [job.end]
    run = "cat sub/a sub/b > all"
    needs = ["g"]
  )")};
  BOOST_TEST(x.code == 0, x);
  BOOST_TEST(read_file(folder / "all") == "group\nb\n");
}

BOOST_AUTO_TEST_CASE(folders_are_relative_to_the_job_file) {
  std::filesystem::create_directory(folder / "sub");
  folder.write("jobs.toml",
               "[job.a]\nrun = 'pwd > where'\ncwd = 'sub'\n[job.b]\nrun = 'pwd > where'\n");
  ended absolute{start({program, "run", folder / "jobs.toml"}, "/")};
  BOOST_TEST(absolute.code == 0, absolute);
  BOOST_TEST(read_file(folder / "sub/where") == folder / "sub" + "\n");
  BOOST_TEST(read_file(folder / "where") == folder.path() + "\n");
  ended relative{start({program, "run", "../jobs.toml"}, folder / "sub")};
  BOOST_TEST(relative.code == 0, relative);
  BOOST_TEST(read_file(folder / "where") == folder.path() + "\n");
}

BOOST_AUTO_TEST_CASE(one_at_a_time_the_most_urgent_first) {
  ended x{run(R"(
    [job.low]
    run = "echo low >> log"
    priority = "low"
    [job.normal]
    run = "echo normal >> log"
    [job.background]
    run = "echo background >> log"
    priority = "background"
    [job.critical]
    run = "echo critical >> log"
    priority = "critical"
    [job.high]
    run = "echo high >> log"
    priority = "high"
  )",
              {"--jobs", "1"})};
  BOOST_TEST(x.code == 0, x);
  BOOST_TEST(read_file(folder / "log") == "critical\nhigh\nnormal\nlow\nbackground\n");
}

BOOST_AUTO_TEST_CASE(independent_jobs_run_at_the_same_time) {
  folder.make_fifo("fifo");
  ended x{run("[job.reads]\nrun = 'cat fifo'\n[job.writes]\nrun = 'echo hi > fifo'\n",
              {"-j2", "--workers", "1"})};
  BOOST_TEST(x.code == 0, x);
}

BOOST_AUTO_TEST_CASE(programs_run_without_a_shell) {
  ended x{run("[job.a]\nrun = ['printf', '%s|', 'a b', '$HOME', '']\n", {"--verbose"})};
  BOOST_TEST(x.code == 0, x);
  BOOST_TEST(x.says("\na b|$HOME||\n"), x);
}

BOOST_AUTO_TEST_CASE(a_program_that_cannot_be_run_is_a_failure) {
  ended x{run("[job.a]\nrun = ['/nonexistent/x']\n[job.b]\nrun = 'true'\nneeds = ['a']\n")};
  BOOST_TEST(x.code == 1, x);
  BOOST_TEST(x.says("FAIL   a  cannot run `/nonexistent/x`: No such file or directory\n"), x);
  BOOST_TEST(x.says("skip   b  needs a, which failed\n"), x);
}

BOOST_AUTO_TEST_CASE(a_signal_is_told_by_name) {
  ended x{run("[job.a]\nrun = 'kill -USR1 $$'\n")};
  BOOST_TEST(x.code == 1, x);
  BOOST_TEST(x.says("FAIL   a  SIGUSR1 after "), x);
}

BOOST_AUTO_TEST_CASE(a_timeout_ends_a_job) {
  ended x{run("[job.a]\nrun = 'echo tail; sleep 1000'\ntimeout = '1s'\n[job.b]\nrun = 'true'\n")};
  BOOST_TEST(x.code == 1, x);
  BOOST_TEST(x.says("FAIL   a  timed out after 1.00 s"), x);
  BOOST_TEST(x.says("       | tail\n"), x);
  BOOST_TEST(x.says(": 1 done, 1 failed\n"), x);
}

BOOST_AUTO_TEST_CASE(a_timeout_kills_who_ignores_sigterm) {
  ended x{run("[job.a]\nrun = \"trap '' TERM; while :; do sleep 1; done\"\ntimeout = '1s'\n",
              {"--json"})};
  BOOST_TEST(x.code == 1, x);
  const auto events = events_of(x.out);
  BOOST_REQUIRE(events.size() == 3U);
  BOOST_TEST(events[1]["outcome"] == "timed_out");
  BOOST_TEST(events[1]["signal"] == SIGKILL);
  // Five seconds after it was asked.
  BOOST_TEST(events[1]["wall"] > 5.0);
}

BOOST_AUTO_TEST_CASE(no_output_is_lost) {
  ended x{run(R"([job.a]
    run = "seq 800000 & seq 800000 >&2; wait; exit 1")",
              {"--json", "-v"})};
  BOOST_TEST(x.code == 1);
  const auto events = events_of(x.out);
  BOOST_REQUIRE(events.size() == 3U);
  BOOST_TEST(events[1]["output_bytes"] == 2 * 5488895);
  std::istringstream lines{events[1]["output"].get<std::string>()};
  std::uint64_t sum = 0;
  // Two writers in one stream can meet within a line, so it is the digits that count.
  for (char c; lines.get(c);)
    sum += c != '\n' ? static_cast<std::uint64_t>(c - '0') : 0;
  std::uint64_t expected = 0;
  for (int i = 1; i <= 800000; ++i)
    for (int n = i; n > 0; n /= 10)
      expected += 2 * static_cast<std::uint64_t>(n % 10);
  BOOST_TEST(sum == expected);
}

BOOST_AUTO_TEST_CASE(a_grandchild_that_holds_the_output_does_not_hang_the_job) {
  ended x{run("[job.a]\nrun = 'sleep 1000 & echo done'\n", {"-v"})};
  BOOST_TEST(x.code == 0, x);
  BOOST_TEST(x.says("left processes behind, which were stopped\ndone\n"), x);
}

// -- whatever group or session --------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(what_has_left_the_group_of_its_job_is_stopped_with_it) {
  ended x{run(R"(
    [job.group]
    timeout = "1s"
    run = "timeout 1000 sleep 1000; echo after"
    [job.session]
    timeout = "1s"
    run = "setsid sleep 1000; echo after"
    [job.daemon]
    timeout = "1s"
    run = "setsid -f sleep 1000; setsid -f setsid -f setsid -f sleep 1000; sleep 1000"
    [job.left]
    run = "setsid -f sleep 1000"
    [job.good]
    run = "setsid -f true"
  )",
              {"-j5"})};
  BOOST_TEST(x.code == 1, x);
  BOOST_TEST(left() == 0U);
  for (const char* name : {"group  ", "session", "daemon "})
    BOOST_TEST(x.says(std::string{"FAIL   "} + name + "  timed out after 1.00 s, cpu"), x);
  BOOST_TEST(count_of(x.out, ", left processes behind, which were stopped\n") == 1U, x);
  BOOST_TEST(!x.says("may still run"), x);
}

BOOST_AUTO_TEST_CASE(a_daemon_stays_if_the_job_says_so) {
  auto fifo = folder.make_fifo("fifo");
  ended x{run(R"(
    [job.a]
    leaves_daemons = true
    run = "setsid -f sh -c 'echo $$ > fifo; exec sleep 1000' > /dev/null 2>&1; cat fifo > daemon"
    [job.b]
    run = "read x < daemon; kill -0 $x"
    needs = ["a"]
  )")};
  BOOST_TEST(x.code == 0, x);
  BOOST_TEST(left() == 1U);
  BOOST_TEST(!x.says("stopped"), x);
  ::kill(std::stoi(read_file(folder / "daemon")), SIGKILL);
  while (left() > 0)
    std::this_thread::yield();
}

BOOST_AUTO_TEST_CASE(what_hides_from_its_job_is_stopped_at_the_end) {
  folder.make_fifo("fifo");
  ended x{run(R"(
    [job.a]
    run = "(env -i setsid -f sh -c 'echo $$ > fifo; exec sleep 1000') > /dev/null 2>&1; cat fifo > pid"
  )")};
  BOOST_TEST(x.code == 0, x);
  BOOST_TEST(x.says("stopped 1 process that had hidden from the jobs\n"), x);
  BOOST_TEST(!detail::find_running(std::stoi(read_file(folder / "pid"))).has_value());
}

BOOST_AUTO_TEST_CASE(orphans_do_not_become_zombies) {
  // The job ends when its parent, which gets the orphans, has no zombie but the ones it looks for.
  ended x{run(R"toml(
    [job.a]
    run = """
      me=$(cut -d' ' -f4 /proc/$$/stat)
      for i in 1 2 3 4 5 6 7 8; do setsid -f true; done
      while cat /proc/[0-9]*/stat 2>/dev/null | grep -q ") Z $me "; do :; done"""
  )toml")};
  BOOST_TEST(x.code == 0, x);
}

BOOST_AUTO_TEST_CASE(a_run_in_a_run_ends_its_own_jobs) {
  folder.make_fifo("up");
  folder.write("inner.toml", R"(
    [job.b]
    run = "trap 'echo cleaned up > log; exit 0' TERM; echo up > up; while :; do sleep 0.01; done"
  )");
  ended x{run(R"(
    [job.a]
    timeout = "2s"
    run = "$SWEET run inner.toml > inner.log"
    [job.c]
    run = "cat up"
  )",
              {"-j2"})};
  BOOST_TEST(x.code == 1, x);
  BOOST_TEST(read_file(folder / "log") == "cleaned up\n");
  BOOST_TEST(read_file(folder / "inner.log").find("stop   b  exit 0 after") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_thousand_jobs) {
  std::string text;
  for (int i = 0; i < 1000; ++i)
    text += "[job.j" + std::to_string(i) + "]\nrun = ['true']\n";
  ended x{run(text)};
  BOOST_TEST(x.code == 0);
  BOOST_TEST(count_of(x.out, "\ndone   ") == 1000U);
  BOOST_TEST(x.says("1000 jobs in "));
}

BOOST_AUTO_TEST_CASE(a_long_chain_of_needs) {
  std::string text = "[job.j0]\nrun = ['true']\n";
  for (int i = 1; i < 200; ++i)
    text += "[job.j" + std::to_string(i) + "]\nrun = ['true']\nneeds = ['j" +
            std::to_string(i - 1) + "']\n";
  ended x{run(text)};
  BOOST_TEST(x.code == 0);
  BOOST_TEST(x.says("200 jobs in "));
}

BOOST_AUTO_TEST_CASE(json_is_an_object_per_line) {
  ended x{run(R"(
    [job.a]
    run = "echo no; exit 1"
    [job.b]
    run = "true"
    needs = ["a"]
  )",
              {"--json"})};
  BOOST_TEST(x.code == 1, x);
  const auto events = events_of(x.out);
  BOOST_REQUIRE(events.size() == 4U);
  BOOST_TEST(events[0]["event"] == "job_started");
  BOOST_TEST(events[1]["event"] == "job_ended");
  BOOST_TEST(events[1]["outcome"] == "failed");
  BOOST_TEST(events[1]["exit_code"] == 1);
  BOOST_TEST(events[1]["output_tail"] == "no\n");
  BOOST_TEST(events[2]["event"] == "job_skipped");
  BOOST_TEST(events[3]["event"] == "run_ended");
  BOOST_TEST(events[3]["exit_code"] == 1);
  for (std::size_t i = 1; i < events.size(); ++i)
    BOOST_TEST(events[i]["at"] >= events[i - 1]["at"]);
}

BOOST_AUTO_TEST_CASE(a_dry_run_only_tells_the_order) {
  ended x{
      run("[job.b]\nrun = 'touch b'\nneeds = ['a']\n[job.a]\nrun = 'touch a'\n", {"--dry-run"})};
  BOOST_TEST(x.code == 0, x);
  BOOST_TEST(x.out == "a\nb  (after a)\n");
  BOOST_TEST(!std::filesystem::exists(folder / "a"));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_printed_is_told) {
  const auto file = folder.write("jobs.toml", "[job.a]\nrun = 'x'\n");
  for (const std::string& arguments : {"run --dry-run " + file, std::string{"--help"}}) {
    ended x{start({"/bin/sh", "-c", program + " " + arguments + " > /dev/full"})};
    BOOST_TEST(x.code == 1, x);
    BOOST_TEST(x.err == "sweet: cannot write to standard output: No space left on device\n");
  }
}

BOOST_AUTO_TEST_CASE(standard_input_may_be_the_job_file) {
  folder.write("jobs.toml", "[job.a]\nrun = 'pwd > here'\n");
  ended x{start({"/bin/sh", "-c", program + " run - < jobs.toml"}, folder.path())};
  BOOST_TEST(x.code == 0, x);
  BOOST_TEST(read_file(folder / "here") == folder.path() + "\n");
  folder.write("both.toml", "[job.a]\nrun = 'x {}'\neach = { lines = '-' }\n");
  ended both{start({"/bin/sh", "-c", program + " run - < both.toml"}, folder.path())};
  BOOST_TEST(both.code == 2, both);
  BOOST_TEST(both.err.starts_with("standard input: error: `a` takes its items from standard input"),
             both);
}

BOOST_AUTO_TEST_CASE(a_file_without_an_end_is_refused) {
  ended x{sweet({"run", "/dev/zero"})};
  BOOST_TEST(x.code == 2, x);
  BOOST_TEST(x.err == "/dev/zero: error: is larger than the 8388608 bytes that a job file may "
                      "have\nsweet: nothing was started\n");
}

BOOST_AUTO_TEST_CASE(jobs_wait_for_descriptors_that_others_have) {
  std::string text;
  for (int i = 0; i < 60; ++i)
    text += "[job.j" + std::to_string(i) + "]\nrun = \"ulimit -Sn > limit; sleep 0.01\"\n";
  const auto file = folder.write("jobs.toml", text);
  ended hard{start({"/bin/sh", "-c", "ulimit -n 40; exec " + program + " run -j60 " + file})};
  BOOST_TEST(hard.code == 0, hard);
  BOOST_TEST(hard.says(": 60 done\n"), hard);
  ended soft{start({"/bin/sh", "-c", "ulimit -Sn 40; exec " + program + " run -j60 " + file})};
  BOOST_TEST(soft.code == 0, soft);
  BOOST_TEST(read_file(folder / "limit") == "40\n");
}

BOOST_AUTO_TEST_CASE(a_slow_reader_holds_jobs_up_and_none_fails) {
  std::string text;
  for (int i = 0; i < 60; ++i)
    text +=
        "[job.j" + std::to_string(i) + "]\nrun = \"echo x >> begun; head -c 1200000 /dev/zero\"\n";
  folder.write("jobs.toml", text);
  folder.make_fifo("go");
  auto process = start(
      {"/bin/sh", "-c", "ulimit -n 64; $SWEET run -j2 -v jobs.toml | (read x < go; tail -c 200)"},
      folder.path());
  // More than 4 MiB wait: those that run end, and nothing begins any more.
  while (!std::filesystem::exists(folder / "begun") ||
         count_of(read_file(folder / "begun"), "x") < 4)
    std::this_thread::yield();
  std::ofstream{folder / "go"} << "go\n";
  ended x{std::move(process)};
  BOOST_TEST(x.says(": 60 done\n"), x);
}

BOOST_AUTO_TEST_CASE(output_that_is_lost_is_told_whatever_else_has_failed) {
  // What is above the limit of the size of files cannot be kept.
  const auto file = folder.write("jobs.toml", "[job.a]\nrun = 'seq 1 900000; exit 3'\n");
  for (const std::string option : {"", "-v", "--json"}) {
    ended x{
        start({"/bin/sh", "-c",
               "trap '' XFSZ; ulimit -f 4096; exec " + program + " run " + option + " " + file})};
    BOOST_TEST(x.code == 1, x);
    BOOST_TEST(x.says("exit 3; its output could not be kept: File too large"));
    BOOST_TEST((x.says(" after this were lost: File too large\n") || x.says("\"output_lost\":")));
  }
}

BOOST_AUTO_TEST_CASE(a_wrong_file_is_refused_before_anything_starts) {
  ended x{
      run("[job.a]\nrun = 'touch started'\n[job.b]\nrun = 'x'\nneds = ['a']\ntimeout = 'soon'\n")};
  const auto file = folder / "jobs.toml";
  BOOST_TEST(x.code == 2, x);
  BOOST_TEST(x.out == "");
  BOOST_TEST(x.err == file + ":5:1: error: unknown key `neds` in [job.b]; did you mean `needs`?\n" +
                          file +
                          ":6:11: error: bad duration \"soon\" in [job.b]; write for instance "
                          "\"250ms\", \"10s\", \"1m30s\" or \"2h\"\n"
                          "sweet: nothing was started\n");
  BOOST_TEST(!std::filesystem::exists(folder / "started"));
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_read_is_refused) {
  ended x{sweet({"run", folder / "none.toml"})};
  BOOST_TEST(x.code == 2, x);
  BOOST_TEST(
      x.err ==
      folder / "none.toml" +
          ": error: cannot read it: No such file or directory\nsweet: nothing was started\n");
}

BOOST_AUTO_TEST_CASE(wrong_usage_is_told_on_standard_error) {
  const std::vector<std::vector<std::string>> wrong{{},
                                                    {"run"},
                                                    {"walk", "x.toml"},
                                                    {"run", "x.toml", "--jbos", "1"},
                                                    {"run", "x.toml", "--jobs", "0"},
                                                    {"run", "x.toml", "--jobs", "many"},
                                                    {"run", "x.toml", "--json", "--dry-run"},
                                                    {"run", "x.toml", "y.toml"}};
  for (const auto& arguments : wrong) {
    ended x{sweet(arguments)};
    BOOST_TEST(x.code == 2, x);
    BOOST_TEST(x.out == "");
    BOOST_TEST(x.err != "");
  }
}

BOOST_AUTO_TEST_CASE(help_and_version_are_no_errors) {
  for (const auto& arguments :
       {std::vector<std::string>{"--help"}, {"run", "--help"}, {"--version"}}) {
    ended x{sweet(arguments)};
    BOOST_TEST(x.code == 0, x);
    BOOST_TEST(x.out != "");
    BOOST_TEST(x.err == "");
  }
  BOOST_TEST(ended{sweet({"--version"})}.out.starts_with("sweet "));
  const ended help{sweet({"run", "--help"})};
  BOOST_TEST(help.says("130 interrupted"));
  BOOST_TEST(help.says("timeout (duration; in jobs, groups; default: no limit)"));
}

BOOST_AUTO_TEST_CASE(a_reader_that_leaves_does_not_stop_the_jobs) {
  folder.write("jobs.toml", "[job.a]\nrun = 'true'\n[job.b]\nrun = 'touch ran'\nneeds = ['a']\n");
  ended x{start({"/bin/sh", "-c", "{ $SWEET run jobs.toml; echo $? > code; } | head -n 1"},
                folder.path())};
  BOOST_TEST(x.out == "start  a\n");
  BOOST_TEST(std::filesystem::exists(folder / "ran"));
  BOOST_TEST(read_file(folder / "code") == "0\n");
}

BOOST_AUTO_TEST_CASE(a_report_that_is_lost_is_an_error) {
  folder.write("jobs.toml", "[job.a]\nrun = 'touch ran'\n");
  ended x{start({"/bin/sh", "-c", "$SWEET run jobs.toml > /dev/full"}, folder.path())};
  BOOST_TEST(x.code == 1, x);
  BOOST_TEST(x.err == "sweet: cannot write the report: No space left on device\n");
  BOOST_TEST(std::filesystem::exists(folder / "ran"));
}

BOOST_AUTO_TEST_CASE(nothing_needs_to_be_open) {
  folder.write("jobs.toml", "[job.a]\nrun = 'readlink /proc/$$/fd/0 > ran'\n");
  ended x{start({"/bin/sh", "-c", "exec $SWEET run jobs.toml <&- >&- 2>&-"}, folder.path())};
  BOOST_TEST(x.code == 0, x);
  BOOST_TEST(read_file(folder / "ran") == "/dev/null\n");
}

BOOST_AUTO_TEST_CASE(colours_are_for_terminals) {
  ended x{run("[job.a]\nrun = 'true'\n")};
  BOOST_TEST(!x.says("\033"), x);
}

BOOST_AUTO_TEST_CASE(no_threads_can_be_made) {
  folder.write("jobs.toml", "[job.a]\nrun = 'touch ran'\n");
  // KiB; what a thread's stack would take is more than there are addresses.
  ended x{start({"/bin/sh", "-c", "ulimit -s 137438953472 && exec $SWEET run jobs.toml"},
                folder.path())};
  BOOST_TEST(x.code == 2, x);
  BOOST_TEST(x.out == "");
  BOOST_TEST(
      x.err.find("cannot be started: Resource temporarily unavailable\n") != std::string::npos, x);
  BOOST_TEST(!std::filesystem::exists(folder / "ran"));
}

BOOST_AUTO_TEST_CASE(no_processes_can_be_made) {
  const auto jobs = folder.write("jobs.toml", R"(
    [job.a]
    run = "true"
    [job.each]
    each = { glob = "jobs.toml" }
    run = "true {}"
    [job.service]
    kind = "service"
    run = "true"
  )");
  ended x{start({SWEET_TEST_REFUSE_CALL, "vfork", program, "run", jobs})};
  BOOST_TEST(x.code == 1, x);
  BOOST_TEST(count_of(x.out, "cannot make a process for `/bin/sh`: Resource temporarily "
                             "unavailable") >= 3U,
             x);
  BOOST_TEST(x.says(": 0 done, 3 failed\n"), x);
  BOOST_TEST(x.err == "");
}

BOOST_AUTO_TEST_CASE(not_even_the_guard_can_be_made) {
  const auto jobs = folder.write("jobs.toml", "[job.a]\nrun = 'touch ran'\n");
  // What looks for leaks at the end makes a process as well.
  ended x{start({"env", "ASAN_OPTIONS=detect_leaks=0", SWEET_TEST_REFUSE_CALL, "clone", program,
                 "run", jobs})};
  BOOST_TEST(x.code == 2, x);
  BOOST_TEST(x.err == "sweet: cannot start the orphan guard: Resource temporarily unavailable\n");
  BOOST_TEST(!std::filesystem::exists(folder / "ran"));
}

BOOST_AUTO_TEST_SUITE_END()
