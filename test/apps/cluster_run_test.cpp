// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "ended.hpp"
#include "running_node.hpp"
#include "sweet_command.hpp"

using sweet::testing::ended;
using sweet::testing::read_file;
using sweet::testing::running_node;

namespace cluster_run_test {
namespace {

struct fixture : sweet::testing::sweet_command {
  fixture() : secret(folder.write("secret", "a secret of the tests")) {
    std::filesystem::permissions(secret, std::filesystem::perms::owner_read);
  }
  ~fixture() {
    // A guard ends a moment after who it guards.
    for (int i = 0; i < 2000 && left() != 0; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds{5});
    BOOST_TEST(left() == 0U);
  }

  /// A node that knows the secret, and is quick to notice that others are lost.
  running_node node(const std::string& name, const std::string& arguments) {
    return {*this, name,
            "--listen 127.0.0.1:0 --secret-file " + secret +
                " --heartbeat 100ms --pause 300ms --quiet " + arguments};
  }

  running run_on(const std::string& address, std::string_view jobs,
                 std::vector<std::string> arguments = {}) {
    for (const char* one : {"--secret-file", secret.c_str(), "--on", address.c_str()})
      arguments.emplace_back(one);
    return run(jobs, std::move(arguments));
  }

  /// A node that is drained has nothing left to do.
  static void stop(running_node& x) {
    x.signal(SIGTERM);
    const auto end = x.end();
    BOOST_TEST(end.code == 0, end);
  }

  const std::string secret;
};

/// What a report in JSON says of each job but for its times: outcome, exit code, tail of the
/// output.
std::map<std::string, std::string> outcomes(const std::string& report) {
  std::map<std::string, std::string> all;
  std::istringstream in{report};
  for (std::string line; std::getline(in, line);) {
    const auto event = nlohmann::json::parse(line);
    if (event["event"] == "job_ended")
      all[event["job"]] = event["outcome"].dump() + " " + event.value("reason", "") + " " +
                          (event.contains("exit_code") ? event["exit_code"].dump() : "") +
                          event.value("output_tail", "") + event.value("output", "");
    if (event["event"] == "run_ended")
      all[""] = event["succeeded"].dump() + event["failed"].dump() + event["skipped"].dump() +
                event["exit_code"].dump();
  }
  return all;
}

/// The same of each item.
std::map<std::string, std::string> outcomes_of_items(const std::string& report) {
  std::map<std::string, std::string> all;
  std::istringstream in{report};
  for (std::string line; std::getline(in, line);) {
    const auto event = nlohmann::json::parse(line);
    if (event["event"] == "item_ended")
      all[event["job"].get<std::string>() + event["index"].dump()] =
          event["item"].dump() + event["outcome"].dump() + event.value("reason", "") + " " +
          event["attempts"].dump() + event.value("output", "") + event.value("output_tail", "");
  }
  return all;
}

} // namespace
} // namespace cluster_run_test

BOOST_FIXTURE_TEST_SUITE(cluster_run_test, cluster_run_test::fixture)

BOOST_AUTO_TEST_CASE(a_file_gives_the_same_here_and_there) {
  const std::string jobs = R"(
    [group.there]
    node = "role:build"
    [job.here]
    run = "echo here"
    [job.good]
    group = "there"
    needs = ["here"]
    env = { WHAT = "a value" }
    run = "echo $WHAT; echo to stderr >&2; seq 1 100000 | tail -1"
    [job.bad]
    node = "any"
    run = "echo no paper; exit 3"
    [job.after]
    needs = ["bad"]
    run = "echo never"
    [job.killed]
    node = "w1"
    run = "kill -9 $$"
    [job.no-program]
    group = "there"
    run = ["/no/such/program"]
    [job.slow]
    group = "there"
    run = "echo begun; exec sleep 1000"
    timeout = "500ms"
  )";
  auto w1 = node("w1", "--roles build --allow-run build,any");
  const auto address = w1.address();
  ended there{run_on(address, jobs, {"--json", "--verbose"})};
  ended here{run(jobs, {"--json", "--verbose"})};
  BOOST_TEST(there.code == 1, there);
  BOOST_TEST(here.code == 1, here);
  BOOST_TEST(outcomes(there.out).size() == 7U, there);
  BOOST_TEST((outcomes(there.out) == outcomes(here.out)), there << here);
  stop(w1);
}

BOOST_AUTO_TEST_CASE(files_go_along_and_come_back) {
  auto w1 = node("w1", "--roles build --allow-run build");
  folder.write("in.txt", "some text");
  const auto tool =
      folder.write("tool.sh", "#!/bin/sh\nmkdir out; tr a-z A-Z < in.txt > out/text; pwd\n");
  std::filesystem::permissions(tool, std::filesystem::perms::owner_all);
  ended done{run_on(w1.address(), R"(
    [job.shout]
    node = "role:build"
    inputs = ["in.txt", "tool.sh"]
    outputs = ["out/text"]
    run = ["./tool.sh"]
  )",
                    {"--verbose"})};
  BOOST_TEST(done.code == 0, done);
  BOOST_TEST(read_file(folder / "out/text") == "SOME TEXT");
  const auto at = done.out.find("/sweet-command-");
  BOOST_TEST_REQUIRE(at != std::string::npos, done);
  stop(w1);
}

BOOST_AUTO_TEST_CASE(files_that_cannot_travel_fail_the_job) {
  auto w1 = node("w1", "--roles build --allow-run build");
  const auto address = w1.address();
  ended missing{run_on(address, R"(
    [job.a]
    node = "role:build"
    inputs = ["none.txt"]
    run = "true"
    [job.b]
    node = "role:build"
    outputs = ["none.txt"]
    run = "true"
  )")};
  BOOST_TEST(missing.code == 1, missing);
  BOOST_TEST(missing.says("FAIL   a  there is no file none.txt"), missing);
  BOOST_TEST(missing.says("FAIL   b  there is no file none.txt"), missing);
  folder.write("large", std::string((1U << 20U) + 1, 'x'));
  ended large{run_on(address, "[job.a]\nnode = 'role:build'\ninputs = ['large']\nrun = 'true'\n")};
  BOOST_TEST(large.says("the file large has more than 1 MiB, and does not travel"), large);
  ended outside{run_on(address, "[job.a]\nnode = 'any'\ninputs = ['../secret']\nrun = 'true'\n")};
  BOOST_TEST(outside.code == 2, outside);
  stop(w1);
}

BOOST_AUTO_TEST_CASE(all_that_is_printed_comes_back) {
  auto w1 = node("w1", "--roles build --allow-run build");
  ended done{
      run_on(w1.address(), "[job.a]\nnode = 'role:build'\nrun = 'seq 1 1000000'\n", {"--verbose"})};
  BOOST_TEST(done.code == 0);
  std::string expected;
  for (int i = 1; i <= 1000000; ++i)
    expected += std::to_string(i) + '\n';
  BOOST_TEST((done.out.find(expected) != std::string::npos));
  stop(w1);
}

BOOST_AUTO_TEST_CASE(ctrl_c_reaches_what_runs_there) {
  const std::string jobs = R"(
    [job.polite]
    node = "role:build"
    run = "trap 'echo got it; exit 7' TERM; echo up > $FOLDER/up1; while :; do sleep 0.01; done"
    [job.deaf]
    node = "role:build"
    run = "trap '' TERM; echo up > $FOLDER/up2; while :; do sleep 0.01; done"
  )";
  auto w1 = node("w1", "--roles build --allow-run build");
  folder.make_fifo("up1");
  folder.make_fifo("up2");
  std::string text = jobs;
  for (auto at = text.find("$FOLDER"); at != std::string::npos; at = text.find("$FOLDER"))
    text.replace(at, 7, folder.path());
  auto x = run_on(w1.address(), text, {"-j2", "--verbose"});
  BOOST_TEST(read_file(folder / "up1") == "up\n");
  BOOST_TEST(read_file(folder / "up2") == "up\n");
  x.signal(SIGINT);
  // The polite one ends at the first, the other one at the second.
  while (x.result.wait_for(std::chrono::milliseconds{200}) != std::future_status::ready)
    x.signal(SIGINT);
  ended end{std::move(x)};
  BOOST_TEST(end.code == 130, end);
  BOOST_TEST(end.says("stop   polite  exit 7 after "), end);
  BOOST_TEST(end.says("got it\n"), end);
  BOOST_TEST(end.says("stop   deaf "), end);
  stop(w1);
}

BOOST_AUTO_TEST_CASE(a_job_waits_for_a_node_and_says_why) {
  auto w1 = node("w1", "--roles build,test --allow-run build");
  const auto address = w1.address();
  ended none{run_on(address, R"(
    [job.a]
    node = "role:gpu"
    run = "true"
    timeout = "1500ms"
    [job.b]
    node = "role:test"
    run = "true"
    timeout = "1500ms"
  )",
                    {"-j2"})};
  BOOST_TEST(none.code == 1, none);
  BOOST_TEST(none.says("pending: no node with role gpu\n"), none);
  // It has the role, but does not allow it.
  BOOST_TEST(none.says("pending: w1 cannot run command.test\n"), none);
  BOOST_TEST(none.says("FAIL   a  timed out after 1.50 s"), none);
  stop(w1);
}

BOOST_AUTO_TEST_CASE(a_job_whose_node_is_lost_runs_elsewhere_if_it_may) {
  for (const std::string retry : {"1", "0"}) {
    auto meets = node("m" + retry, "");
    const auto address = meets.address();
    auto first = node("a" + retry, "--roles build --allow-run build --join " + address);
    BOOST_TEST(first.address().starts_with("127.0.0.1:"));
    const auto up = folder.make_fifo("up" + retry);
    const auto once = folder / ("once" + retry);
    auto x =
        run_on(address,
               "[job.a]\nnode = 'role:build'\nnode_retry = " + retry + "\nrun = 'if mkdir " + once +
                   "; then echo up > " + up + "; exec sleep 1000; else echo once more; fi'\n",
               {"--verbose"});
    BOOST_TEST(read_file(up) == "up\n");
    auto second = node("b" + retry, "--roles build --allow-run build --join " + address);
    BOOST_TEST(second.address().starts_with("127.0.0.1:"));
    first.signal(SIGKILL);
    BOOST_TEST(first.end().code == -SIGKILL);
    ended end{std::move(x)};
    if (retry == "1") {
      BOOST_TEST(end.code == 0, end);
      BOOST_TEST(end.says("once more\n"), end);
    } else {
      BOOST_TEST(end.code == 1, end);
      BOOST_TEST(end.says("FAIL   a  "), end);
    }
    stop(second);
    stop(meets);
  }
}

BOOST_AUTO_TEST_CASE(nobody_runs_commands_who_was_not_told_to) {
  ended no_proof{sweet({"node", "--name", "w1", "--roles", "a", "--allow-run", "a"})};
  BOOST_TEST(no_proof.code == 2, no_proof);
  BOOST_TEST(no_proof.err.find("has to know who asks") != std::string::npos, no_proof);
  ended no_role{
      sweet({"node", "--name", "w1", "--secret-file", secret, "--roles", "a", "--allow-run", "b"})};
  BOOST_TEST(no_role.code == 2, no_role);
  BOOST_TEST(no_role.err.find("`allow_run` names `b`, which is none of its `roles`") !=
                 std::string::npos,
             no_role);
}

BOOST_AUTO_TEST_CASE(a_full_node_says_so_and_finishes_before_it_ends) {
  auto w1 = node("w1", "--roles build --allow-run build --slots 1");
  const auto address = w1.address();
  const auto up = folder.make_fifo("up");
  const auto go = folder.make_fifo("go");
  auto x = run_on(address,
                  "[job.a]\nnode = 'role:build'\nrun = 'echo up > " + up + "; cat " + go + "'\n");
  BOOST_TEST(read_file(up) == "up\n");
  ended nodes{sweet({"nodes", "--json", "--secret-file", secret, "--on", address})};
  BOOST_TEST(nodes.code == 0, nodes);
  BOOST_TEST(nlohmann::json::parse(nodes.out)["free"] == 0, nodes);
  w1.signal(SIGTERM);
  BOOST_TEST(w1.line() == "w1 drains; 1 task to finish");
  std::ofstream{go} << "go on\n";
  ended end{std::move(x)};
  BOOST_TEST(end.code == 0, end);
  BOOST_TEST(w1.end().code == 0);
}

BOOST_AUTO_TEST_CASE(a_second_sigterm_ends_a_node_with_what_it_runs) {
  auto w1 = node("w1", "--roles build --allow-run build");
  const auto up = folder.make_fifo("up");
  auto x = run_on(w1.address(),
                  "[job.a]\nnode = 'role:build'\nrun = 'echo up > " + up + "; exec sleep 1000'\n");
  BOOST_TEST(read_file(up) == "up\n");
  w1.signal(SIGTERM);
  BOOST_TEST(w1.line() == "w1 drains; 1 task to finish");
  w1.signal(SIGTERM);
  BOOST_TEST(w1.line() == "w1 ends, and cancels what it runs");
  const auto end = w1.end();
  BOOST_TEST(end.code == 130, end);
  ended failed{std::move(x)};
  BOOST_TEST(failed.code == 1, failed);
}

BOOST_AUTO_TEST_CASE(no_node_answers) {
  ended none{run_on("127.0.0.1:1", "[job.a]\nnode = 'any'\nrun = 'true'\n", {"--within", "200ms"})};
  BOOST_TEST(none.code == 3, none);
  BOOST_TEST(none.out == "");
  BOOST_TEST(none.err == "sweet: 127.0.0.1:1 does not answer: no connection to 127.0.0.1:1: "
                         "Connection refused\nsweet: nothing was started\n");
}

BOOST_AUTO_TEST_CASE(items_give_the_same_here_and_there) {
  const std::string jobs = R"(
    [job.a]
    node = "role:build"
    each = { command = "seq 1 40", on_error = "continue", ordered = true, retry = 1, workers = 8 }
    env = { WHAT = "a value" }
    run = "echo {} $WHAT; echo to stderr >&2; test {} -ne 7 || kill -9 $$; test {} -ne 9"
    [job.words]
    node = "any"
    each = { lines = "names" }
    run = ["printf", "%s\n", "it is {}"]
    [job.slow]
    node = "w1"
    each = { command = "echo x", timeout = "300ms" }
    run = "echo {}; exec sleep 1000"
  )";
  folder.write("names", "a b\n'; exit 1; '\n$(false)\n");
  auto w1 = node("w1", "--roles build --allow-run build,any");
  const auto address = w1.address();
  ended there{run_on(address, jobs, {"--json", "--verbose"})};
  ended here{run(jobs, {"--json", "--verbose"})};
  BOOST_TEST(there.code == 1, there);
  BOOST_TEST(here.code == 1, here);
  const auto items = outcomes_of_items(there.out);
  BOOST_TEST(items.size() == 44U, there);
  BOOST_TEST((items == outcomes_of_items(here.out)), there << here);
  BOOST_TEST(outcomes(there.out).at("") == outcomes(here.out).at(""), there << here);
  stop(w1);
}

BOOST_AUTO_TEST_CASE(files_of_items_go_along_and_come_back) {
  auto w1 = node("w1", "--roles build --allow-run build");
  const auto address = w1.address();
  folder.write("one.txt", "first");
  folder.write("two.txt", "second");
  folder.write("list.csv", "from,to\none.txt,1\ntwo.txt,2\n");
  ended done{run_on(address, R"(
    [job.shout]
    node = "role:build"
    each = { glob = "*.txt" }
    inputs = ["{}"]
    outputs = ["out/{}"]
    run = "mkdir out; tr a-z A-Z < {} > out/{}; ls | wc -l | grep -x 2"
    [job.rows]
    node = "role:build"
    each = { csv = "list.csv" }
    inputs = ["{from}"]
    outputs = ["row{to}"]
    run = "cp *.txt row{to}"
  )",
                    {"--verbose"})};
  BOOST_TEST(done.code == 0, done);
  BOOST_TEST(read_file(folder / "out/one.txt") == "FIRST");
  BOOST_TEST(read_file(folder / "out/two.txt") == "SECOND");
  BOOST_TEST(read_file(folder / "row1") == "first");
  BOOST_TEST(read_file(folder / "row2") == "second");
  ended outside{run_on(address, R"(
    [job.a]
    node = "role:build"
    each = { command = "echo ../secret" }
    inputs = ["{}"]
    run = "cat *"
  )")};
  BOOST_TEST(outside.code == 1, outside);
  BOOST_TEST(outside.says("FAIL   a  ../secret"), outside);
  ended unknown{run(R"(
    [job.a]
    each = { lines = "names" }
    inputs = ["{nobody}"]
    run = "cat *"
  )")};
  BOOST_TEST(unknown.code == 2, unknown);
  BOOST_TEST(unknown.err.find("`inputs` and `outputs` of job `a`: `{nobody}` is no field") !=
                 std::string::npos,
             unknown);
  stop(w1);
}

BOOST_AUTO_TEST_CASE(an_item_whose_node_is_lost_runs_elsewhere) {
  auto meets = node("m", "");
  const auto address = meets.address();
  auto first = node("a", "--roles build --allow-run build --join " + address);
  BOOST_TEST(first.address().starts_with("127.0.0.1:"));
  const auto up = folder.make_fifo("up");
  const auto once = folder / "once";
  auto x =
      run_on(address,
             "[job.a]\nnode = 'role:build'\nnode_retry = 1\n"
             "each = { command = 'echo item' }\nrun = 'if mkdir " +
                 once + "; then echo up > " + up + "; exec sleep 1000; else echo {} again; fi'\n",
             {"--verbose"});
  BOOST_TEST(read_file(up) == "up\n");
  auto second = node("b", "--roles build --allow-run build --join " + address);
  BOOST_TEST(second.address().starts_with("127.0.0.1:"));
  first.signal(SIGKILL);
  BOOST_TEST(first.end().code == -SIGKILL);
  ended end{std::move(x)};
  BOOST_TEST(end.code == 0, end);
  BOOST_TEST(end.says("item again\n"), end);
  stop(second);
  stop(meets);
}

BOOST_AUTO_TEST_CASE(ctrl_c_reaches_items_there) {
  auto w1 = node("w1", "--roles build --allow-run build");
  const auto up = folder.make_fifo("up");
  auto x = run_on(w1.address(),
                  "[job.a]\nnode = 'role:build'\neach = { command = 'seq 1 100' }\n"
                  "run = \"trap 'exit 7' TERM; echo up > " +
                      up + "; while :; do sleep 0.01; done\"\n",
                  {"-j1"});
  BOOST_TEST(read_file(up) == "up\n");
  x.signal(SIGINT);
  while (x.result.wait_for(std::chrono::milliseconds{200}) != std::future_status::ready)
    x.signal(SIGINT);
  ended end{std::move(x)};
  BOOST_TEST(end.code == 130, end);
  stop(w1);
}

BOOST_AUTO_TEST_SUITE_END()
