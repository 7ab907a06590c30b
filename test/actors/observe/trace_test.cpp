// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/sweet.hpp>
#include <sweet/testing/virtual_clock.hpp>
#include <sweet/testing/wait_until_idle.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::wait_until_idle;

namespace trace_test {
namespace {

struct fixture {
  explicit fixture(std::function<void(const log_record&)> log = {})
      : rt(runtime_options{.workers = 1,
                           .time = &time,
                           .log = std::move(log),
                           .trace = [this](const trace_event& e) {
                             std::lock_guard guard{mutex};
                             events.push_back(e);
                           }}) {}

  /// "name kind" of each event.
  std::vector<std::string> lines() {
    wait_until_idle(rt);
    std::vector<std::string> result;
    for (const auto& e : events)
      result.push_back(e.name + ' ' + to_string(e.kind));
    return result;
  }

  sweet::testing::virtual_clock time;
  std::mutex mutex;
  std::vector<trace_event> events;
  runtime rt;
};

} // namespace
} // namespace trace_test

BOOST_FIXTURE_TEST_SUITE(trace_test, fixture)

BOOST_AUTO_TEST_CASE(the_life_of_a_task) {
  const auto begin = time.now();
  auto task = async_task::to<void>(rt).name("a").tracing().run([](task_context ctx) -> async<void> {
    co_await ctx.sleep_for(2s);
    static_cast<void>(async_task::to<void>(ctx).tracing(false).run(
        [](task_context own) -> async<void> { co_await own.sleep_for(3s); }));
  });
  wait_until_idle(rt);
  time.advance(2s);
  wait_until_idle(rt);
  time.advance(3s);
  BOOST_TEST(task.await().is_ok());
  const std::vector<std::string> expected{"a spawned", "a started",  "a suspended",
                                          "a resumed", "a returned", "a ended"};
  BOOST_TEST(lines() == expected, boost::test_tools::per_element());
  const auto root = events[0].parent;
  BOOST_TEST(bool{root});
  for (const auto& e : events) {
    BOOST_TEST((e.task == task.id()));
    BOOST_TEST((e.parent == root));
    BOOST_TEST(e.thread != 0u);
  }
  BOOST_TEST((events[0].time == begin));
  BOOST_TEST((events[2].time == begin));
  BOOST_TEST((events[3].time == begin + 2s));
  BOOST_TEST((events[4].time == begin + 2s));
  BOOST_TEST((events[5].time == begin + 5s));
  BOOST_TEST(events[0].status == task_status::pending);
  BOOST_TEST(events[4].status == task_status::running);
  BOOST_TEST(events[5].status == task_status::completed);
}

BOOST_AUTO_TEST_CASE(a_runtime_traces_all_its_tasks) {
  std::mutex access;
  std::vector<std::string> seen;
  {
    auto all = runtime_builder{}
                   .workers(1)
                   .tracing()
                   .trace([&](const trace_event& e) {
                     std::lock_guard guard{access};
                     seen.push_back(e.name + ' ' + to_string(e.kind));
                   })
                   .build();
    auto task = async_task::to<void>(all).name("top").run([](task_context ctx) {
      static_cast<void>(async_task::to<void>(ctx).name("below").run([] {}).await());
      static_cast<void>(
          async_task::to<void>(ctx).name("left out").tracing(false).run([] {}).await());
    });
    BOOST_TEST(task.await().is_ok());
    wait_until_idle(all);
  }
  const std::vector<std::string> expected{"top spawned",   "top started",    "below spawned",
                                          "below started", "below returned", "below ended",
                                          "top returned",  "top ended"};
  BOOST_TEST(seen == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(only_tasks_that_ask_are_traced_and_those_below_them) {
  const auto starts_one = [](task_context own) {
    static_cast<void>(async_task::to<void>(own).name("below").run([] {}).await());
  };
  auto task = rt.spawn([starts_one](task_context ctx) -> async<void> {
    co_await async_task::to<void>(ctx).name("plain").run(starts_one);
    co_await async_task::to<void>(ctx).name("traced").tracing().run([starts_one](task_context own) {
      static_cast<void>(
          async_task::to<void>(own).name("untraced").tracing(false).run(starts_one).await());
      starts_one(own);
    });
  });
  BOOST_TEST(task.await().is_ok());
  const std::vector<std::string> expected{"traced spawned",  "traced started", "below spawned",
                                          "below started",   "below returned", "below ended",
                                          "traced returned", "traced ended"};
  BOOST_TEST(lines() == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(tracing_goes_down_whatever_starts_the_tasks) {
  auto task = async_task::to<void>(rt).name("top").tracing().run([](task_context ctx) {
    const auto start_all = [](task_context own) {
      task_group<void> group{own};
      group.spawn(async_task::to<void>(own).name("member"), [] {});
      static_cast<void>(group.next().await());
      static_cast<void>(own.scope("scope", child_failure::fail_fast, [] {}).await());
      static_cast<void>(own.with_timeout("limited", 1s, [] {}).await());
    };
    static_cast<void>(async_task::to<void>(ctx)
                          .name("tried")
                          .retry(1, backoff::immediate())
                          .run(start_all)
                          .await());
    static_cast<void>(async_task::to<void>(ctx).name("detached").detach().run([] {}).await());
    auto stopped = async_task::to<void>(ctx).name("stopped").on_cancel([] {}).run(
        [](task_context own) -> async<void> { co_await own.sleep_for(1h); });
    stopped.cancel();
    static_cast<void>(stopped.await());
  });
  BOOST_TEST(task.await().is_ok());
  std::set<std::string> ended;
  for (const auto& line : lines())
    if (line.ends_with(" ended"))
      ended.insert(line.substr(0, line.find(' ')));
  const std::set<std::string> expected{"limited", "member", "on_cancel", "scope",
                                       "stopped", "top",    "tried"};
  BOOST_TEST(ended == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_traced_stream_tells_of_its_parts) {
  auto task = async_task::to<std::size_t>(rt).name("top").tracing().run([](task_context ctx) {
    return async_task::emits<int>(ctx)
        .sender([](emitter<int>& out) -> async<void> {
          for (int i = 0; i < 5'000; ++i)
            co_await out.emit(i);
        })
        .receiver(strategy::serial{}, [](const int& x) { return x; })
        .await_final_event()
        .collected.items.size();
  });
  BOOST_TEST(task.await().value() == 5'000u);
  const auto all = lines();
  for (const char* part : {"sender", "receiver 0"})
    BOOST_TEST(std::ranges::count(all, part + std::string{" ended"}) == 1, part);
}

BOOST_AUTO_TEST_CASE(each_attempt_is_told_as_the_task) {
  auto task = async_task::to<int>(rt)
                  .name("a")
                  .tracing()
                  .retry(1, backoff::immediate())
                  .run([](task_context ctx) {
                    if (ctx.attempt() == 1)
                      throw std::runtime_error{"no"};
                    return 1;
                  });
  BOOST_TEST(task.await().value() == 1);
  BOOST_TEST(lines() == (std::vector<std::string>{"a spawned", "a started", "a returned",
                                                  "a started", "a returned", "a ended"}));
  for (const auto& e : events)
    BOOST_TEST((e.task == task.id() && e.parent == events[0].parent));
}

BOOST_AUTO_TEST_CASE(the_end_says_how) {
  auto failing = async_task::to<void>(rt).tracing().run([] { throw std::runtime_error{"x"}; });
  BOOST_TEST(failing.await().is_err());
  auto late = async_task::to<void>(rt).tracing().timeout(1s).run(
      [](task_context ctx) -> async<void> { co_await ctx.sleep_for(1h); });
  wait_until_idle(rt);
  time.advance(1s);
  BOOST_TEST(late.await().is_err());
  auto cancelled = rt.spawn([](task_context ctx) {
    auto queued = async_task::to<void>(ctx.runtime()).tracing().run([] {});
    queued.cancel();
  });
  BOOST_TEST(cancelled.await().is_ok());
  wait_until_idle(rt);
  std::vector<task_status> ends;
  for (const auto& e : events)
    if (e.kind == trace_kind::ended)
      ends.push_back(e.status);
  const std::vector expected{task_status::failed, task_status::failed, task_status::cancelled};
  BOOST_TEST(ends == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_kill_after_the_end_was_told_comes_too_late) {
  spawning_task<void> task;
  task_status told = task_status::pending;
  runtime own{runtime_options{.workers = 1, .trace = [&](const trace_event& e) {
                                if (e.kind != trace_kind::ended)
                                  return;
                                told = e.status;
                                task.cancel(cancellation_level::kill_hard);
                              }}};
  async_event go;
  task = async_task::to<void>(own).tracing().run([&go]() -> async<void> { co_await go; });
  wait_until_idle(own);
  go.set();
  BOOST_TEST(task.await().is_ok());
  wait_until_idle(own);
  BOOST_TEST(told == task_status::completed);
  BOOST_TEST(task.status() == task_status::completed);
}

BOOST_AUTO_TEST_CASE(a_sink_that_throws_is_told_to_the_log) {
  std::mutex log_mutex;
  std::vector<std::string> log;
  runtime throwing = runtime_builder{}
                         .log([&](const log_record& r) {
                           std::lock_guard guard{log_mutex};
                           log.push_back(r.text);
                         })
                         .trace([](const trace_event&) { throw std::runtime_error{"no room"}; })
                         .build();
  BOOST_TEST(async_task::to<int>(throwing).tracing().run([] { return 1; }).await().value() == 1);
  wait_until_idle(throwing);
  BOOST_TEST(log.size() == 4u);
  BOOST_TEST(log.at(0) == "the trace sink of the runtime threw: no room");
}

BOOST_AUTO_TEST_SUITE_END()
