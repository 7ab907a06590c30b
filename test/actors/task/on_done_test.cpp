// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/sweet.hpp>
#include <sweet/testing/captured_stderr.hpp>
#include <sweet/testing/journal.hpp>
#include <sweet/testing/leaves_tasks.hpp>
#include <sweet/testing/runtime_fixture.hpp>

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <latch>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::runtime_fixture;
using sweet::testing::wait_until_idle;

namespace on_done_test {
namespace {

async<int> value_after(task_context ctx, std::chrono::nanoseconds d, int x) {
  co_await ctx.sleep_for(d);
  co_return x;
}

async<void> waits_for_ever(task_context ctx) {
  for (;;)
    co_await ctx.sleep_for(1h);
}

// What the callbacks of a test have got.
template <class T>
class outcomes {
public:
  auto callback() {
    return [this](task_result<T> r) {
      std::lock_guard guard{mutex_};
      got_.push_back(std::move(r));
      ++count;
    };
  }
  task_result<T> only() {
    std::lock_guard guard{mutex_};
    BOOST_REQUIRE(got_.size() == 1u);
    return std::move(got_.front());
  }

  std::atomic<int> count{0};

private:
  std::mutex mutex_;
  std::vector<task_result<T>> got_;
};

} // namespace
} // namespace on_done_test

BOOST_FIXTURE_TEST_SUITE(on_done_test, runtime_fixture)

BOOST_AUTO_TEST_CASE(a_callback_gets_the_outcome_when_the_task_has_ended) {
  outcomes<int> got;
  auto task = rt.spawn(value_after, 1ms, 7);
  task.on_done(got.callback());
  wait_until_idle(rt);
  BOOST_TEST(got.count == 0);
  advance(1ms);
  BOOST_TEST(got.only().value() == 7);
}

BOOST_AUTO_TEST_CASE(a_callback_on_an_ended_task_is_called_at_once_on_a_worker) {
  auto task = rt.spawn([] { return 1; });
  BOOST_TEST(task.await().is_ok());
  std::atomic<bool> elsewhere{false};
  const auto here = std::this_thread::get_id();
  task.on_done([&](task_result<int> r) {
    elsewhere = r.value() == 1 && std::this_thread::get_id() != here;
  });
  wait_until_idle(rt);
  BOOST_TEST(elsewhere);
}

BOOST_AUTO_TEST_CASE(any_number_of_callbacks_from_any_thread) {
  std::atomic<int> called{0};
  auto task = rt.spawn(value_after, 1ms, 1);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&, task] {
      for (int n = 0; n < 100; ++n)
        task.on_done([&](task_result<int> r) { called += r.value(); });
    });
  advance(1ms); // in the midst of it, perhaps
  for (auto& t : threads)
    t.join();
  wait_until_idle(rt);
  BOOST_TEST(called == 400);
}

BOOST_AUTO_TEST_CASE(failures_and_cancellations_are_outcomes) {
  outcomes<void> failed;
  outcomes<void> stopped;
  rt.spawn([] { throw std::runtime_error{"bad"}; }).on_done(failed.callback());
  auto task = rt.spawn(waits_for_ever);
  task.on_done(stopped.callback());
  wait_until_idle(rt);
  task.cancel();
  wait_until_idle(rt);
  BOOST_TEST(failed.only().error().message() == "bad");
  BOOST_TEST((stopped.only().error().code() == error_code::cancelled));
}

BOOST_AUTO_TEST_CASE(callbacks_of_a_child) {
  outcomes<int> got;
  auto task = rt.spawn([&](task_context ctx) -> async<int> {
    auto child = ctx.spawn(value_after, 1ms, 3);
    child.on_done(got.callback());
    co_return co_await child;
  });
  advance(1ms);
  BOOST_TEST(task.await().value() == 3);
  wait_until_idle(rt);
  BOOST_TEST(got.only().value() == 3);
}

BOOST_AUTO_TEST_CASE(a_move_only_value_goes_to_the_first_who_takes_it) {
  outcomes<std::unique_ptr<int>> got;
  auto task = rt.spawn([] { return std::make_unique<int>(5); });
  task.on_done(got.callback());
  wait_until_idle(rt);
  BOOST_TEST(*got.only().value() == 5);
  BOOST_TEST((task.await().error().code() == error_code::invalid_state));
}

BOOST_AUTO_TEST_CASE(a_move_only_callback_is_destroyed_after_its_call) {
  auto owned = std::make_shared<int>(1);
  std::weak_ptr<int> watch = owned;
  auto task = rt.spawn(value_after, 1ms, 1);
  task.on_done([held = std::move(owned), unique = std::make_unique<int>(2)](task_result<int>) {});
  BOOST_TEST(!watch.expired());
  advance(1ms);
  BOOST_TEST(watch.expired());
}

BOOST_AUTO_TEST_CASE(a_callback_may_drop_the_last_handle) {
  auto task = std::make_shared<spawning_task<int>>(rt.spawn(value_after, 1ms, 1));
  std::atomic<bool> called{false};
  auto& handle = *task;
  handle.on_done([&called, task = std::move(task)](task_result<int> r) mutable {
    task = nullptr;
    called = r.value() == 1;
  });
  advance(1ms);
  BOOST_TEST(called);
}

BOOST_AUTO_TEST_CASE(a_callback_may_spawn_and_add_callbacks) {
  std::atomic<int> last{0};
  auto task = rt.spawn([] { return 1; });
  task.on_done([&, task](task_result<int> r) {
    rt.spawn([x = r.value()] { return x + 1; }).on_done([&, task](task_result<int> next) {
      task.on_done([&, x = next.value()](task_result<int> again) { last = x + again.value(); });
    });
  });
  wait_until_idle(rt);
  BOOST_TEST(last == 3);
}

BOOST_FIXTURE_TEST_CASE(a_callback_may_block_the_only_worker,
                        sweet::testing::single_worker_fixture) {
  std::atomic<int> got{0};
  rt.spawn([] { return 1; }).on_done([&](task_result<int> r) {
    auto other = rt.spawn([](task_context ctx) -> async<int> {
      co_await ctx.yield();
      co_return 2;
    });
    got = r.value() + other.await().value();
  });
  while (got == 0)
    std::this_thread::yield();
  BOOST_TEST(got == 3);
  BOOST_TEST(rt.spawn([] { return 4; }).await().value() == 4);
  // The thread of the callback drives no processor any more, so that nobody waits for it: it lets
  // go of both tasks last.
  while (rt.live_tasks() != 0)
    std::this_thread::yield();
}

BOOST_AUTO_TEST_CASE(the_status_is_final_when_the_callback_runs) {
  std::atomic<task_status> seen{task_status::pending};
  auto task = rt.spawn([] {});
  task.on_done([&, task](task_result<void>) { seen = task.status(); });
  wait_until_idle(rt);
  BOOST_TEST((seen == task_status::completed));
}

// -- exceptions and the end --------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(what_a_callback_throws_goes_to_the_log) {
  std::mutex mutex;
  std::vector<log_record> records;
  {
    runtime logged{runtime_options{.workers = 1, .log = [&](const log_record& r) {
                                     std::lock_guard guard{mutex};
                                     records.push_back(r);
                                   }}};
    auto task = async_task::to<int>(logged).name("loud").run([] { return 1; });
    task.on_done([](task_result<int>) { throw std::runtime_error{"oops"}; });
    task.on_done([](task_result<int>) { throw 5; });
    task.on_done([](task_result<int>) { throw cancelled{}; });
    BOOST_TEST(task.await().value() == 1);
  }
  BOOST_REQUIRE(records.size() == 3u);
  std::string texts;
  for (const auto& r : records) {
    BOOST_TEST((r.level == log_level::error));
    BOOST_TEST(r.name == "loud");
    texts += r.text + '\n';
  }
  BOOST_TEST(texts.find("on_done() threw: oops") != std::string::npos);
  BOOST_TEST(texts.find("threw: an exception that is not derived from std::exception") !=
             std::string::npos);
  BOOST_TEST(texts.find("threw: cancelled") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_runtime_that_ends_calls_the_callbacks_first) {
  std::atomic<int> called{0};
  std::atomic<int> cancelled_ones{0};
  {
    runtime ending{runtime_options{.workers = 1}};
    for (int i = 0; i < 100; ++i)
      ending.spawn(waits_for_ever).on_done([&](task_result<void> r) {
        cancelled_ones += r.error().code() == error_code::cancelled;
        // What it starts now is cancelled, and its callbacks are called as well.
        ending.spawn([] {}).on_done([&](task_result<void>) { ++called; });
      });
  }
  BOOST_TEST(cancelled_ones == 100);
  BOOST_TEST(called == 100);
}

BOOST_AUTO_TEST_CASE(without_a_runtime_a_callback_runs_where_it_is_given) {
  std::optional<spawning_task<int>> task;
  {
    runtime ending{runtime_options{.workers = 1}};
    task = async_task::to<int>(ending).name("late").run([] { return 6; });
    BOOST_TEST(task->await().is_ok());
  }
  int got = 0;
  task->on_done([&](task_result<int> r) { got = r.value(); });
  BOOST_TEST(got == 6);
  sweet::testing::captured_stderr err;
  task->on_done([](task_result<int>) { throw std::runtime_error{"late"}; });
  BOOST_TEST(err.text().find("late") != std::string::npos);
}

void respawn(runtime& rt, std::atomic<int>& rounds) {
  rt.spawn([](task_context ctx) -> async<void> {
      co_await ctx.sleep_for(1ms);
    }).on_done([&](const task_result<void>&) {
    ++rounds;
    respawn(rt, rounds);
  });
}

BOOST_AUTO_TEST_CASE(callbacks_that_start_the_next_task_for_ever_do_not_keep_a_runtime) {
  std::atomic<int> rounds{0};
  sweet::testing::journal log;
  {
    runtime ending{runtime_options{.workers = 1,
                                   .shutdown = {.graceful = 20ms, .kill = 1h},
                                   .log = [&](const log_record& r) { log.add(r.text); }}};
    respawn(ending, rounds);
  }
  BOOST_TEST(rounds > 0);
  const auto lines = log.take();
  BOOST_REQUIRE(lines.size() == 1u);
  BOOST_TEST(lines.front() ==
             "a callback of on_done() threw: the runtime ends, and its tasks have been "
             "killed: no more are started");
}

BOOST_AUTO_TEST_CASE(a_callback_that_never_returns_is_abandoned) {
  sweet::testing::leaves_tasks();
  std::latch go{1};
  std::latch called{1};
  std::latch over{1};
  sweet::testing::journal log;
  {
    runtime ending{runtime_options{.workers = 1,
                                   .shutdown = {.graceful = 1ms, .kill = 1ms},
                                   .log = [&](const log_record& r) { log.add(r.text); }}};
    ending.spawn([] {}).on_done([&](const task_result<void>&) {
      called.count_down();
      go.wait();
      over.count_down();
    });
    called.wait();
  }
  BOOST_TEST(log.take() ==
             (std::vector<std::string>{
                 "callbacks of on_done() or of stop tokens were abandoned: 1 of them go on after "
                 "kill_hard"}));
  go.count_down();
  over.wait();
}

BOOST_AUTO_TEST_CASE(a_callback_may_own_the_runtime) {
  auto log = std::make_shared<sweet::testing::journal>();
  const std::weak_ptr<sweet::testing::journal> alive = log;
  auto owned = std::make_shared<runtime>(
      runtime_options{.workers = 1, .log = [log](const log_record& r) { log->add(r.text); }});
  log = nullptr;
  std::latch go{1};
  auto task = owned->spawn([] {});
  task.on_done([&go, keep = owned](const task_result<void>&) mutable {
    go.wait();
    keep = nullptr;
  });
  owned = nullptr;
  go.count_down();
  while (!alive.expired()) // the runtime has the log
    std::this_thread::sleep_for(1ms);
  BOOST_TEST(task.await().is_ok());
}

BOOST_AUTO_TEST_CASE(callbacks_race_with_the_end_of_the_runtime) {
  for (int round = 0; round < 50; ++round) {
    std::atomic<int> called{0};
    std::latch both{2};
    std::thread other;
    {
      runtime ending{runtime_options{.workers = 1}};
      auto task = ending.spawn([] { return 1; });
      BOOST_TEST(task.await().is_ok());
      other = std::thread{[&, task] {
        both.arrive_and_wait();
        for (int i = 0; i < 20; ++i)
          task.on_done([&](task_result<int>) { ++called; });
      }};
      both.arrive_and_wait();
    }
    other.join();
    BOOST_REQUIRE(called == 20);
  }
}

BOOST_AUTO_TEST_SUITE_END()
