// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// The table in docs/tasks.md of what functions of the user's may do in each place that runs them.

#include <sweet/sweet.hpp>
#include <sweet/testing/forked.hpp>
#include <sweet/testing/journal.hpp>
#include <sweet/testing/markdown_table.hpp>

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <functional>
#include <latch>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;

namespace callback_rules_test {
namespace {

/// Starts a task that returns 1, in the way that is usual in a place.
using starter = std::function<spawning_task<int>()>;
/// What a function of the user's does in a place. It is called once.
using action = std::function<void(const starter&)>;

constexpr auto patience = 30s;

async<int> one_after(async_event& go) {
  co_await go;
  co_return 1;
}

/// A runtime, and what a place and an action tell each other.
struct world {
  world()
      : rt(std::make_shared<runtime>(
            runtime_options{.workers = 4,
                            .log = [this, held = alive](const log_record& r) { take(r); },
                            .trace = [this](const trace_event&) { call_once(in_trace); }})) {
    go.set();
  }

  void take(const log_record& r) {
    log.add(r.text);
    call_once(in_log);
  }

  static void call_once(std::function<void()>& f) {
    if (auto call = std::exchange(f, nullptr))
      call();
  }

  starter start() {
    return [this] { return rt->spawn(one_after, std::ref(go)); };
  }

  std::shared_ptr<int> alive = std::make_shared<int>(0);
  async_event go; ///< lets the tasks that are started complete
  sweet::testing::journal log;
  std::function<void()> in_log;   ///< called by the first record
  std::function<void()> in_trace; ///< called by the first event
  std::optional<task_error> error;
  std::shared_ptr<runtime> rt;
};

starter children_of(world& w, task_context ctx) {
  return [&w, ctx] { return ctx.spawn(one_after, std::ref(w.go)).share(); };
}

// -- places ---------------------------------------------------------------------------------------

/// Has the action done in a place, and waits until that is over.
using place = std::function<void(world&, const action&)>;

/// Runs a body that does not begin before its spawner is done with the runtime.
template <class Build, class Body>
void run_body(world& w, Build build, Body body) {
  std::latch go{1};
  auto task = build(async_task::to<void>(*w.rt)).run(body, std::ref(go));
  go.count_down();
  auto outcome = task.await();
  if (outcome.is_err())
    w.error = outcome.error();
}

void in_coroutine(world& w, const action& act) {
  run_body(w, std::identity{}, [&w, &act](task_context ctx, std::latch& go) -> async<void> {
    go.wait();
    act(children_of(w, ctx));
    co_return;
  });
}

void in_callable(world& w, const action& act) {
  run_body(w, std::identity{}, [&w, &act](task_context ctx, std::latch& go) {
    go.wait();
    act(children_of(w, ctx));
  });
}

void in_blocking_body(world& w, const action& act) {
  run_body(
      w, [](auto builder) { return builder.blocking(); },
      [&w, &act](task_context ctx, std::latch& go) {
        go.wait();
        act(children_of(w, ctx));
      });
}

void in_on_cancel(world& w, const action& act) {
  std::latch waits{1};
  std::latch go{1};
  auto task = w.rt->spawn([&](task_context ctx) -> async<void> {
    ctx.on_cancel([&](task_context own) {
      go.wait();
      act(children_of(w, own));
    });
    waits.count_down();
    co_await ctx.sleep_for(1h);
  });
  waits.wait();
  task.cancel();
  go.count_down();
  static_cast<void>(task.await());
}

void in_on_done(world& w, const action& act) {
  std::latch go{1};
  std::latch over{1};
  w.rt->spawn([] {}).on_done([&, start = w.start()](const task_result<void>&) {
    const struct tells_end {
      std::latch& end;
      ~tells_end() { end.count_down(); }
    } at_end{over};
    go.wait();
    act(start);
  });
  go.count_down();
  over.wait();
}

/// A body with a callback on its stop token. When the stop comes before that is registered, the
/// callback would run in the body itself: `missed` says so, and nothing is done.
async<void> listens(task_context ctx, const std::function<void()>& callback, std::latch& waits,
                    bool& missed) {
  thread_local bool registers = false;
  registers = true;
  const std::stop_callback listener{ctx.stop_token(), [&callback, &missed, &r = registers] {
                                      if (&r == &registers && registers)
                                        missed = true;
                                      else
                                        callback();
                                    }};
  registers = false;
  waits.count_down();
  co_await ctx.sleep_for(1h);
}

void in_stop_callback_of_canceller(world& w, const action& act) {
  const std::function<void()> callback = [&] { act(w.start()); };
  std::latch waits{1};
  bool missed = false;
  auto task = w.rt->spawn(listens, std::cref(callback), std::ref(waits), std::ref(missed));
  waits.wait();
  task.cancel();
  static_cast<void>(task.await());
}

void in_stop_callback_below_parent(world& w, const action& act) {
  const std::function<void()> callback = [&] { act(w.start()); };
  std::latch waits{1};
  bool missed = false;
  auto task = w.rt->spawn([&](task_context ctx) -> async<void> {
    co_await ctx.spawn(listens, std::cref(callback), std::ref(waits), std::ref(missed));
  });
  waits.wait();
  task.cancel();
  static_cast<void>(task.await());
}

void in_stop_callback_of_root(world& w, const action& act) {
  const std::function<void()> callback = [&] { act(w.start()); };
  std::latch waits{1};
  bool missed = false;
  auto task = w.rt->spawn(listens, std::cref(callback), std::ref(waits), std::ref(missed));
  waits.wait();
  w.rt->cancel();
  static_cast<void>(task.await());
}

template <class Limit>
void in_stop_callback_of_timer(world& w, const action& act, Limit limit) {
  const std::function<void()> callback = [&] { act(w.start()); };
  for (auto time = 1ms;; time *= 2) {
    std::latch waits{1};
    bool missed = false;
    // A deadline gives the outcome early: the end is known to the parent.
    auto parent = w.rt->spawn([&](task_context ctx) -> async<void> {
      co_await limit(async_task::to<void>(ctx), time)
          .run(listens, std::cref(callback), std::ref(waits), std::ref(missed));
    });
    static_cast<void>(parent.await());
    if (waits.try_wait() && !missed)
      return;
  }
}

void in_stop_callback_of_timeout(world& w, const action& act) {
  in_stop_callback_of_timer(w, act, [](auto builder, auto time) { return builder.timeout(time); });
}

void in_stop_callback_of_deadline(world& w, const action& act) {
  in_stop_callback_of_timer(w, act, [](auto builder, auto time) { return builder.deadline(time); });
}

void in_log_sink_of_thread(world& w, const action& act) {
  w.in_log = [&] { act(w.start()); };
  w.rt->log({log_level::info, {}, {}, "a record", {}});
}

void in_log_sink_of_task(world& w, const action& act) {
  w.in_log = [&] { act(w.start()); };
  static_cast<void>(
      w.rt->spawn([](task_context ctx) { ctx.log(log_level::info, "a record"); }).await());
}

void in_trace_sink(world& w, const action& act) {
  w.in_trace = [&] { act(w.start()); };
  static_cast<void>(async_task::to<void>(*w.rt).tracing().run([] {}).await());
}

template <cancellation_level Level>
void in_destructor(world& w, const action& act) {
  struct acts {
    world& w;
    const action& act;
    task_context ctx;
    std::latch& go;
    ~acts() {
      go.wait();
      act(children_of(w, ctx));
    }
  };
  std::latch waits{1};
  std::latch go{1};
  auto task = w.rt->spawn([&](task_context ctx) -> async<void> {
    const acts at_end{w, act, ctx, go};
    waits.count_down();
    co_await ctx.sleep_for(1h);
  });
  waits.wait();
  task.cancel(Level);
  go.count_down();
  static_cast<void>(task.await());
}

const std::map<std::string, std::vector<place>> places{
    {"body: coroutine", {in_coroutine}},
    {"body: callable", {in_callable}},
    {"body: `blocking()`", {in_blocking_body}},
    {"`on_cancel`", {in_on_cancel}},
    {"`on_done`", {in_on_done}},
    {"callback on a stop token",
     {in_stop_callback_of_canceller, in_stop_callback_below_parent, in_stop_callback_of_timeout,
      in_stop_callback_of_deadline}},
    {"log sink", {in_log_sink_of_thread, in_log_sink_of_task}},
    {"trace sink", {in_trace_sink}},
    {"destructor in a body that is stopped",
     {in_destructor<cancellation_level::graceful>, in_destructor<cancellation_level::kill>}},
};

// -- actions --------------------------------------------------------------------------------------

std::string starts(const place& where) {
  world w;
  std::optional<spawning_task<int>> started;
  where(w, [&](const starter& start) { started = start(); });
  if (!started)
    return "no";
  return started->await().is_ok() ? "yes" : "never runs";
}

std::string waits(const place& where, const std::string& expected) {
  async_event other_goes;
  world w;
  if (expected != "yes")
    w.go.reset(); // there is nothing to be had without waiting
  else
    other_goes.set();
  const auto another = w.rt->spawn(one_after, std::ref(other_goes));
  const auto wait_for = [](const spawning_task<int>& task) {
    const auto outcome = task.await(patience);
    return outcome.is_ok() ? "yes" : '`' + std::string{to_string(outcome.error().code())} + '`';
  };
  std::string answer = "not called";
  where(w, [&](const starter& start) {
    answer = wait_for(start());
    if (const auto other = wait_for(another); other != answer)
      answer += ", of another task " + other;
  });
  w.go.set();
  other_goes.set();
  return answer;
}

/// Whether a timer fires while it goes on.
std::string may_take_long(const place& where) {
  world w;
  bool slept = false;
  where(w, [&](const starter&) {
    auto sleeper =
        w.rt->spawn([](task_context ctx) -> async<void> { co_await ctx.sleep_for(1ms); });
    const auto give_up = std::chrono::steady_clock::now() + patience;
    while (!(slept = sleeper.is_done()) && std::chrono::steady_clock::now() < give_up)
      std::this_thread::sleep_for(1ms);
  });
  return slept ? "yes" : "no";
}

std::string throws(const place& where) {
  constexpr int failed = 1;
  constexpr int logged = 2;
  const auto ended = sweet::testing::in_forked_process([&] {
    world w;
    where(w, [](const starter&) { throw std::runtime_error{"thrown"}; });
    w.rt = nullptr;
    for (const auto& line : w.log.take())
      if (line.find("thrown") != std::string::npos)
        return logged;
    return w.error && w.error->message() == "thrown" ? failed : 0;
  });
  if (ended.aborted)
    return "ends the process";
  if (ended.exit_code != 0)
    return ended.exit_code == failed ? "fails the task" : "goes to the log";
  return ended.standard_error.find("thrown") == std::string::npos ? "nothing"
                                                                  : "goes to standard error";
}

std::string destroys_runtime(const place& where) {
  const auto ended = sweet::testing::in_forked_process([&] {
    world w;
    const std::weak_ptr<int> alive = std::exchange(w.alive, nullptr); // the runtime has it still
    where(w, [&](const starter&) { w.rt = nullptr; });
    const auto give_up = std::chrono::steady_clock::now() + patience;
    while (!alive.expired() && std::chrono::steady_clock::now() < give_up)
      std::this_thread::sleep_for(1ms);
    return alive.expired() ? 1 : 0;
  });
  if (ended.aborted)
    return "ends the process";
  return ended.exit_code == 1 ? "yes" : "no";
}

/// Only bodies can be coroutines.
std::string co_awaits(const std::string& where) {
  int got = 0;
  world w;
  if (where == "body: coroutine") {
    static_cast<void>(w.rt->spawn([&](task_context ctx) -> async<void> {
                            got = co_await ctx.spawn([] { return 1; });
                          })
                          .await());
  } else if (where == "`on_cancel`") {
    std::latch waits{1};
    auto task = w.rt->spawn([&](task_context ctx) -> async<void> {
      ctx.on_cancel(
          [&got](task_context own) -> async<void> { got = co_await own.spawn([] { return 1; }); });
      waits.count_down();
      co_await ctx.sleep_for(1h);
    });
    waits.wait();
    task.cancel();
    static_cast<void>(task.await());
  }
  return got == 1 ? "yes" : "-";
}

} // namespace
} // namespace callback_rules_test

BOOST_AUTO_TEST_SUITE(callback_rules_test)

BOOST_AUTO_TEST_CASE(each_place_allows_what_the_table_says) {
  using namespace callback_rules_test;
  auto left = places;
  for (const auto& row : sweet::testing::read_markdown_table(
           SWEET_TEST_DOCS "/tasks.md",
           {"where", "starts a task", "`await()`", "`co_await`", "timers go on while it takes long",
            "what it throws", "destroys its runtime"})) {
    BOOST_TEST_CONTEXT(row[0]) {
      BOOST_REQUIRE(left.erase(row[0]) == 1u);
      BOOST_TEST(co_awaits(row[0]) == row[3]);
      for (const auto& where : places.at(row[0])) {
        BOOST_TEST(starts(where) == row[1]);
        BOOST_TEST(waits(where, row[2]) == row[2]);
        BOOST_TEST(may_take_long(where) == row[4]);
        BOOST_TEST(throws(where) == row[5]);
        BOOST_TEST(destroys_runtime(where) == row[6]);
      }
    }
  }
  BOOST_TEST(left.empty());
}

BOOST_AUTO_TEST_CASE(a_callback_may_start_tasks_while_its_runtime_is_cancelled) {
  BOOST_TEST(callback_rules_test::starts(callback_rules_test::in_stop_callback_of_root) ==
             "never runs");
}

BOOST_AUTO_TEST_SUITE_END()
