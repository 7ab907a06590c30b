// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// What can be asked of a run, and what failure and cancellation do to it.

#include <sweet/sweet.hpp>
#include <sweet/testing/runtime_fixture.hpp>

#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::runtime_fixture;
using sweet::testing::wait_until_idle;

namespace graph_run_test {
namespace {

async<void> waits_for_ever(task_context ctx) {
  for (;;)
    co_await ctx.sleep_for(1h);
}

struct run_fixture : runtime_fixture {
  task_graph::added waits(const std::string& name) { return graph.add(name, waits_for_ever); }
  task_graph::added does_nothing(const std::string& name) {
    return graph.add(name, [] {});
  }
  task_graph::added fails(const std::string& name) {
    return graph.add(name, [name] { throw std::runtime_error{name + " is broken"}; });
  }

  task_graph graph{"build"};
};

std::vector<std::string> texts(const graph_run& run) {
  std::vector<std::string> result;
  for (const auto& s : run.statuses())
    result.push_back(to_string(s));
  return result;
}

using names = std::vector<std::string>;

} // namespace
} // namespace graph_run_test

BOOST_FIXTURE_TEST_SUITE(graph_run_test, run_fixture)

BOOST_AUTO_TEST_CASE(a_status_says_why) {
  async_event go;
  graph.add("fetch", [&]() -> async<void> { co_await go; });
  does_nothing("parse").depends_on("fetch");
  fails("check").depends_on("parse");
  does_nothing("report").depends_on("check");
  waits("serve").depends_on("parse");
  does_nothing("unasked");
  auto run = graph.start(rt, {"report", "serve"});
  wait_until_idle(rt);
  BOOST_TEST((texts(run) == names{"fetch: running", "parse: waiting for fetch",
                                  "check: waiting for parse", "report: waiting for check",
                                  "serve: waiting for parse", "unasked: unselected"}));
  go.set();
  wait_until_idle(rt);
  BOOST_TEST((texts(run) == names{"fetch: completed", "parse: completed", "check: failed",
                                  "report: skipped because of check", "serve: running",
                                  "unasked: unselected"}));
  BOOST_TEST((run.status("report") == graph_status{"report", graph_task_state::skipped, "check"}));
  BOOST_TEST(run.count(graph_task_state::completed) == 2u);
  BOOST_TEST(!run.is_done());
  BOOST_TEST(run.await(0ns).error().code() == error_code::timeout);
  run.cancel("serve");
  BOOST_TEST(run.await().is_err());
  BOOST_TEST(run.is_done());
  BOOST_TEST(to_string(run.status("serve")) == "serve: cancelled");
}

BOOST_AUTO_TEST_CASE(names_that_do_not_exist_are_refused) {
  does_nothing("a").group("g");
  auto run = graph.start(rt);
  BOOST_CHECK_THROW(run.status("b"), std::invalid_argument);
  BOOST_CHECK_THROW(run.settled("b"), std::invalid_argument);
  BOOST_CHECK_THROW(run.outcome("g"), std::invalid_argument);
  BOOST_CHECK_THROW(run.cancel("b"), std::invalid_argument);
  run.cancel("g");
  BOOST_TEST(run.await().is_ok());
}

BOOST_AUTO_TEST_CASE(values_are_found_by_name) {
  graph.add("number", [] { return 7; });
  graph.add("text", []() -> async<std::string> { co_return std::string(100, 't'); });
  graph.add("box", [] { return std::make_unique<int>(3); });
  auto run = graph.start(rt);
  BOOST_TEST(run.await<int>("number").value() == 7);
  BOOST_TEST(run.await<std::string>("text").value() == std::string(100, 't'));
  BOOST_TEST(*run.await<std::unique_ptr<int>>("box").value() == 3);
  BOOST_TEST(run.outcome("box").is_ok());
  BOOST_TEST(
      (run.outcome<std::unique_ptr<int>>("box").error().code() == error_code::invalid_state));
  BOOST_CHECK_THROW(run.outcome<long>("number"), std::invalid_argument);
  BOOST_TEST(run.outcome("number").is_ok());
}

BOOST_AUTO_TEST_CASE(the_outcome_of_what_has_not_ended_is_no_outcome) {
  waits("a");
  auto run = graph.start(rt);
  BOOST_TEST((run.outcome("a").error().code() == error_code::invalid_state));
  BOOST_TEST(run.cancel() == 1u);
  BOOST_TEST((run.await("a").error().code() == error_code::cancelled));
}

BOOST_AUTO_TEST_CASE(one_task_can_be_awaited_before_the_others) {
  async_event go;
  does_nothing("a");
  graph.add("b", [&]() -> async<int> {
    co_await go;
    co_return 5;
  });
  waits("c");
  auto run = graph.start(rt);
  BOOST_TEST(run.await("a").is_ok());
  auto waiter = spawn(rt, [&]() -> async<int> {
    co_await run.settled("b");
    co_return run.outcome<int>("b").value();
  });
  auto impatient = spawn(rt, [&]() -> async<void> { co_await run.settled("b"); });
  wait_until_idle(rt);
  BOOST_TEST(!waiter.is_done());
  impatient.cancel();
  BOOST_TEST(impatient.await().is_err());
  go.set();
  BOOST_TEST(waiter.await().value() == 5);
  run.cancel();
  BOOST_TEST(run.await().is_err());
}

BOOST_AUTO_TEST_CASE(a_waiter_that_is_cancelled_is_forgotten) {
  waits("a");
  auto run = graph.start(rt);
  auto waiter = run.settled("a");
  wait_until_idle(rt);
  waiter.cancel();
  BOOST_TEST(waiter.await().is_err());
  run.cancel();
  BOOST_TEST(run.await().is_err());
}

BOOST_AUTO_TEST_CASE(a_coroutine_awaits_the_run) {
  does_nothing("a");
  auto good = graph.start(rt);
  fails("b");
  auto bad = graph.start(rt);
  auto task = spawn(rt, [&]() -> async<bool> {
    const auto counts = co_await good;
    const auto outcome = co_await bad.result();
    co_return counts.completed == 1 && outcome.error().cause().name() == "b";
  });
  BOOST_TEST(task.await().value());
}

BOOST_AUTO_TEST_CASE(a_failure_leaves_the_others) {
  async_event go;
  fails("a");
  does_nothing("b").depends_on("a");
  graph.add("c", [&]() -> async<void> { co_await go; });
  does_nothing("d").depends_on("c");
  auto run = graph.start(rt);
  wait_until_idle(rt);
  BOOST_TEST(run.status("c").state == graph_task_state::running);
  go.set();
  const auto error = run.await().error();
  BOOST_TEST((error.code() == error_code::failure));
  BOOST_TEST(error.message() == "1 task failed, 1 skipped");
  BOOST_TEST(error.name() == "build");
  BOOST_TEST(error.cause().name() == "a");
  BOOST_TEST(error.cause().message() == "a is broken");
  BOOST_TEST(run.outcome("d").is_ok());
  const auto skipped = run.outcome("b").error();
  BOOST_TEST((skipped.code() == error_code::cancelled));
  BOOST_TEST(skipped.message() == "skipped: it needs a, which did not complete");
  BOOST_TEST(skipped.name() == "b");
  BOOST_TEST(skipped.cause().name() == "a");
}

BOOST_AUTO_TEST_CASE(or_it_cancels_the_others) {
  async_event go;
  graph.add("a", [&]() -> async<void> {
    co_await go;
    throw std::runtime_error{"a is broken"};
  });
  does_nothing("b").depends_on("a");
  waits("c");
  does_nothing("d").depends_on("c");
  graph.on_failure(graph_failure::cancel_others);
  auto run = graph.start(rt);
  wait_until_idle(rt);
  go.set();
  BOOST_TEST(run.await().error().cause().message() == "a is broken");
  BOOST_TEST((texts(run) ==
              names{"a: failed", "b: skipped because of a", "c: cancelled", "d: cancelled"}));
}

BOOST_AUTO_TEST_CASE(of_several_failures_the_first_is_the_cause) {
  async_event first;
  async_event second;
  auto fails_after = [](async_event& go, std::string why) {
    return [&go, why]() -> async<void> {
      co_await go;
      throw std::runtime_error{why};
    };
  };
  graph.add("a", fails_after(second, "second"));
  graph.add("b", fails_after(first, "first"));
  auto run = graph.start(rt);
  wait_until_idle(rt);
  first.set();
  wait_until_idle(rt);
  second.set();
  const auto error = run.await().error();
  BOOST_TEST(error.message() == "2 tasks failed");
  BOOST_TEST(error.cause().message() == "first");
}

BOOST_AUTO_TEST_CASE(one_is_cancelled_with_its_dependents) {
  waits("a");
  does_nothing("b").depends_on("a");
  does_nothing("c").depends_on("b");
  async_event go;
  graph.add("d", [&]() -> async<void> { co_await go; });
  auto run = graph.start(rt);
  wait_until_idle(rt);
  run.cancel("a");
  BOOST_TEST((run.await("c").error().code() == error_code::cancelled));
  BOOST_TEST(run.outcome("c").error().message() == "cancelled along with b");
  BOOST_TEST(run.status("d").state == graph_task_state::running);
  go.set();
  // A task that was cancelled is no failure.
  BOOST_TEST((run.await().value() == graph_counts{.completed = 1, .cancelled = 3}));
  BOOST_TEST((texts(run) == names{"a: cancelled", "b: cancelled because of a",
                                  "c: cancelled because of b", "d: completed"}));
}

BOOST_AUTO_TEST_CASE(cancelled_before_its_start_it_never_runs) {
  async_event go;
  std::atomic<bool> ran{false};
  graph.add("a", [&]() -> async<void> { co_await go; });
  graph.add("b", [&] { ran = true; }).depends_on("a");
  auto run = graph.start(rt);
  wait_until_idle(rt);
  run.cancel("b");
  BOOST_TEST(to_string(run.status("b")) == "b: cancelled");
  BOOST_TEST(run.outcome("b").error().message() == "cancelled before it was started");
  go.set();
  BOOST_TEST((run.await().value() == graph_counts{.completed = 1, .cancelled = 1}));
  BOOST_TEST(!ran);
}

BOOST_AUTO_TEST_CASE(cancelled_after_its_end_it_takes_running_dependents_along) {
  does_nothing("a");
  waits("b").depends_on("a");
  auto run = graph.start(rt);
  wait_until_idle(rt);
  run.cancel("a", cancellation_level::kill, "no longer wanted");
  BOOST_TEST((run.await().value() == graph_counts{.completed = 1, .cancelled = 1}));
  BOOST_TEST(run.outcome("b").error().message() == "cancelled: no longer wanted");
}

BOOST_AUTO_TEST_CASE(a_group_is_cancelled_as_a_whole) {
  waits("a").group("g");
  waits("b").group("g");
  does_nothing("c").depends_on("a");
  does_nothing("d");
  auto run = graph.start(rt);
  wait_until_idle(rt);
  run.cancel("g");
  BOOST_TEST((run.await().value() == graph_counts{.completed = 1, .cancelled = 3}));
}

BOOST_AUTO_TEST_CASE(a_failure_while_it_is_cancelled_is_a_failure) {
  graph.add("a", [](task_context ctx) -> async<void> {
    try {
      co_await stopped_as_error(waits_for_ever(ctx));
    } catch (const cancelled&) {
      throw std::runtime_error{"clean-up failed"};
    }
  });
  does_nothing("b").depends_on("a");
  auto run = graph.start(rt);
  wait_until_idle(rt);
  run.cancel("a");
  const auto error = run.await().error();
  BOOST_TEST(error.cause().message() == "clean-up failed");
  BOOST_TEST((texts(run) == names{"a: failed", "b: cancelled because of a"}));
}

BOOST_AUTO_TEST_CASE(the_whole_run_is_cancelled) {
  waits("a");
  waits("b").group("g");
  does_nothing("c").depends_on("a");
  does_nothing("d").depends_on("b").group("g");
  auto run = graph.start(rt);
  wait_until_idle(rt);
  BOOST_TEST(run.cancel() == 2u);
  BOOST_TEST((run.await().error().code() == error_code::cancelled));
  BOOST_TEST(run.count(graph_task_state::cancelled) == 4u);
  BOOST_TEST(run.cancel() == 0u);
}

// A body that never listens is not waited for, neither by the run nor by who awaits the task.
BOOST_AUTO_TEST_CASE(at_kill_hard_nothing_is_waited_for) {
  std::atomic<bool> busy{false};
  std::atomic<bool> hold{true};
  graph.add("deaf", [&] {
    busy = true;
    while (hold)
      std::this_thread::yield();
  });
  does_nothing("after").depends_on("deaf");
  auto run = graph.start(rt);
  while (!busy)
    std::this_thread::yield();
  BOOST_TEST(run.cancel(cancellation_level::kill_hard, "enough") == 1u);
  BOOST_TEST(run.await().error().message() == "cancelled: enough");
  BOOST_TEST((run.await("deaf").error().code() == error_code::cancelled));
  BOOST_TEST(run.count(graph_task_state::cancelled) == 2u);
  hold = false;
  rt.join(); // the body reads what is about to go
}

BOOST_AUTO_TEST_CASE(cancelling_a_run_that_is_over_changes_nothing) {
  does_nothing("a");
  auto run = graph.start(rt);
  BOOST_TEST(run.await().is_ok());
  BOOST_TEST(run.cancel() == 0u);
  BOOST_TEST((run.await().value() == graph_counts{.completed = 1}));
}

BOOST_AUTO_TEST_CASE(a_run_whose_task_is_cancelled_is_settled) {
  waits("a");
  does_nothing("b").depends_on("a");
  waits("c").group("g");
  auto run = graph.start(rt);
  wait_until_idle(rt);
  run.task().cancel();
  BOOST_TEST((run.await("b").error().code() == error_code::cancelled));
  BOOST_TEST((run.await().error().code() == error_code::cancelled));
  BOOST_TEST((run.status("a").state == graph_task_state::cancelled));
  BOOST_TEST((run.status("c").state == graph_task_state::cancelled));
  // The end of "a" may be seen before that of the run: then "b" is skipped for want of it.
  BOOST_TEST(run.count(graph_task_state::cancelled) + run.count(graph_task_state::skipped) == 3u);
}

BOOST_AUTO_TEST_CASE(a_run_that_is_cancelled_before_it_starts_is_settled) {
  waits("a");
  does_nothing("b").depends_on("a").group("g");
  std::vector<graph_run> runs;
  // The parent holds the only place where the run could start, and is cancelled itself.
  auto parent = spawn(rt, [&](task_context ctx) -> async<void> {
    runs.push_back(graph.start(ctx));
    runs.back().task().cancel();
    co_await runs.back().result();
  });
  BOOST_TEST(parent.await().is_ok());
  BOOST_TEST((runs[0].await("b").error().code() == error_code::cancelled));
  BOOST_TEST(runs[0].count(graph_task_state::cancelled) == 2u);
}

BOOST_AUTO_TEST_CASE(below_a_task_it_is_a_child) {
  std::vector<graph_run> runs;
  waits("a");
  auto parent = async_task::to<void>(rt).name("parent").run(
      [&](task_context ctx) { runs.push_back(graph.start(ctx)); });
  wait_until_idle(rt);
  BOOST_TEST(parent.status() == task_status::running);
  parent.cancel();
  BOOST_TEST((parent.await().error().code() == error_code::cancelled ||
              parent.status() == task_status::completed));
  BOOST_TEST((runs[0].await().error().code() == error_code::cancelled));
  BOOST_TEST(runs[0].status("a").state == graph_task_state::cancelled);
}

BOOST_AUTO_TEST_CASE(a_run_that_failed_is_a_child_that_failed) {
  fails("a");
  does_nothing("b");
  auto parent = spawn(rt, [&](task_context ctx) -> async<void> {
    const auto good = graph.start(ctx, {"b"});
    co_await good;
    static_cast<void>(graph.start(ctx));
  });
  const auto error = parent.await().error();
  BOOST_TEST(error.cause().name() == "build");
  BOOST_TEST(error.root_cause().message() == "a is broken");
}

BOOST_AUTO_TEST_CASE(a_run_outlives_its_handles) {
  std::atomic<int> ran{0};
  graph.add("a", [&] { ++ran; });
  graph.add("b", [&] { ++ran; }).depends_on("a");
  static_cast<void>(graph.start(rt));
  rt.join();
  BOOST_TEST(ran == 2);
}

BOOST_AUTO_TEST_CASE(a_run_can_be_asked_after_the_runtime) {
  std::vector<graph_run> runs;
  graph.add("a", [] { return 4; });
  waits("b");
  {
    runtime other{runtime_options{.workers = 1}};
    runs.push_back(graph.start(other));
    BOOST_TEST(runs[0].await("a").is_ok());
  }
  BOOST_TEST((texts(runs[0]) == names{"a: completed", "b: cancelled"}));
  BOOST_TEST(runs[0].outcome<int>("a").value() == 4);
  BOOST_TEST(runs[0].is_done());
}

// Any thread asks and cancels while tasks come and go.
BOOST_AUTO_TEST_CASE(handles_are_for_any_thread) {
  constexpr int n = 300;
  for (int i = 0; i < n; ++i) {
    auto added =
        graph.add(std::to_string(i), [](task_context ctx) -> async<void> { co_await ctx.yield(); });
    if (i >= 10)
      added.depends_on(std::to_string(i - 10));
    if (i % 3 == 0)
      added.group("thirds");
  }
  for (int round = 0; round < 5; ++round) {
    auto run = graph.start(rt);
    std::vector<std::thread> threads;
    threads.emplace_back([run] {
      for (int i = n - 50; i < n; ++i)
        run.cancel(std::to_string(i));
    });
    threads.emplace_back([run] {
      while (!run.is_done())
        if (run.statuses().size() != n)
          std::terminate();
    });
    threads.emplace_back([run] {
      for (int i = 0; i < n; i += 30)
        static_cast<void>(run.await(std::to_string(i)));
    });
    if (round == 4)
      threads.emplace_back([run] { static_cast<void>(run.cancel()); });
    const auto outcome = run.await();
    for (auto& t : threads)
      t.join();
    for (const auto& s : run.statuses())
      BOOST_TEST(is_settled(s.state));
  }
}

BOOST_AUTO_TEST_SUITE_END()
