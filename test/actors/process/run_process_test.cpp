// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/process/run_process.hpp>

#include <sweet/actors/process/process_group.hpp>
#include <sweet/actors/process/task_process.hpp>
#include <sweet/actors/task/task_group.hpp>
#include <sweet/builders/async_task.hpp>
#include <sweet/messages/cancelled.hpp>
#include <sweet/testing/scratch_folder.hpp>

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <filesystem>
#include <string>

using namespace sweet;
using namespace std::chrono_literals;

namespace run_process_test {
namespace {

process_spec shell(std::string script) {
  return {{"/bin/sh", "-c", std::move(script)}};
}

struct fixture {
  // Starts a process that writes its pid into the fifo when it is up.
  spawning_task<process_result> start(const std::string& rest, const std::string& traps = {}) {
    auto task = spawn(rt, run_process, shell(traps + "echo $$ > " + fifo + "; " + rest));
    group = std::stoi(testing::read_file(fifo));
    BOOST_TEST(detail::group_runs(group));
    return task;
  }

  testing::scratch_folder folder;
  std::string fifo = folder.make_fifo("fifo");
  pid_t group = 0;
  runtime rt{runtime_options{.workers = 2}};
};

} // namespace
} // namespace run_process_test

BOOST_FIXTURE_TEST_SUITE(run_process_test, fixture)

BOOST_AUTO_TEST_CASE(gives_the_result) {
  auto outcome = spawn(rt, run_process, shell("echo out; echo err >&2; exit 3")).await();
  BOOST_REQUIRE(outcome.is_ok());
  const auto& result = outcome.value();
  BOOST_TEST(to_string(result.status) == "exit 3");
  BOOST_TEST(result.out.text() == "out\n");
  BOOST_TEST(result.err.text() == "err\n");
}

BOOST_AUTO_TEST_CASE(a_prepared_runtime_watches_processes) {
  task_process::prepare(rt);
  task_process::prepare(rt);
  BOOST_TEST(spawn(rt, run_process, shell("exit 0")).await().value().status.success());
}

BOOST_AUTO_TEST_CASE(it_runs_in_the_working_directory_of_its_task) {
  const auto& home = folder.path();
  auto in = [&](std::string cwd) {
    auto spec = shell("pwd -P");
    spec.cwd = std::move(cwd);
    return async_task::to<process_result>(rt)
        .working_directory(home)
        .run(run_process, std::move(spec))
        .await()
        .value()
        .out.text();
  };
  const auto real = std::filesystem::canonical(home).string();
  BOOST_TEST(in("") == real + '\n');
  std::filesystem::create_directory(home + "/below");
  BOOST_TEST(in("below") == real + "/below\n");
  BOOST_TEST(in("/") == "/\n");
}

BOOST_AUTO_TEST_CASE(a_process_that_cannot_start_is_a_failure) {
  auto outcome = spawn(rt, run_process, process_spec{{"/nonexistent/x"}}).await();
  BOOST_REQUIRE(outcome.is_err());
  BOOST_TEST(outcome.error().code() == error_code::io);
  BOOST_TEST(outcome.error().message() == "cannot run `/nonexistent/x`: No such file or directory");
}

BOOST_AUTO_TEST_CASE(graceful_cancellation_sends_sigterm) {
  auto task =
      start("while :; do :; done", "trap 'echo cleaned > " + folder / "cleaned" + "; exit' TERM; ");
  task.cancel();
  auto outcome = task.await();
  BOOST_REQUIRE(outcome.is_err());
  BOOST_TEST(outcome.error().code() == error_code::cancelled);
  BOOST_TEST(task.status() == task_status::cancelled);
  BOOST_TEST(!detail::group_runs(group));
  BOOST_TEST(testing::read_file(folder / "cleaned") == "cleaned\n");
}

BOOST_AUTO_TEST_CASE(the_task_ends_when_all_of_the_group_is_gone) {
  auto go = folder.make_fifo("go");
  // The shell dies at once, its child when the fifo lets it.
  auto task = start("while :; do :; done", "(trap 'read x < " + go + "; exit' TERM; echo up > " +
                                               go + "; while :; do :; done) & ");
  BOOST_TEST(testing::read_file(go) == "up\n");
  task.cancel();
  std::ofstream{go} << "go\n";
  (void)task.await();
  BOOST_TEST(!detail::group_runs(group));
}

BOOST_AUTO_TEST_CASE(kill_sends_sigkill) {
  for (auto level : {cancellation_level::kill, cancellation_level::kill_hard}) {
    auto task = start("while :; do :; done", "trap '' TERM; ");
    task.cancel(level);
    BOOST_TEST(task.await().is_err());
    while (detail::group_runs(group))
      std::this_thread::yield();
    BOOST_TEST(task.status() == task_status::cancelled);
  }
}

BOOST_AUTO_TEST_CASE(a_level_rises_to_kill) {
  auto task = start("while :; do :; done", "trap '' TERM; ");
  task.cancel(cancellation_level::graceful);
  BOOST_TEST(detail::group_runs(group));
  task.cancel(cancellation_level::kill);
  BOOST_TEST(task.await().is_err());
  BOOST_TEST(!detail::group_runs(group));
}

BOOST_AUTO_TEST_CASE(a_timeout_stops_it) {
  auto task =
      async_task::to<process_result>(rt).timeout(200ms).run(run_process, shell("sleep 1000"));
  auto outcome = task.await();
  BOOST_REQUIRE(outcome.is_err());
  BOOST_TEST(outcome.error().code() == error_code::timeout);
}

BOOST_AUTO_TEST_CASE(a_cancelled_parent_takes_its_processes_with_it) {
  auto parent = spawn(
      rt,
      [](task_context ctx, process_spec spec) -> async<int> {
        auto child = ctx.spawn(run_process, std::move(spec));
        co_return (co_await child).status.code;
      },
      shell("echo $$ > " + fifo + "; while :; do :; done"));
  group = std::stoi(testing::read_file(fifo));
  parent.cancel();
  BOOST_TEST(parent.await().is_err());
  BOOST_TEST(!detail::group_runs(group));
}

BOOST_AUTO_TEST_CASE(the_end_of_the_runtime_leaves_no_process) {
  {
    runtime other{runtime_options{.workers = 1}};
    (void)spawn(other, run_process, shell("echo $$ > " + fifo + "; sleep 1000 & wait"));
    group = std::stoi(testing::read_file(fifo));
  }
  BOOST_TEST(!detail::group_runs(group));
}

BOOST_AUTO_TEST_CASE(a_result_can_be_had_from_a_cancelled_task) {
  std::optional<process_result> result;
  auto task = spawn(
      rt,
      [&result](task_context ctx, process_spec spec) -> async<void> {
        auto started = task_process::start(ctx, spec);
        auto process = std::move(started).value();
        while (!process.ended())
          process.heed(co_await process.wait());
        result = process.take();
        throw cancelled{};
      },
      shell("trap 'echo bye; exit 4' TERM; echo $$ > " + fifo + "; while :; do :; done"));
  group = std::stoi(testing::read_file(fifo));
  task.cancel();
  BOOST_TEST(task.await().is_err());
  BOOST_REQUIRE(result.has_value());
  BOOST_TEST(to_string(result->status) == "exit 4");
  BOOST_TEST(result->out.text() == "bye\n");
}

BOOST_AUTO_TEST_CASE(a_process_does_not_outlive_its_holder) {
  auto outcome = spawn(rt, [this](task_context ctx) -> async<int> {
                   auto started =
                       task_process::start(ctx, shell("echo $$ > " + fifo + "; sleep 1000"));
                   group = std::stoi(testing::read_file(fifo));
                   co_return started.value().pid();
                 }).await();
  BOOST_TEST(outcome.value() == group);
  while (detail::group_runs(group))
    std::this_thread::yield();
}

BOOST_AUTO_TEST_CASE(many_run_as_children) {
  auto outcome = spawn(rt, [](task_context ctx) -> async<int> {
                   task_group<process_result> all{ctx};
                   for (int i = 0; i < 200; ++i)
                     all.spawn(run_process, shell("exit " + std::to_string(i % 10)));
                   int sum = 0;
                   while (auto end = co_await all.next())
                     sum += end->value().status.code;
                   co_return sum;
                 }).await();
  BOOST_TEST(outcome.value() == 900);
}

BOOST_AUTO_TEST_SUITE_END()
