// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "sweet_command.hpp"

#include <fstream>
#include <string>
#include <thread>

#include <boost/test/unit_test.hpp>

using namespace sweet;
using testing::read_file;

namespace interrupt_test {
namespace {

struct fixture : testing::sweet_command {
  ~fixture() { BOOST_TEST(left() == 0U); }

  // Two sleeping jobs that say when they are up, and one that waits for them.
  const std::string sleepers = R"(
    [job.a]
    run = "echo up > a; exec sleep 1000"
    [job.b]
    run = "echo up > b; sleep 1000 & wait"
    [job.c]
    run = "touch never"
    needs = ["a"]
  )";

  // Jobs that ignore SIGTERM, but tell of it.
  const std::string deaf = R"(
    [job.a]
    run = "trap 'echo term > got' TERM; echo up > a; while :; do sleep 0.01; done"
    [job.b]
    run = "trap '' TERM; echo up > b; while :; do sleep 0.01; done"
  )";

  fixture() {
    for (const char* name : {"a", "b", "got"})
      folder.make_fifo(name);
  }

  void wait_until_up() const {
    for (const char* name : {"a", "b"})
      BOOST_TEST(read_file(folder / name) == "up\n");
  }
};

std::string report_of(process_result& result) {
  return result.out.text() + result.err.text();
}

} // namespace
} // namespace interrupt_test

BOOST_FIXTURE_TEST_SUITE(interrupt_test, fixture)

BOOST_AUTO_TEST_CASE(once_asks_the_jobs_to_stop) {
  for (int number : {SIGINT, SIGTERM, SIGHUP}) {
    auto x = run(sleepers, {"-j2"});
    wait_until_up();
    x.signal(number);
    auto end = x.end();
    const auto report = report_of(end);
    BOOST_TEST(to_string(end.status) == "exit 130", report);
    BOOST_TEST(report.find("interrupted: asking 2 jobs to stop; Ctrl-C again to kill\n") !=
                   std::string::npos,
               report);
    BOOST_TEST(report.find("stop   a  SIGTERM after ") != std::string::npos, report);
    BOOST_TEST(report.find("stop   b  SIGTERM after ") != std::string::npos, report);
    BOOST_TEST(report.find(": 0 done, 3 interrupted\n") != std::string::npos, report);
    BOOST_TEST(!std::filesystem::exists(folder / "never"));
  }
}

BOOST_AUTO_TEST_CASE(a_job_may_clean_up_when_it_is_asked) {
  auto x = run(R"(
    [job.a]
    run = "trap 'touch cleaned; exit 0' TERM; echo up > a; while :; do sleep 0.01; done"
  )");
  BOOST_TEST(read_file(folder / "a") == "up\n");
  x.signal(SIGINT);
  auto end = x.end();
  const auto report = report_of(end);
  BOOST_TEST(to_string(end.status) == "exit 130", report);
  BOOST_TEST(report.find("stop   a  exit 0 after ") != std::string::npos, report);
  BOOST_TEST(std::filesystem::exists(folder / "cleaned"));
}

BOOST_AUTO_TEST_CASE(twice_kills_who_ignores_the_first) {
  auto x = run(deaf, {"-j2"});
  wait_until_up();
  x.signal(SIGINT);
  BOOST_TEST(read_file(folder / "got") == "term\n");
  x.signal(SIGINT);
  auto end = x.end();
  const auto report = report_of(end);
  BOOST_TEST(to_string(end.status) == "exit 130", report);
  BOOST_TEST(report.find("interrupted again: killing 2 jobs\n") != std::string::npos, report);
  BOOST_TEST(report.find("stop   a  SIGKILL after ") != std::string::npos, report);
  BOOST_TEST(report.find("stop   b  SIGKILL after ") != std::string::npos, report);
}

BOOST_AUTO_TEST_CASE(what_has_left_the_group_of_its_job_stops_with_it) {
  const std::string escaped = R"(
    [job.a]
    run = "timeout 1000 sh -c 'echo up > a; exec sleep 1000'; echo after"
    [job.b]
    run = "setsid sh -c 'trap : TERM; echo up > b; while :; do sleep 0.01; done'; echo after"
  )";
  for (const bool twice : {false, true}) {
    auto x = run(escaped, {"-j2"});
    wait_until_up();
    x.signal(SIGINT);
    while (twice && x.result.wait_for(std::chrono::seconds{0}) != std::future_status::ready)
      x.signal(SIGINT);
    auto end = x.end();
    const auto report = report_of(end);
    BOOST_TEST(to_string(end.status) == "exit 130", report);
    BOOST_TEST(left() == 0U);
    // What did not end when it was asked to was stopped, and that is told.
    BOOST_TEST((twice || report.find("which were stopped") != std::string::npos), report);
    BOOST_TEST(report.find("may still run") == std::string::npos, report);
  }
}

BOOST_AUTO_TEST_CASE(an_early_interrupt_is_heard) {
  // The job file is a fifo: once we have opened it, sweet waits for its text.
  auto file = folder.make_fifo("jobs");
  for (const std::string option : {"-v", "--json"}) {
    auto x = sweet({"run", option, file});
    const std::ofstream writer{file};
    x.signal(SIGINT);
    auto end = x.end();
    BOOST_TEST(to_string(end.status) == "exit 130", report_of(end));
    BOOST_TEST(report_of(end) == "sweet: interrupted; nothing was started\n");
  }
}

BOOST_AUTO_TEST_CASE(any_number_ends_it) {
  // Signals of the same kind that come at once count as one, so they are sent until it has ended.
  auto x = run(deaf, {"-j2"});
  wait_until_up();
  while (x.result.wait_for(std::chrono::seconds{0}) != std::future_status::ready) {
    x.signal(SIGINT);
    std::this_thread::yield();
  }
  auto end = x.end();
  BOOST_TEST(to_string(end.status) == "exit 130", report_of(end));
}

BOOST_AUTO_TEST_CASE(an_interrupt_after_a_failure_counts_as_an_interrupt) {
  auto x = run(R"(
    [job.bad]
    run = "exit 1"
    [job.a]
    run = "echo up > a; exec sleep 1000"
  )",
               {"-j1"});
  BOOST_TEST(read_file(folder / "a") == "up\n");
  x.signal(SIGINT);
  auto end = x.end();
  const auto report = report_of(end);
  BOOST_TEST(to_string(end.status) == "exit 130", report);
  BOOST_TEST(report.find(": 0 done, 1 failed, 1 interrupted\n") != std::string::npos, report);
}

BOOST_AUTO_TEST_CASE(an_ignored_signal_stays_ignored) {
  folder.write("jobs.toml", "[job.a]\nrun = 'echo up > a; cat b'\n");
  auto x = start({"/bin/sh", "-c", "trap '' HUP INT; exec $SWEET run jobs.toml"}, folder.path());
  BOOST_TEST(read_file(folder / "a") == "up\n");
  x.signal(SIGHUP);
  x.signal(SIGINT);
  std::ofstream{folder / "b"} << "go on\n";
  auto end = x.end();
  BOOST_TEST(to_string(end.status) == "exit 0", report_of(end));
}

BOOST_AUTO_TEST_CASE(not_even_sigkill_leaves_anything_behind) {
  auto x = run(deaf, {"-j2"});
  wait_until_up();
  BOOST_TEST(left() >= 4U);
  x.signal(SIGKILL);
  auto end = x.end();
  BOOST_TEST(to_string(end.status) == "SIGKILL");
  while (left() > 0)
    std::this_thread::yield();
}

BOOST_AUTO_TEST_SUITE_END()
