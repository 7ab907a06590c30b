// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "ended.hpp"
#include "sweet_command.hpp"

#include <csignal>
#include <cstdint>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>
#include <netinet/in.h>
#include <nlohmann/json.hpp>
#include <sys/socket.h>

#include <sweet/actors/runtime/system/unique_fd.hpp>

using namespace sweet;
using nlohmann::json;
using testing::ended;
using testing::read_file;

namespace services_test {
namespace {

struct fixture : testing::sweet_command {
  ~fixture() { BOOST_TEST(left() == 0U); }
};

// What happened, in order: "start db, ready db, ...". What a job printed, and the sum, are left
// out.
std::string course_of(const ended& x) {
  std::string result;
  std::istringstream in{x.out};
  for (std::string line; std::getline(in, line);) {
    std::istringstream words{line};
    std::string what;
    std::string who;
    words >> what >> who;
    if (!line.starts_with(' ') && who.find("job") == std::string::npos)
      result += (result.empty() ? "" : ", ") + what + " " + who;
  }
  return result;
}

// A port of the loopback interface that nobody uses now.
std::uint16_t free_port() {
  const detail::unique_fd fd{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  BOOST_REQUIRE(::bind(fd.get(), generic, size) == 0);
  BOOST_REQUIRE(::getsockname(fd.get(), generic, &size) == 0);
  return ntohs(address.sin_port);
}

// A redis-server that tells its process id, and `use`, which waits until it has been killed, and
// then until the next one answers.
std::string redis() {
  std::string text = R"toml(
    [group.stack]
    intensity = { restarts = 2, within = "1m" }
    [job.redis]
    kind = "service"
    group = "stack"
    run = "echo $$ > pid; exec redis-server --bind 127.0.0.1 --port PORT --save '' --appendonly no"
    ready = { command = "test \"$(redis-cli -p PORT ping)\" = PONG", within = "20s" }
    [job.use]
    needs = ["redis"]
    run = """
      redis-cli -p PORT set key value
      echo set > told
      read line < go
      until test "$(redis-cli -p PORT ping)" = PONG; do sleep 0.01; done
      redis-cli -p PORT exists key
    """
    timeout = "30s"
  )toml";
  const auto port = std::to_string(free_port());
  for (auto at = text.find("PORT"); at != std::string::npos; at = text.find("PORT", at))
    text.replace(at, 4, port);
  return text;
}

} // namespace
} // namespace services_test

BOOST_FIXTURE_TEST_SUITE(services_test, fixture)

BOOST_AUTO_TEST_CASE(jobs_start_once_what_they_need_serves_and_services_stop_in_reverse) {
  ended x{run(R"(
    [job.db]
    kind = "service"
    run = "touch db; echo it is up; exec sleep 1000"
    ready = { log = "is up" }
    [job.web]
    kind = "service"
    needs = ["db"]
    run = "test -e db && touch web; exec sleep 1000"
    ready = { command = "test -e web" }
    [job.use]
    needs = ["web"]
    run = "test -e web"
  )")};
  BOOST_TEST(x.code == 0, x);
  BOOST_TEST(course_of(x) == "start db, ready db, start web, ready web, start use, done use, "
                             "stop web, stop db",
             x);
  BOOST_TEST(x.says("3 jobs in "), x);
  BOOST_TEST(x.says(": 3 done\n"), x);
  BOOST_TEST(x.err == "");
}

BOOST_AUTO_TEST_CASE(rest_for_one_restarts_what_came_later_too) {
  folder.make_fifo("go");
  ended x{run(R"(
    [group.stack]
    strategy = "rest_for_one"
    [job.a]
    kind = "service"
    group = "stack"
    run = "exec sleep 1000"
    [job.b]
    kind = "service"
    group = "stack"
    needs = ["a"]
    run = "test -e again && exec sleep 1000; touch again; read line < go; exit 3"
    [job.c]
    kind = "service"
    group = "stack"
    needs = ["b"]
    run = "echo $$ >> c; exec sleep 1000"
    ready = { command = "test -s c" }
    [job.use]
    needs = ["stack"]
    run = "echo now > go; until test $(wc -l < c) = 2; do sleep 0.01; done"
    timeout = "20s"
  )")};
  BOOST_TEST(x.code == 0, x);
  // What `use` does at once may be told before its start, and its end before others are ready.
  auto course = course_of(x);
  for (const std::string of_use : {"start use, ", "done use, "}) {
    const auto at = course.find(of_use);
    BOOST_REQUIRE(at != std::string::npos);
    course.erase(at, of_use.size());
  }
  BOOST_TEST(course.find("down b, stop c, start b, ready b, start c, ") != std::string::npos, x);
  BOOST_TEST(course.ends_with("stop c, stop b, stop a"), x);
}

BOOST_AUTO_TEST_CASE(too_many_restarts_end_the_run_and_are_told) {
  ended x{run(R"(
    [group.stack]
    intensity = { restarts = 2, within = "1m" }
    [job.bad]
    kind = "service"
    group = "stack"
    run = "echo cannot go on; exit 3"
    [job.good]
    kind = "service"
    run = "exec sleep 1000"
    [job.use]
    needs = ["bad", "good"]
    run = "exec sleep 1000"
  )")};
  BOOST_TEST(x.code == 1, x);
  BOOST_TEST(
      x.says("FAIL   stack  more than 2 restarts within 60 s, the last one of \"bad\": bad "), x);
  BOOST_TEST(testing::count_of(x.out, " ago (exit 3)") == 3U, x);
  BOOST_TEST(x.says("       | cannot go on\n"), x);
  BOOST_TEST(x.says("stop   good   SIGTERM after "), x);
  BOOST_TEST(x.err == "");
}

BOOST_AUTO_TEST_CASE(who_needs_a_service_that_does_not_start_is_skipped) {
  ended x{run(R"(
    [job.none]
    kind = "service"
    run = ["/no/such/program"]
    [job.early]
    kind = "service"
    run = "echo wrong setting; exit 2"
    ready = { log = "up" }
    [job.late]
    kind = "service"
    run = "exec sleep 1000"
    ready = { port = 1, within = "100ms" }
    [job.ends]
    kind = "service"
    restart = "transient"
    run = "true"
    ready = { log = "up" }
    [job.odd]
    kind = "service"
    run = "exec sleep 1000"
    ready = { command = ["/no/such/probe"] }
    [job.use]
    needs = ["none", "early", "late", "ends", "odd"]
    run = "touch used"
  )")};
  BOOST_TEST(x.code == 1, x);
  BOOST_TEST(x.says("FAIL   none   did not start: cannot run `/no/such/program`"), x);
  BOOST_TEST(x.says("FAIL   early  did not start: exit 2\n"), x);
  BOOST_TEST(x.says("       | wrong setting\n"), x);
  BOOST_TEST(x.says("FAIL   late   did not start: not ready within 100 ms\n"), x);
  BOOST_TEST(x.says("FAIL   ends   did not start: "), x);
  BOOST_TEST(x.says("FAIL   odd    did not start: cannot run `/no/such/probe`"), x);
  BOOST_TEST(x.says("skip   use    needs "), x);
  BOOST_TEST(x.says("6 jobs in "), x);
  BOOST_TEST(x.says(": 0 done, 5 failed, 1 skipped\n"), x);
  BOOST_TEST(!std::filesystem::exists(folder / "used"));
}

BOOST_AUTO_TEST_CASE(a_run_of_services_alone_lasts_until_they_have_ended) {
  ended x{run(R"(
    [job.once]
    kind = "service"
    restart = "transient"
    run = "test -e failed || { touch failed; exit 1; }"
    [job.never]
    kind = "service"
    restart = "temporary"
    run = "exit 4"
  )")};
  BOOST_TEST(x.code == 1, x);
  BOOST_TEST(x.says("down   once   exit 1 after "), x);
  BOOST_TEST(x.says("down   once   exit 0 after "), x);
  BOOST_TEST(x.says("; it is not restarted\n"), x);
  BOOST_TEST(x.says(": 1 done, 1 failed\n"), x);
}

BOOST_AUTO_TEST_CASE(a_run_of_services_alone_lasts_until_it_is_interrupted) {
  folder.make_fifo("up");
  auto process = run(R"(
    [job.a]
    kind = "service"
    run = "exec sleep 1000"
    [job.b]
    kind = "service"
    needs = ["a"]
    run = "echo up > up; exec sleep 1000"
  )");
  BOOST_TEST(read_file(folder / "up") == "up\n");
  process.signal(SIGINT);
  ended x{std::move(process)};
  BOOST_TEST(x.code == 130, x);
  BOOST_TEST(course_of(x).ends_with("stop b, stop a"), x);
  BOOST_TEST(x.says(": 0 done, 2 interrupted\n"), x);
}

BOOST_AUTO_TEST_CASE(an_interrupt_does_not_wait_for_a_service_that_starts) {
  folder.make_fifo("up");
  auto process = run(R"(
    [job.a]
    kind = "service"
    run = "echo up > up; exec sleep 1000"
    ready = { log = "never", within = "1h" }
    [job.use]
    needs = ["a"]
    run = "true"
  )");
  BOOST_TEST(read_file(folder / "up") == "up\n");
  process.signal(SIGTERM);
  ended x{std::move(process)};
  BOOST_TEST(x.code == 130, x);
  BOOST_TEST(x.says("stop   a    SIGTERM after "), x);
}

BOOST_AUTO_TEST_CASE(a_restart_finds_free_what_the_former_process_held) {
  // A lock stands for a port. What holds it has left the group of the service, which fails once.
  folder.make_fifo("up");
  folder.make_fifo("taken");
  ended x{run(R"toml(
    [job.s]
    kind = "service"
    run = """
      setsid sh -c 'exec 9> lock; flock -n 9 && echo free > up || echo taken > up; exec sleep 1000' &
      read x < up; echo $x >> log
      if test -e second; then echo second > taken; sleep 1000; fi
      touch second; exit 1"""
    [job.a]
    run = "cat taken"
    needs = ["s"]
  )toml")};
  BOOST_TEST(x.code == 0, x);
  BOOST_TEST(read_file(folder / "log") == "free\nfree\n");
  BOOST_TEST(left() == 0U);
}

BOOST_AUTO_TEST_CASE(a_service_that_does_not_get_ready_shows_why) {
  ended x{run(R"toml(
    [job.log]
    kind = "service"
    run = "echo FATAL: locked; sleep 1000"
    ready = { log = "accepting", within = "1s" }
    [job.command]
    kind = "service"
    run = "echo here I am; sleep 1000"
    ready = { command = "echo no such file; exit 7", within = "1s" }
  )toml")};
  BOOST_TEST(x.code == 1, x);
  BOOST_TEST(
      x.says("       | FATAL: locked\n       not ready: no line with `accepting` was printed\n"),
      x);
  BOOST_TEST(x.says("       | here I am\n       not ready: the command "), x);
  BOOST_TEST((x.says("said exit 7\n       | no such file\n") || x.says("had not ended\n")), x);
}

BOOST_AUTO_TEST_CASE(the_second_interrupt_kills_services) {
  folder.make_fifo("up");
  auto process = run(R"(
    [job.deaf]
    kind = "service"
    run = "trap 'echo term > up' TERM; echo up > up; while :; do sleep 0.01; done"
  )");
  BOOST_TEST(read_file(folder / "up") == "up\n");
  process.signal(SIGINT);
  BOOST_TEST(read_file(folder / "up") == "term\n");
  process.signal(SIGINT);
  ended x{std::move(process)};
  BOOST_TEST(x.code == 130, x);
  BOOST_TEST(x.says("stop   deaf  SIGKILL after "), x);
}

BOOST_AUTO_TEST_CASE(events_of_services_as_json) {
  ended x{run(R"(
    [job.a]
    kind = "service"
    run = "echo hi; test -e again && exec sleep 1000; touch again; exit 5"
    [job.use]
    needs = ["a"]
    run = "until test -e again; do sleep 0.01; done"
    timeout = "20s"
    [group.g]
    intensity = { restarts = 0, within = "1s" }
    [job.b]
    kind = "service"
    group = "g"
    needs = ["use"]
    run = "until test -e used; do sleep 0.01; done; exit 6"
    [job.never-ends]
    needs = ["b"]
    run = "touch used; exec sleep 1000"
  )",
              {"--json"})};
  BOOST_TEST(x.code == 1, x);
  std::vector<json> events;
  std::istringstream in{x.out};
  for (std::string line; std::getline(in, line);)
    events.push_back(json::parse(line));
  const auto first = [&](const std::string& event) {
    for (const auto& e : events)
      if (e["event"] == event)
        return e;
    BOOST_FAIL("no " << event << " in\n" << x);
    return json{};
  };
  BOOST_TEST(first("job_started")["kind"] == "service");
  BOOST_TEST(first("service_ready")["job"] == "a");
  const auto end = first("service_ended");
  BOOST_TEST(end["how"] == "failed");
  BOOST_TEST(end["exit_code"] == 5);
  BOOST_TEST(end["restarts"] == true);
  BOOST_TEST(end["output_tail"] == "hi\n");
  const auto failed = first("supervisor_failed");
  BOOST_TEST(failed["supervisor"] == "g");
  BOOST_TEST(failed["reason"].get<std::string>().starts_with("more than 0 restarts within 1 s"));
  BOOST_TEST(events.back()["exit_code"] == 1);
}

BOOST_AUTO_TEST_CASE(a_dry_run_tells_services_from_jobs) {
  ended x{run("[job.a]\nkind = 'service'\nrun = 'a'\n[job.b]\nneeds = ['a']\nrun = 'b'\n",
              {"--dry-run"})};
  BOOST_TEST(x.out == "a  (service)\nb  (after a)\n");
}

BOOST_AUTO_TEST_CASE(a_redis_server_that_is_killed_from_outside_is_healed) {
  folder.make_fifo("told");
  folder.make_fifo("go");
  auto process = run(redis(), {"-v"});
  BOOST_TEST(read_file(folder / "told") == "set\n");
  const auto first = std::stoi(read_file(folder / "pid"));
  BOOST_REQUIRE(::kill(first, SIGKILL) == 0);
  folder.write("go", "go\n");
  ended x{std::move(process)};
  BOOST_TEST(x.code == 0, x);
  BOOST_TEST(x.says("OK\n"), x);
  BOOST_TEST(x.says("\n0\n"), x); // what it kept in memory is gone: it is another process
  BOOST_TEST(std::stoi(read_file(folder / "pid")) != first);
  BOOST_TEST(x.says("down   redis  SIGKILL after "), x);
  BOOST_TEST(testing::count_of(x.out, "start  redis\n") == 2U, x);
  BOOST_TEST(x.says("Ready to accept connections"), x);
  BOOST_TEST(course_of(x).ends_with("stop redis"), x);
}

BOOST_AUTO_TEST_CASE(a_redis_server_that_is_killed_too_often_ends_the_run_with_the_history) {
  folder.make_fifo("told");
  folder.make_fifo("go");
  auto process = run(redis());
  BOOST_TEST(read_file(folder / "told") == "set\n");
  std::vector<int> killed;
  while (killed.size() < 3) {
    // Each writes its own.
    const auto pid = std::stoi("0" + read_file(folder / "pid"));
    if (pid == 0 || (!killed.empty() && killed.back() == pid))
      continue;
    BOOST_REQUIRE(::kill(pid, SIGKILL) == 0);
    killed.push_back(pid);
  }
  ended x{std::move(process)};
  BOOST_TEST(x.code == 1, x);
  BOOST_TEST(
      x.says("FAIL   stack  more than 2 restarts within 60 s, the last one of \"redis\": redis "),
      x);
  BOOST_TEST(testing::count_of(x.out, " ago (SIGKILL)") == 3U, x);
  BOOST_TEST(x.says("stop   use    SIGTERM after "), x);
}

BOOST_AUTO_TEST_SUITE_END()
