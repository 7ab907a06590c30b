// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/threads/scheduler.hpp>
#include <sweet/sweet.hpp>
#include <sweet/testing/leaves_tasks.hpp>
#include <sweet/testing/notes_cancellation.hpp>
#include <sweet/testing/runtime_fixture.hpp>
#include <sweet/testing/waits_for_ever.hpp>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::busy_runtime_fixture;
using sweet::testing::notes_cancellation;
using sweet::testing::runtime_fixture;
using sweet::testing::wait_until_idle;
using sweet::testing::waits_for_ever;

namespace escalation_test {
namespace {

/// Only cancellation of that level ends it.
async<cancellation_level> holds_out_until(cancellation_level level) {
  async_event never;
  auto seen = cancellation_level::none;
  while (seen < level)
    seen = co_await sweet::detail::event_access::wait_shielded(never, seen);
  co_return seen;
}

/// A body in the middle of something until it is let go.
struct computation {
  ~computation() {
    hold = false;
    while (runs && ended == 0)
      std::this_thread::yield();
  }

  std::atomic<bool> runs{false};
  std::atomic<bool> hold{true};
  std::atomic<int> ended{0};

  auto body() {
    return [this](task_context) {
      runs = true;
      while (hold)
        std::this_thread::yield();
      ++ended;
      return 1;
    };
  }
  void wait_until_it_runs() const {
    while (!runs)
      std::this_thread::yield();
  }
};

/// Waits for ever, and counts that it has been thrown out.
/// One of the two workers is in the middle of something.
void wait_until_the_other_sleeps(runtime& rt) {
  auto& home = rt.scheduler();
  while (home.idle().sleeping() != 1 || home.any_work())
    std::this_thread::yield();
}

} // namespace
} // namespace escalation_test

BOOST_AUTO_TEST_SUITE(escalation_test)

BOOST_FIXTURE_TEST_CASE(graceful_becomes_kill_after_five_seconds, runtime_fixture) {
  auto task = spawn(rt, holds_out_until, cancellation_level::kill);
  wait_until_idle(rt);
  task.cancel();
  advance(4'999ms);
  BOOST_TEST(!task.is_done());
  advance(1ms);
  BOOST_TEST((task.await().value() == cancellation_level::kill));
}

BOOST_FIXTURE_TEST_CASE(kill_becomes_kill_hard_after_one_second, runtime_fixture) {
  auto task = spawn(rt, holds_out_until, cancellation_level::kill_hard);
  wait_until_idle(rt);
  task.cancel(cancellation_level::kill);
  advance(999ms);
  BOOST_TEST(!task.is_done());
  advance(1ms);
  BOOST_TEST(task.status() == task_status::cancelled);
}

BOOST_FIXTURE_TEST_CASE(an_explicit_kill_restarts_the_time, runtime_fixture) {
  auto task = spawn(rt, holds_out_until, cancellation_level::kill_hard);
  wait_until_idle(rt);
  task.cancel();
  advance(4s);
  task.cancel(cancellation_level::kill);
  advance(999ms);
  BOOST_TEST(!task.is_done());
  advance(1ms);
  BOOST_TEST(task.is_done());
}

BOOST_FIXTURE_TEST_CASE(repeating_a_level_does_not_restart_the_time, runtime_fixture) {
  auto task = spawn(rt, holds_out_until, cancellation_level::kill);
  wait_until_idle(rt);
  task.cancel();
  advance(4s);
  task.cancel();
  advance(1s);
  BOOST_TEST(task.is_done());
}

BOOST_FIXTURE_TEST_CASE(the_times_can_be_chosen, runtime_fixture) {
  auto quick = async_task::to<cancellation_level>(rt)
                   .rise_after({.graceful = 10ms, .kill = 10ms})
                   .run(holds_out_until, cancellation_level::kill);
  auto never = async_task::to<cancellation_level>(rt)
                   .rise_after({.graceful = cancellation_times::never})
                   .run(holds_out_until, cancellation_level::kill);
  wait_until_idle(rt);
  quick.cancel();
  never.cancel();
  advance(10ms);
  BOOST_TEST(quick.is_done());
  advance(24h);
  BOOST_TEST(!never.is_done());
  never.cancel(cancellation_level::kill);
  BOOST_TEST((never.await().value() == cancellation_level::kill));
}

BOOST_FIXTURE_TEST_CASE(a_task_that_stops_in_time_leaves_no_timer, runtime_fixture) {
  auto task = spawn(rt, waits_for_ever);
  wait_until_idle(rt);
  task.cancel();
  BOOST_TEST(task.await().is_err());
  advance(1h);
  BOOST_TEST(task.status() == task_status::cancelled);
}

BOOST_FIXTURE_TEST_CASE(the_level_rises_for_all_below, runtime_fixture) {
  auto task = spawn(rt, [](task_context ctx) -> async<cancellation_level> {
    auto child = ctx.spawn(holds_out_until, cancellation_level::kill);
    auto other = ctx.spawn(holds_out_until, cancellation_level::kill);
    auto result = co_await child.result();
    co_return result.value();
  });
  wait_until_idle(rt);
  task.cancel();
  advance(4'999ms);
  BOOST_TEST(rt.live_tasks() == 3u);
  advance(1ms);
  BOOST_TEST(task.is_done());
}

BOOST_FIXTURE_TEST_CASE(a_scope_that_fails_gets_harder_on_its_children, runtime_fixture) {
  async_event fail;
  auto task = spawn(rt, [&](task_context ctx) -> async<void> {
    auto child = ctx.spawn(holds_out_until, cancellation_level::kill);
    co_await fail;
    throw std::runtime_error{"no"};
  });
  wait_until_idle(rt);
  fail.set();
  advance(4'999ms);
  BOOST_TEST(!task.is_done());
  BOOST_TEST(task.status() == task_status::running);
  advance(1ms);
  BOOST_TEST(task.await().error().message() == "no");
}

BOOST_FIXTURE_TEST_CASE(a_failed_child_gets_harder_on_its_siblings, runtime_fixture) {
  async_event fail;
  auto task = spawn(rt, [&](task_context ctx) -> async<void> {
    auto child = ctx.spawn(holds_out_until, cancellation_level::kill);
    auto fails = ctx.spawn([&]() -> async<void> {
      co_await fail;
      throw std::runtime_error{"no"};
    });
    co_await waits_for_ever(ctx);
  });
  wait_until_idle(rt);
  fail.set();
  advance(4'999ms);
  BOOST_TEST(!task.is_done());
  advance(1ms);
  BOOST_TEST(task.await().error().root_cause().message() == "no");
}

BOOST_FIXTURE_TEST_CASE(a_timeout_gets_harder_too, runtime_fixture) {
  auto task = async_task::to<cancellation_level>(rt).timeout(1s).run(holds_out_until,
                                                                     cancellation_level::kill);
  advance(5'999ms);
  BOOST_TEST(!task.is_done());
  advance(1ms);
  BOOST_TEST((task.await().error().code() == error_code::timeout));
}

BOOST_FIXTURE_TEST_CASE(at_kill_hard_the_handle_has_its_outcome_at_once, runtime_fixture) {
  computation work;
  auto task = async_task::to<int>(rt).name("stuck").run(work.body());
  work.wait_until_it_runs();
  auto answer = task.cancel(cancellation_level::kill_hard, "no patience").await();
  BOOST_TEST((answer.outcome == cancellation_outcome::cancelled));
  BOOST_TEST((answer.level == cancellation_level::kill_hard));
  BOOST_TEST(answer.abandoned == 1u);
  BOOST_TEST(work.ended == 0);
  BOOST_TEST(task.status() == task_status::cancelled);
  BOOST_TEST(task.await().error().message() == "cancelled: no patience");
  BOOST_TEST(rt.live_tasks() == 1u);
  const auto text = to_text(rt.snapshot());
  const auto line = "stuck " + to_string(task.id()) + " cancelled (kill_hard): abandoned";
  BOOST_TEST(text.find(line) != std::string::npos, text);
  work.hold = false;
  wait_until_idle(rt);
  BOOST_TEST(to_text(rt.snapshot()).find("stuck") == std::string::npos);
  // A terminal status never changes.
  BOOST_TEST(work.ended == 1);
  BOOST_TEST(task.status() == task_status::cancelled);
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
}

BOOST_FIXTURE_TEST_CASE(kill_hard_reaches_tasks_below_a_body_that_computes, runtime_fixture) {
  computation work;
  std::atomic<int> cleaned{0};
  auto task = spawn(rt, [&](task_context ctx) -> int {
    auto child = ctx.spawn([&](task_context own) -> async<void> {
      auto grandchild = own.spawn(waits_for_ever);
      co_await notes_cancellation(own, cleaned);
    });
    return work.body()(ctx);
  });
  work.wait_until_it_runs();
  wait_until_the_other_sleeps(rt);
  BOOST_TEST(rt.live_tasks() == 5u);
  task.cancel();
  task.cancel(cancellation_level::kill);
  wait_until_the_other_sleeps(rt);
  BOOST_TEST(cleaned == 0); // the body in between passes nothing on
  task.cancel(cancellation_level::kill_hard);
  BOOST_TEST(task.is_done());
  while (cleaned != 1)
    std::this_thread::yield();
  work.hold = false;
  wait_until_idle(rt);
  BOOST_TEST(rt.live_tasks() == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_level_that_rises_by_itself_reaches_below_a_body_that_computes,
                        busy_runtime_fixture) {
  computation work;
  std::atomic<int> cleaned{0};
  auto task = spawn(rt, [&](task_context ctx) -> int {
    auto child = ctx.spawn(notes_cancellation, std::ref(cleaned));
    return work.body()(ctx);
  });
  work.wait_until_it_runs();
  wait_until_the_other_sleeps(rt);
  task.cancel();
  time.advance(5s);
  while (cleaned != 1)
    std::this_thread::yield();
  BOOST_TEST(!task.is_done());
  time.advance(1s);
  BOOST_TEST(task.is_done());
  work.hold = false;
}

BOOST_FIXTURE_TEST_CASE(a_parent_that_awaits_a_child_does_not_wait_for_its_end, runtime_fixture) {
  computation work;
  std::atomic<bool> told{false};
  auto task = spawn(rt, [&](task_context ctx) -> async<bool> {
    auto child = async_task::to<int>(ctx).blocking().run(work.body());
    auto shared = child.share();
    auto watcher = ctx.spawn([&, shared]() -> async<void> {
      while (!work.runs)
        std::this_thread::yield();
      shared.cancel(cancellation_level::kill_hard);
      co_return;
    });
    auto outcome = co_await child.result();
    told = true;
    co_return outcome.error().code() == error_code::cancelled;
  });
  while (!told)
    std::this_thread::yield();
  BOOST_TEST(!task.is_done()); // its scope still waits
  work.hold = false;
  BOOST_TEST(task.await().value());
}

BOOST_FIXTURE_TEST_CASE(answers_tell_what_has_become_of_a_task, runtime_fixture) {
  auto done = spawn(rt, [] { return 1; });
  BOOST_TEST(done.await().is_ok());
  BOOST_TEST((done.cancel().await().outcome == cancellation_outcome::success));

  auto failed = spawn(rt, []() -> int { throw std::runtime_error{"no"}; });
  BOOST_TEST(failed.await().is_err());
  BOOST_TEST((failed.cancel().await().outcome == cancellation_outcome::failure));

  auto late = async_task::to<void>(rt).timeout(1s).run(waits_for_ever);
  advance(1s);
  BOOST_TEST((late.cancel().await().outcome == cancellation_outcome::timeout));

  auto task = spawn(rt, holds_out_until, cancellation_level::kill);
  wait_until_idle(rt);
  auto asked = task.cancel();
  BOOST_TEST((asked.now().outcome == cancellation_outcome::running));
  advance(5s);
  auto answer = asked.await();
  BOOST_TEST((answer.outcome == cancellation_outcome::success)); // it returned a value after all
  BOOST_TEST((answer.level == cancellation_level::kill));
  BOOST_TEST((answer.took == 5s));
  BOOST_TEST(answer.abandoned == 0u);
}

BOOST_FIXTURE_TEST_CASE(a_coroutine_awaits_the_answer, runtime_fixture) {
  auto target = spawn(rt, waits_for_ever);
  auto asker = spawn(rt, [&]() -> async<cancellation_outcome> {
    auto answer = co_await target.cancel(cancellation_level::graceful, "enough");
    co_return answer.outcome;
  });
  BOOST_TEST((asker.await().value() == cancellation_outcome::cancelled));
  BOOST_TEST(target.await().error().message() == "cancelled: enough");
}

BOOST_FIXTURE_TEST_CASE(waiting_for_the_answer_has_a_limit, runtime_fixture) {
  auto task = spawn(rt, holds_out_until, cancellation_level::kill);
  wait_until_idle(rt);
  auto asker = spawn(rt, [&] { return task.cancel().await(1s).outcome; });
  wait_until_idle(rt);
  advance(1s);
  BOOST_TEST((asker.await().value() == cancellation_outcome::running));
  task.cancel(cancellation_level::kill);
}

BOOST_FIXTURE_TEST_CASE(the_first_reason_is_kept, runtime_fixture) {
  auto task = spawn(rt, holds_out_until, cancellation_level::kill_hard);
  wait_until_idle(rt);
  task.cancel(cancellation_level::graceful, "first");
  task.cancel(cancellation_level::kill_hard, "second");
  BOOST_TEST(task.await().error().message() == "cancelled: first");
}

BOOST_FIXTURE_TEST_CASE(kill_hard_leaves_other_trees_alone, runtime_fixture) {
  auto task = spawn(rt, [](task_context ctx) -> async<void> {
    for (int i = 0; i < 100; ++i)
      static_cast<void>(ctx.spawn(waits_for_ever));
    co_await waits_for_ever(ctx);
  });
  auto other = spawn(rt, [](task_context ctx) -> async<void> {
    for (int i = 0; i < 100; ++i)
      static_cast<void>(ctx.spawn(waits_for_ever));
    co_await waits_for_ever(ctx);
  });
  wait_until_idle(rt);
  task.cancel(cancellation_level::kill_hard);
  BOOST_TEST(task.is_done());
  wait_until_idle(rt);
  BOOST_TEST(rt.live_tasks() == 1u + 102u);
  BOOST_TEST(other.status() == task_status::running);
}

BOOST_FIXTURE_TEST_CASE(a_killed_runtime_does_not_wait_for_bodies_that_go_on, runtime_fixture) {
  sweet::testing::leaves_tasks();
  std::vector<std::string> log;
  computation work;
  spawning_task<int> task;
  const auto begin = std::chrono::steady_clock::now();
  {
    // Its own, since it is kept for good; the machine's clock, since nobody moves another one.
    runtime own = runtime_builder{}
                      .workers(1)
                      .shutdown({.graceful = 10ms, .kill = 10ms})
                      .watchdog(0ms)
                      .log([&](const log_record& r) { log.push_back(r.text); })
                      .build();
    task = async_task::to<int>(own).name("stuck").run(work.body());
    work.wait_until_it_runs();
  }
  BOOST_TEST((std::chrono::steady_clock::now() - begin < 20s)); // it would be 31 s by default
  BOOST_TEST(task.status() == task_status::cancelled);
  BOOST_REQUIRE(log.size() == 1u);
  BOOST_TEST(log.front().find("\"stuck\" was abandoned") != std::string::npos);
  work.hold = false;
  while (work.ended == 0)
    std::this_thread::yield();
}

BOOST_AUTO_TEST_SUITE_END()
