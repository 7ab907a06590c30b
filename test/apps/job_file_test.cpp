// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "read_job_file.hpp"

#include "printable_text.hpp"

#include <boost/test/unit_test.hpp>

#include <sweet/testing/scratch_folder.hpp>

using namespace sweet;
using namespace sweet::command;
using namespace std::chrono_literals;

namespace job_file_test {
namespace {

job_file_reading parse(std::string_view text) {
  return parse_job_file(text, "dir/jobs.toml",
                        [](const std::string& path) { return path != "dir/nowhere"; });
}

job_file good(std::string_view text) {
  auto reading = parse(text);
  for (const auto& error : reading.errors)
    BOOST_ERROR(to_string(error));
  return reading.file;
}

// All errors, a line each, without the path.
std::string bad(std::string_view text) {
  auto reading = parse(text);
  BOOST_TEST(!reading.errors.empty());
  BOOST_TEST(reading.file.jobs.empty());
  std::string result;
  for (const auto& error : reading.errors) {
    auto line = to_string(error);
    BOOST_TEST(line.starts_with("dir/jobs.toml:"));
    result += line.substr(13) + "\n";
  }
  return result;
}

using words = std::vector<std::string>;
using places = std::vector<std::size_t>;

} // namespace
} // namespace job_file_test

BOOST_AUTO_TEST_SUITE(job_file_test)

BOOST_AUTO_TEST_CASE(the_smallest_file) {
  auto file = good("[job.hello]\nrun = 'echo hello'\n");
  BOOST_REQUIRE(file.jobs.size() == 1U);
  job expected;
  expected.name = "hello";
  expected.argv = {"/bin/sh", "-c", "echo hello"};
  expected.cwd = "dir";
  BOOST_TEST((file.jobs[0] == expected));
  BOOST_TEST(file.groups.empty());
}

BOOST_AUTO_TEST_CASE(every_key) {
  auto file = good(R"(
    [job.first]
    run = ["prog", "", "a b"]
    [job.all]
    run = "x"
    needs = ["first"]
    timeout = "1m30s"
    priority = "critical"
    env = { A = "1", B = "" }
    cwd = "sub"
    leaves_daemons = true
  )");
  BOOST_REQUIRE(file.jobs.size() == 2U);
  BOOST_TEST((file.jobs[0].argv == words{"prog", "", "a b"}));
  BOOST_TEST(!file.jobs[0].leaves_daemons);
  BOOST_TEST(file.jobs[1].leaves_daemons);
  const auto& all = file.jobs[1];
  BOOST_TEST((all.needs == places{0}));
  BOOST_TEST((all.timeout == 90s));
  BOOST_TEST(all.priority == task_priority::critical);
  BOOST_TEST((all.env == std::map<std::string, std::string>{{"A", "1"}, {"B", ""}}));
  BOOST_TEST(all.cwd == "dir/sub");
}

BOOST_AUTO_TEST_CASE(jobs_keep_the_files_order) {
  auto file = good("job.z.run = 'z'\njob.a.run = 'a'\n[job.m]\nrun = 'm'\n[job.b]\nrun = 'b'\n");
  words names;
  for (const auto& job : file.jobs)
    names.push_back(job.name);
  BOOST_TEST((names == words{"z", "a", "m", "b"}));
}

BOOST_AUTO_TEST_CASE(names_may_be_anything_that_prints) {
  auto file = good("[job.\"build all\"]\nrun = 'x'\n[job.\"a.b\"]\nrun = 'y'\nneeds = ['build "
                   "all']\n[job.'größe']\nrun = 'z'\n");
  BOOST_REQUIRE(file.jobs.size() == 3U);
  BOOST_TEST(file.jobs[1].name == "a.b");
  BOOST_TEST((file.jobs[1].needs == places{0}));
}

BOOST_AUTO_TEST_CASE(needs_may_come_later_and_twice) {
  auto file =
      good("[job.a]\nrun = 'x'\nneeds = ['c', 'b', 'c']\n[job.b]\nrun = 'x'\n[job.c]\nrun = 'x'\n");
  BOOST_TEST((file.jobs[0].needs == places{1, 2}));
}

BOOST_AUTO_TEST_CASE(members_take_what_their_group_says) {
  auto file = good(R"(
    [group.g]
    needs = ["start"]
    timeout = "5s"
    priority = "low"
    env = { A = "group", B = "group" }
    cwd = "g"
    [job.start]
    run = "x"
    [job.plain]
    run = "x"
    group = "g"
    [job.own]
    run = "x"
    group = "g"
    needs = ["plain"]
    timeout = "1s"
    priority = "high"
    env = { B = "own", C = "own" }
    cwd = "own"
  )");
  BOOST_TEST((file.groups == words{"g"}));
  BOOST_REQUIRE(file.jobs.size() == 3U);
  BOOST_TEST(file.jobs[0].group == "");
  const auto& plain = file.jobs[1];
  BOOST_TEST(plain.group == "g");
  BOOST_TEST((plain.needs == places{0}));
  BOOST_TEST((plain.timeout == 5s));
  BOOST_TEST(plain.priority == task_priority::low);
  BOOST_TEST((plain.env == std::map<std::string, std::string>{{"A", "group"}, {"B", "group"}}));
  BOOST_TEST(plain.cwd == "dir/g");
  const auto& own = file.jobs[2];
  BOOST_TEST((own.needs == places{0, 1}));
  BOOST_TEST((own.timeout == 1s));
  BOOST_TEST(own.priority == task_priority::high);
  BOOST_TEST(
      (own.env == std::map<std::string, std::string>{{"A", "group"}, {"B", "own"}, {"C", "own"}}));
  BOOST_TEST(own.cwd == "dir/own");
}

BOOST_AUTO_TEST_CASE(a_need_of_a_group_is_one_of_all_its_members) {
  auto file = good(R"(
    [group.g]
    [job.a]
    run = "x"
    group = "g"
    [job.b]
    run = "x"
    group = "g"
    [job.after]
    run = "x"
    needs = ["g", "a"]
  )");
  BOOST_TEST((file.jobs[2].needs == places{0, 1}));
}

BOOST_AUTO_TEST_CASE(an_absolute_cwd_stays) {
  BOOST_TEST(good("[job.a]\nrun = 'x'\ncwd = '/tmp'\n").jobs[0].cwd == "/tmp");
  BOOST_TEST(good("[job.a]\nrun = 'x'\ncwd = '../x'\n").jobs[0].cwd == "x");
  auto here =
      parse_job_file("[job.a]\nrun = 'x'\n", "jobs.toml", [](const std::string&) { return true; });
  BOOST_TEST(here.file.jobs[0].cwd == ".");
}

BOOST_AUTO_TEST_CASE(what_is_no_toml) {
  BOOST_TEST(bad("[job.a]\nrun = \n").starts_with(":2:7: error: not TOML: "));
  BOOST_TEST(bad("[job.a\n").starts_with(":1:7: error: not TOML: "));
  BOOST_TEST(bad("\xff\xfe").find("error: not TOML: ") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(keys_of_many_parts) {
  std::string many;
  for (int i = 0; i < 150'000; ++i)
    many += "a.";
  for (const std::string& text :
       {"x = 1\n" + many + "b = 1", "x = 1\n[" + many + "b]",
        "x = 1\n" + std::string(150'000, 'a') + " = " + std::string(150'000, '['),
        "x = 1\nk = {" + many + "b = 1}"}) {
    const auto reading = parse_job_file(text, "jobs.toml", [](const std::string&) { return true; });
    BOOST_REQUIRE(reading.errors.size() == 1U);
    BOOST_TEST(
        to_string(reading.errors[0]) ==
        "jobs.toml:2:1: error: a key of 64 parts or more, or as many tables and arrays within "
        "each other; no job file needs more than a few");
  }
  BOOST_TEST(good("[job.a]\nrun = \"" + many + "\" # " + many + "\n[job.b]\nrun = '" + many + "'")
                 .jobs.size() == 2U);
}

BOOST_AUTO_TEST_CASE(controls_reach_no_terminal) {
  BOOST_TEST(to_string({"a\x1b", 1, 2, "unknown key `\u009bm\u00e4`"}) ==
             "a\\x1b:1:2: error: unknown key `\\xc2\\x9bm\u00e4`");
  BOOST_TEST(printable("\x9b\tx") == "\\x9b\tx");
  BOOST_TEST(cut_text("\u00e4\u20ac", 4) == "\u00e4");
  BOOST_TEST(cut_text("\u00e4\u20ac", 5) == "\u00e4\u20ac");
  BOOST_TEST(cut_text("\u00e4", 1) == "");
}

BOOST_AUTO_TEST_CASE(names_that_are_given_twice) {
  BOOST_TEST(bad("[job.a]\nrun = 'x'\n\n[job.a]\nrun = 'y'\n")
                 .starts_with(":4:1: error: a name is given twice ("));
  BOOST_TEST(bad("[job.a]\nrun = 'x'\nrun = 'y'\n").starts_with(":3:"));
  BOOST_TEST(bad("[job.a]\nrun = 'x'\n[group.a]\n[job.b]\nrun = 'x'\ngroup = 'a'\n") ==
             ":3:8: error: a job and a group are both named `a`; rename one, since `needs` may "
             "mean either\n");
}

BOOST_AUTO_TEST_CASE(files_without_a_job) {
  const auto expected =
      ":1:1: error: there is no job in this file; add [job.NAME] with run = \"COMMAND\"\n";
  BOOST_TEST(bad("") == expected);
  BOOST_TEST(bad("# nothing\n") == expected);
  BOOST_TEST(bad("[job]\n") == expected);
}

BOOST_AUTO_TEST_CASE(unknown_keys) {
  BOOST_TEST(bad("[jobs.a]\nrun = 'x'\n[job.b]\nrun = 'x'\n") ==
             ":1:2: error: unknown key `jobs`; did you mean `job`?; a job file holds [job.NAME] "
             "and [group.NAME] tables\n");
  BOOST_TEST(bad("[job.a]\nrun = 'x'\nnedes = ['b']\n") ==
             ":3:1: error: unknown key `nedes` in [job.a]; did you mean `needs`?\n");
  BOOST_TEST(bad("[job.a]\nrun = 'x'\nimage = 'b'\n") ==
             ":3:1: error: unknown key `image` in [job.a]; known are run, needs, timeout, "
             "priority, env, cwd, node, node_retry, inputs, outputs, group, kind, restart, ready, "
             "each, leaves_daemons\n");
  BOOST_TEST(bad("[group.g]\nrun = 'x'\n[job.a]\nrun = 'x'\ngroup = 'g'\n") ==
             ":2:1: error: unknown key `run` in [group.g]; known are needs, timeout, priority, "
             "env, cwd, node, node_retry, inputs, outputs, strategy, intensity\n");
  BOOST_TEST(
      bad("[job.a]\nrun = 'x'\n[job.a.b]\nrun = 'x'\n") ==
      ":3:8: error: unknown key `b` in [job.a]; a name with a dot needs quotes: [job.\"a.b\"]\n");
}

BOOST_AUTO_TEST_CASE(tables_in_the_wrong_place) {
  BOOST_TEST(
      bad("[[job]]\nrun = 'x'\n")
          .starts_with(":1:3: error: `job` must be tables with a name each: write [job.NAME]\n"));
  BOOST_TEST(
      bad("[job]\nrun = 'x'\n")
          .starts_with(
              ":2:1: error: `run` stands in [job] itself; put it under a name: [job.NAME]\n"));
  BOOST_TEST(bad("[job.\"\"]\nrun = 'x'\n")
                 .starts_with(":1:6: error: a job needs a name of printable characters\n"));
  BOOST_TEST(bad("[job.\"a\\nb\"]\nrun = 'x'\n")
                 .starts_with(":1:6: error: a job needs a name of printable characters\n"));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_run) {
  BOOST_TEST(bad("[job.a]\n") == ":1:6: error: [job.a] has no `run`; add run = \"COMMAND\" or run "
                                 "= [\"PROGRAM\", \"ARGUMENT\"]\n");
  BOOST_TEST(bad("[job.a]\nrun = \" \\t\"\n").starts_with(":2:7: error: "));
  for (const char* run : {"''", "\" \\n\"", "[]", "['']", "['', 'x']", "true", "1", "{}",
                          "\"a\\u0000b\"", "['x', \"\\u0000\"]"})
    BOOST_TEST(bad("[job.a]\nrun = " + std::string{run} + "\n").starts_with(":2:"), run);
  BOOST_TEST(bad("[job.a]\nrun = ['x', 1]\n") ==
             ":2:13: error: an element of `run` in [job.a] is an integer; each must be a string\n");
}

BOOST_AUTO_TEST_CASE(wrong_types) {
  auto with = [](std::string_view line) {
    return bad("[job.a]\nrun = 'x'\n" + std::string{line} + "\n");
  };
  BOOST_TEST(with("timeout = 10") == ":3:11: error: `timeout` in [job.a] is an integer; it must be "
                                     "a string such as \"250ms\", \"10s\", \"1m30s\" or \"2h\"\n");
  BOOST_TEST(with("priority = 1") ==
             ":3:12: error: `priority` in [job.a] is an integer; it must be one of the strings "
             "critical, high, normal, low, background\n");
  BOOST_TEST(with("needs = 'b'") == ":3:9: error: `needs` in [job.a] is a string; it must be an "
                                    "array of names: needs = [\"NAME\"]\n");
  BOOST_TEST(with("needs = [1.5]")
                 .starts_with(":3:10: error: an element of `needs` in [job.a] is a float; "));
  BOOST_TEST(with("env = ['A']") == ":3:7: error: `env` in [job.a] is an array; it must be a "
                                    "table: env = { NAME = \"VALUE\" }\n");
  BOOST_TEST(with("env.A = true") ==
             ":3:9: error: `A` in the env of [job.a] is a boolean; it must be a string\n");
  BOOST_TEST(with("cwd = 2024-01-01") == ":3:7: error: `cwd` in [job.a] is a date or time; it must "
                                         "be a string, the folder to run in\n");
  BOOST_TEST(with("group = {}").starts_with(":3:9: error: `group` in [job.a] is a table; "));
}

BOOST_AUTO_TEST_CASE(bad_values) {
  auto with = [](std::string_view line) {
    return bad("[job.a]\nrun = 'x'\n" + std::string{line} + "\n");
  };
  BOOST_TEST(with("timeout = '10 s'") == ":3:11: error: bad duration \"10 s\" in [job.a]; write "
                                         "for instance \"250ms\", \"10s\", \"1m30s\" or \"2h\"\n");
  BOOST_TEST(with("timeout = '0s'") ==
             ":3:11: error: the timeout of [job.a] is zero; remove it if there is none\n");
  BOOST_TEST(with("priority = 'hihg'") ==
             ":3:12: error: unknown priority `hihg` in [job.a]; did you mean `high`?\n");
  BOOST_TEST(with("priority = 'urgent'") == ":3:12: error: unknown priority `urgent` in [job.a]; "
                                            "known are critical, high, normal, low, background\n");
  BOOST_TEST(
      with("cwd = 'nowhere'") ==
      ":3:7: error: `cwd` of [job.a] is no folder: dir/nowhere; it is relative to the job file\n");
  BOOST_TEST(with("cwd = ''").starts_with(":3:7: error: `cwd` in [job.a] is empty; "));
  BOOST_TEST(with("env.'A=B' = 'x'") ==
             ":3:5: error: `A=B` in the env of [job.a] cannot name a variable\n");
  BOOST_TEST(with("env.'' = 'x'").find("cannot name a variable") != std::string::npos);
  BOOST_TEST(with("env.A = \"\\u0000\"").find("NUL") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(names_that_do_not_exist) {
  BOOST_TEST(
      bad("[job.build]\nrun = 'x'\n[job.test]\nrun = 'x'\nneeds = ['biuld']\n") ==
      ":5:10: error: job `test` needs `biuld`, which does not exist; did you mean `build`?\n");
  BOOST_TEST(
      bad("[job.a]\nrun = 'x'\nneeds = ['other']\n") ==
      ":3:10: error: job `a` needs `other`, which does not exist; add it, or remove the need\n");
  BOOST_TEST(
      bad("[job.a]\nrun = 'x'\ngroup = 'grp'\n[group.grop]\n[job.b]\nrun = 'x'\ngroup = "
          "'grop'\n") ==
      ":3:9: error: job `a` is in group `grp`, which does not exist; did you mean `grop`?\n");
  BOOST_TEST(bad("[job.a]\nrun = 'x'\ngroup = 'g'\n") ==
             ":3:9: error: job `a` is in group `g`, which does not exist; add [group.g]\n");
  BOOST_TEST(
      bad("[group.g]\nneeds = ['x']\n[job.a]\nrun = 'x'\ngroup = 'g'\n") ==
      ":2:10: error: group `g` needs `x`, which does not exist; add it, or remove the need\n");
  BOOST_TEST(bad("[group.g]\n[job.a]\nrun = 'x'\n") ==
             ":1:8: error: group `g` has no job; write group = \"g\" in a job, or remove it\n");
}

BOOST_AUTO_TEST_CASE(cycles_are_named) {
  BOOST_TEST(
      bad("[job.a]\nrun = 'x'\nneeds = ['b']\n[job.b]\nrun = 'x'\nneeds = ['c']\n[job.c]\nrun = "
          "'x'\nneeds = ['a']\n") ==
      ":9:10: error: these wait for each other: a -> b -> c -> a; remove one of the needs\n");
  BOOST_TEST(bad("[job.a]\nrun = 'x'\nneeds = ['a']\n") ==
             ":3:10: error: these wait for each other: a -> a; remove one of the needs\n");
  BOOST_TEST(
      bad("[group.g]\n[job.a]\nrun = 'x'\ngroup = 'g'\n[job.b]\nrun = 'x'\ngroup = 'g'\nneeds = "
          "['g']\n") ==
      ":7:9: error: these wait for each other: b -> group g -> b; remove one of the needs\n");
  BOOST_TEST(bad("[group.g]\nneeds = ['b']\n[job.a]\nrun = 'x'\ngroup = 'g'\n[job.b]\nrun = "
                 "'x'\nneeds = ['a']\n") ==
             ":8:10: error: these wait for each other: a -> b -> a; remove one of the needs\n");
}

BOOST_AUTO_TEST_CASE(a_diamond_is_no_cycle) {
  good("[job.d]\nrun = 'x'\nneeds = ['b', 'c']\n[job.b]\nrun = 'x'\nneeds = ['a']\n[job.c]\nrun = "
       "'x'\nneeds = ['a']\n[job.a]\nrun = 'x'\n");
}

BOOST_AUTO_TEST_CASE(all_errors_come_at_once_and_in_order) {
  BOOST_TEST(bad("x = 1\n[job.a]\nrun = ''\ntimeout = 1\nneeds = ['b']\n[job.c]\nfoo = 1\nneeds = "
                 "['c']\n") ==
             ":1:1: error: unknown key `x`; a job file holds [job.NAME] and [group.NAME] tables\n"
             ":3:7: error: `run` in [job.a] is empty; write run = \"COMMAND\" or run = "
             "[\"PROGRAM\", \"ARGUMENT\"]\n"
             ":4:11: error: `timeout` in [job.a] is an integer; it must be a string such as "
             "\"250ms\", \"10s\", \"1m30s\" or \"2h\"\n"
             ":5:10: error: job `a` needs `b`, which does not exist; add it, or remove the need\n"
             ":6:6: error: [job.c] has no `run`; add run = \"COMMAND\" or run = [\"PROGRAM\", "
             "\"ARGUMENT\"]\n"
             ":7:1: error: unknown key `foo` in [job.c]; known are run, needs, timeout, priority, "
             "env, cwd, node, node_retry, inputs, outputs, group, kind, restart, ready, each, "
             "leaves_daemons\n"
             ":8:10: error: these wait for each other: c -> c; remove one of the needs\n");
}

BOOST_AUTO_TEST_CASE(reads_files) {
  testing::scratch_folder folder;
  auto path = folder.write("jobs.toml", "[job.a]\nrun = 'x'\ncwd = '.'\n");
  auto reading = read_job_file(path);
  BOOST_TEST(reading.errors.empty());
  BOOST_TEST(reading.file.jobs[0].cwd == folder.path() + "/");
  reading = read_job_file(folder.write("bad.toml", "[job.a]\nrun = 'x'\ncwd = 'jobs.toml'\n"));
  BOOST_REQUIRE(reading.errors.size() == 1U);
  BOOST_TEST(reading.errors[0].line == 3U);
}

BOOST_AUTO_TEST_CASE(says_why_a_file_cannot_be_read) {
  testing::scratch_folder folder;
  auto missing = read_job_file(folder / "none.toml");
  BOOST_REQUIRE(missing.errors.size() == 1U);
  BOOST_TEST(to_string(missing.errors[0]) ==
             folder / "none.toml" + ": error: cannot read it: No such file or directory");
  auto directory = read_job_file(folder.path());
  BOOST_REQUIRE(directory.errors.size() == 1U);
  BOOST_TEST(to_string(directory.errors[0]) ==
             folder.path() + ": error: cannot read it: Is a directory");
}

// -- services -------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_service_has_defaults) {
  auto file =
      good("[job.db]\nkind = 'service'\nrun = ['db']\n[job.use]\nkind = 'job'\nrun = 'use'\n");
  BOOST_REQUIRE(file.jobs.size() == 2U);
  BOOST_REQUIRE(file.jobs[0].service);
  BOOST_TEST((*file.jobs[0].service == service_settings{}));
  BOOST_TEST(!file.jobs[1].service);
  BOOST_REQUIRE(file.supervisors.size() == 1U);
  BOOST_TEST((file.supervisors[0] == supervisor_settings{"db"}));
}

BOOST_AUTO_TEST_CASE(a_service_says_how_it_is_ready) {
  auto file = good("[job.a]\nkind = 'service'\nrun = 'a'\nready = { port = 6379, within = '10s' }\n"
                   "[job.b]\nkind = 'service'\nrun = 'b'\nready = { log = 'serving' }\n"
                   "[job.c]\nkind = 'service'\nrun = 'c'\nready = { command = ['c', 'ping'] }\n"
                   "restart = 'transient'\n"
                   "[job.d]\nkind = 'service'\nrun = 'd'\nready = { command = 'd ping' }\n");
  BOOST_REQUIRE(file.jobs.size() == 4U);
  BOOST_TEST((*file.jobs[0].service->ready == ready_check{{}, 6379, {}, 10s}));
  BOOST_TEST((*file.jobs[1].service->ready == ready_check{{}, 0, "serving", 30s}));
  BOOST_TEST((*file.jobs[2].service->ready == ready_check{{"c", "ping"}, 0, {}, 30s}));
  BOOST_TEST((file.jobs[2].service->restart == restart_type::transient));
  BOOST_TEST((file.jobs[3].service->ready->command == words{"/bin/sh", "-c", "d ping"}));
}

BOOST_AUTO_TEST_CASE(a_group_of_services_has_a_supervisor) {
  auto file =
      good("[group.stack]\nstrategy = 'rest_for_one'\nintensity = { restarts = 7, within = "
           "'1m' }\ntimeout = '3s'\n"
           "[job.db]\nkind = 'service'\nrun = 'db'\ngroup = 'stack'\n"
           "[job.migrate]\nrun = 'm'\ngroup = 'stack'\nneeds = ['db']\n"
           "[job.web]\nkind = 'service'\nrun = 'web'\ngroup = 'stack'\nneeds = ['migrate']\n");
  BOOST_REQUIRE(file.supervisors.size() == 1U);
  BOOST_TEST((file.supervisors[0] ==
              supervisor_settings{"stack", supervision_strategy::rest_for_one, 7, 60s}));
  BOOST_REQUIRE(file.jobs.size() == 3U);
  BOOST_TEST(!file.jobs[0].timeout); // that of the group is for jobs that end
  BOOST_TEST((file.jobs[1].timeout == 3s));
}

// The order in which supervisors are stopped is the reverse of this one.
BOOST_AUTO_TEST_CASE(a_supervisor_comes_after_those_that_it_needs) {
  auto file =
      good("[group.front]\n[group.back]\n"
           "[job.web]\nkind = 'service'\nrun = 'web'\ngroup = 'front'\nneeds = ['migrate']\n"
           "[job.migrate]\nrun = 'm'\nneeds = ['db']\n"
           "[job.db]\nkind = 'service'\nrun = 'db'\ngroup = 'back'\nneeds = ['alone']\n"
           "[job.alone]\nkind = 'service'\nrun = 'x'\n");
  BOOST_REQUIRE(file.supervisors.size() == 3U);
  BOOST_TEST(file.supervisors[0].name == "alone");
  BOOST_TEST(file.supervisors[1].name == "back");
  BOOST_TEST(file.supervisors[2].name == "front");
  BOOST_TEST(file.jobs[0].service->supervisor == 2U);
  BOOST_TEST(file.jobs[2].service->supervisor == 1U);
  BOOST_TEST(file.jobs[3].service->supervisor == 0U);
}

BOOST_AUTO_TEST_CASE(groups_of_services_that_need_each_other_are_refused) {
  BOOST_TEST(
      bad("[group.x]\n[group.y]\n"
          "[job.a]\nkind = 'service'\nrun = 'a'\ngroup = 'x'\n"
          "[job.b]\nkind = 'service'\nrun = 'b'\ngroup = 'y'\nneeds = ['a']\n"
          "[job.c]\nkind = 'service'\nrun = 'c'\ngroup = 'x'\nneeds = ['b']\n") ==
      ":2:8: error: services of these groups need each other, so none could be stopped first: "
      "x -> y -> x; put them into one group\n");
}

BOOST_AUTO_TEST_CASE(keys_of_services_are_checked) {
  BOOST_TEST(
      bad("[group.g]\nstrategy = 'all'\nintensity = 3\n"
          "[job.a]\nkind = 'daemon'\nrun = 'a'\ngroup = 'g'\n") ==
      ":2:12: error: unknown strategy `all` in [group.g]; known are one_for_one, one_for_all, "
      "rest_for_one\n"
      ":3:13: error: `intensity` in [group.g] is an integer; it must be a table: { restarts = 3, "
      "within = \"5s\" }\n"
      ":5:8: error: unknown kind `daemon` in [job.a]; known are job, service\n");
  BOOST_TEST(
      bad("[group.g]\nstrategy = 'one_for_all'\nintensity = { restarts = 1, within = '1s' }\n"
          "[job.a]\nrun = 'a'\ngroup = 'g'\nrestart = 'transient'\n") ==
      ":2:1: error: `strategy` in [group.g] is for services, and the group has none; remove "
      "it, or add kind = \"service\" to a job of it\n"
      ":3:1: error: `intensity` in [group.g] is for services, and the group has none; remove "
      "it, or add kind = \"service\" to a job of it\n"
      ":7:1: error: `restart` in [job.a] is for services; add kind = \"service\", or remove "
      "it\n");
  BOOST_TEST(
      bad("[job.a]\nkind = 'service'\nrun = 'a'\ntimeout = '1s'\nrestart = 'permanant'\n"
          "ready = { port = 0, logs = 'x' }\n") ==
      ":4:1: error: `timeout` in [job.a] is for jobs that end; a service runs until the run is "
      "over: remove it\n"
      ":5:11: error: unknown restart `permanant` in [job.a]; did you mean `permanent`?\n"
      ":6:9: error: `ready` in [job.a] must say one thing: ready = { command = \"COMMAND\" }, "
      "{ port = NUMBER } or { log = \"PART OF A LINE\" }\n"
      ":6:18: error: `port` in [job.a] must be an integer from 1 to 65535\n"
      ":6:21: error: unknown key `logs` in [job.a]; did you mean `log`?\n");
  BOOST_TEST(
      bad("[group.g]\nintensity = { restarts = -1, within = 'soon' }\n"
          "[job.a]\nkind = 'service'\nrun = 'a'\ngroup = 'g'\nready = 'port 7'\n") ==
      ":2:26: error: `restarts` in [group.g] must be an integer from 0 to 1000000\n"
      ":2:39: error: bad duration \"soon\" in [group.g]; write for instance \"250ms\", \"10s\", "
      "\"1m30s\" or \"2h\"\n"
      ":7:9: error: `ready` in [job.a] is a string; it must be a table: ready = { command = "
      "\"COMMAND\" }, { port = NUMBER } or { log = \"PART OF A LINE\" }\n");
}

BOOST_AUTO_TEST_CASE(an_intensity_says_both) {
  BOOST_TEST(
      bad("[group.g]\nintensity = { restart = 1 }\n"
          "[job.a]\nkind = 'service'\nrun = 'a'\ngroup = 'g'\n") ==
      ":2:13: error: `intensity` in [group.g] must say how many and within which time: { restarts "
      "= 3, within = \"5s\" }\n"
      ":2:15: error: unknown key `restart` in [group.g]; did you mean `restarts`?\n");
}

BOOST_AUTO_TEST_CASE(a_service_has_no_slash_in_its_name) {
  BOOST_TEST(bad("[job.'a/b']\nkind = 'service'\nrun = 'a'\n") ==
             ":1:6: error: the name of the service [job.a/b] has a slash; use another sign\n");
}

// -- each -----------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(the_smallest_each_job) {
  const auto file = good("[job.a]\neach = { lines = '-' }\nrun = 'wc {}'\n");
  BOOST_REQUIRE(file.jobs.at(0).each.has_value());
  each_settings expected;
  expected.from = "-";
  expected.run = std::get<job_template>(job_template::of_shell("wc {}"));
  BOOST_TEST((*file.jobs[0].each == expected));
  BOOST_TEST(expected.reads_standard_input());
}

BOOST_AUTO_TEST_CASE(every_key_of_each) {
  const auto file = good(R"(
    [job.a]
    run = ["cc", "{x}"]
    [job.a.each]
    csv = "t.csv"
    workers = 3
    ordered = true
    on_error = "continue"
    retry = 2
    backoff = "1s"
    timeout = "5s"
    [job.b]
    run = "x {}"
    each = { glob = "*", strategy = "serial", on_error = "stop" }
    [job.c]
    run = "x {}"
    each = { command = "ls", strategy = "adaptive" }
    [job.d]
    run = "x {} {y}"
    each = { ndjson = "t" }
  )");
  BOOST_REQUIRE(file.jobs.size() == 4U);
  const auto& all = *file.jobs[0].each;
  BOOST_TEST((all.origin == item_origin::csv));
  BOOST_TEST(all.from == "t.csv");
  BOOST_TEST((all.workers == 3U));
  BOOST_TEST(all.ordered);
  BOOST_TEST((all.on_error == item_failure::go_on));
  BOOST_TEST(all.retry == 2U);
  BOOST_TEST((all.backoff == 1s));
  BOOST_TEST((all.timeout == 5s));
  BOOST_TEST((all.run.words(words{"v"}) == words{"cc", "v"}));
  BOOST_TEST((file.jobs[1].each->origin == item_origin::glob));
  BOOST_TEST((file.jobs[1].each->strategy == each_strategy::serial));
  BOOST_TEST((file.jobs[1].each->on_error == item_failure::stop));
  BOOST_TEST((file.jobs[2].each->origin == item_origin::command));
  BOOST_TEST((file.jobs[2].each->strategy == each_strategy::adaptive));
  BOOST_TEST((file.jobs[3].each->run.fields() == words{"", "y"}));
}

BOOST_AUTO_TEST_CASE(braces_mean_nothing_without_each) {
  BOOST_TEST(
      (good("[job.a]\nrun = 'echo {} ${x} {{'\n").jobs.at(0).argv.back() == "echo {} ${x} {{"));
}

BOOST_AUTO_TEST_CASE(each_says_where_the_items_come_from) {
  const std::string must =
      ": error: `each` in [job.a] must say one thing that gives the items, and says ";
  const std::string keep = ": keep one of lines, glob, command, csv, ndjson\n";
  BOOST_TEST(bad("[job.a]\neach = {}\nrun = 'x'\n") == ":2:8" + must + "none" + keep);
  BOOST_TEST(bad("[job.a]\neach = { csv = 'a', lines = 'b' }\nrun = 'x'\n") ==
             ":2:8" + must + "csv and lines" + keep);
  BOOST_TEST(bad("[job.a]\neach = 'x'\nrun = 'x'\n") ==
             ":2:8: error: `each` in [job.a] is a string; it must be a table: each = { lines = "
             "\"FILE\" }\n");
}

BOOST_AUTO_TEST_CASE(bad_values_in_each) {
  BOOST_TEST(
      bad(R"([job.a]
run = 'x {}'
each = { line = 'a', lines = 'b' }
[job.b]
run = 'x {}'
each = { lines = '', workers = 0, ordered = 'yes', on_error = 'go', strategy = 'paralel' }
[job.c]
run = 'x {}'
each = { glob = '**/**', strategy = 'serial', workers = 2, backoff = '1s' }
)") ==
      ":3:10: error: unknown key `line` in [job.a]; did you mean `lines`?\n"
      ":6:18: error: `lines` in [job.b] is empty; it must be a file, or \"-\" for standard input\n"
      ":6:32: error: `workers` in [job.b] must be an integer from 1 to 10000\n"
      ":6:45: error: `ordered` in [job.b] is a string; it must be true or false\n"
      ":6:63: error: unknown on_error `go` in [job.b]; known are stop, continue\n"
      ":6:80: error: unknown strategy `paralel` in [job.b]; did you mean `parallel`?\n"
      ":9:17: error: bad pattern in [job.c]: glob: a pattern has `**` once at most: **/**\n"
      ":9:47: error: `workers` in [job.c] is for strategy = \"parallel\"; remove one of them\n"
      ":9:60: error: `backoff` in [job.c] is the wait before a further try; add `retry`, or remove "
      "it\n");
}

BOOST_AUTO_TEST_CASE(commands_that_do_not_fit_their_items) {
  BOOST_TEST(
      bad(R"([job.a]
each = { lines = 'a' }
run = 'x {name}'
[job.b]
each = { csv = 'a' }
run = ['x', '{}']
[job.c]
each = { csv = 'a' }
run = "echo '{name}'"
)") ==
      ":3:7: error: `run` in [job.a]: `{name}` is no field, items of `lines` have none; write `{}` "
      "for "
      "the item, or `{{` for a brace\n"
      ":6:7: error: `run` in [job.b]: `{}` stands for a whole item, but a row of `csv` is columns; "
      "write {COLUMN}\n"
      ":9:7: error: `run` in [job.c]: `{name}` stands in single quotes, where the shell replaces "
      "nothing; remove them, it is quoted already\n");
}

BOOST_AUTO_TEST_CASE(each_is_not_for_services_and_standard_input_for_one_job) {
  BOOST_TEST(bad("[job.a]\nkind = 'service'\neach = { lines = 'a' }\nrun = 'x {}'\n") ==
             ":3:1: error: `each` in [job.a] is for jobs that end; a service runs until the run is "
             "over: remove it\n");
  BOOST_TEST(
      bad("[job.a]\neach = { lines = '-' }\nrun = 'x {}'\n[job.b]\neach = { csv = '-' }\n"
          "run = 'x {a}'\n") ==
      ":5:1: error: both `a` and `b` take their items from standard input; give one of them a "
      "file\n");
}

BOOST_AUTO_TEST_SUITE_END()
