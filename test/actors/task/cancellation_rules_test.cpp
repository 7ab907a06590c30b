// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// The table of cancellation levels in docs/semantics.md.

#include <sweet/messages/duration_text.hpp>
#include <sweet/sweet.hpp>
#include <sweet/testing/rule_table.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::simulation;
using sweet::testing::yes_or_no;

namespace cancellation_rules_test {
namespace {

constexpr std::array levels{cancellation_level::graceful, cancellation_level::kill,
                            cancellation_level::kill_hard};

/// Levels that do not rise by themselves.
constexpr cancellation_times forever{cancellation_times::never, cancellation_times::never};

// -- bodies that are cancelled while they wait ----------------------------------------------------

/// What becomes of a task whose body is cancelled while it waits. `body` is called with the context
/// and with what it is to set if the thing in question happens.
template <class Body>
bool happens_to_who_waits(simulation& sim, cancellation_level level, Body body) {
  bool happened = false;
  sim.run([&](task_context ctx) -> async<void> {
    auto task =
        async_task::to<void>(ctx.runtime()).rise_after(forever).run(body, std::ref(happened));
    co_await ctx.sleep_for(1s);
    task.cancel(level);
    static_cast<void>(co_await task.result());
    co_await ctx.sleep_for(1min); // the body may go on
  });
  return happened;
}

async<void> notes_interruption(task_context ctx, bool& interrupted) {
  try {
    co_await stopped_as_error(ctx.sleep_for(10s));
  } catch (const cancelled&) {
    interrupted = true;
    throw;
  }
}

async<void> waits_shielded(task_context ctx, bool& interrupted) {
  co_await ctx.shield(1h, [&interrupted](task_context own) -> async<void> {
    co_await notes_interruption(own, interrupted);
  });
}

async<void> waits_twice(task_context ctx, bool& interrupted) {
  try {
    co_await stopped_as_error(ctx.sleep_for(10s));
  } catch (const cancelled&) {
  }
  try {
    co_await stopped_as_error(ctx.sleep_for(10s));
  } catch (const cancelled&) {
    interrupted = true;
    throw;
  }
}

async<void> has_a_child(task_context ctx, bool& interrupted) {
  co_await ctx.spawn(notes_interruption, std::ref(interrupted));
}

template <when_cancelled When>
async<void> cleans_up(task_context ctx, bool& cleaned_up) {
  ctx.on_cancel([&cleaned_up] { cleaned_up = true; }, When);
  co_await ctx.sleep_for(10s);
}

// -- bodies that are cancelled while they compute -------------------------------------------------

/// The same for a body that is cancelled in the middle of something: it cancels its own task.
/// `body` is called with the context and with that step.
template <class Body, class Builder>
void run_computing(simulation& sim, cancellation_level level, Body body, Builder build) {
  sim.run([&](task_context ctx) -> async<void> {
    spawning_task<void> task;
    const auto cancel = [&] { task.cancel(level); };
    task =
        build(async_task::to<void>(ctx.runtime()).rise_after(forever)).run([&](task_context own) {
          body(own, cancel, task);
        });
    static_cast<void>(co_await task.result());
    co_await ctx.sleep_for(1min);
  });
}

template <class Body>
void run_computing(simulation& sim, cancellation_level level, Body body) {
  run_computing(sim, level, body, [](auto builder) { return builder; });
}

template <class Step>
bool throws_cancelled(Step step) {
  try {
    step();
    return false;
  } catch (const cancelled&) {
    return true;
  }
}

bool sees_its_stop_token(simulation& sim, cancellation_level level) {
  bool stopped = false;
  run_computing(sim, level, [&](task_context ctx, const auto& cancel, const auto&) {
    const auto token = ctx.stop_token();
    cancel();
    stopped = token.stop_requested();
  });
  return stopped;
}

bool checkpoint_throws(simulation& sim, cancellation_level level) {
  bool thrown = false;
  run_computing(sim, level, [&](task_context ctx, const auto& cancel, const auto&) {
    cancel();
    thrown = throws_cancelled([&] { ctx.checkpoint(); });
  });
  return thrown;
}

bool spawn_throws(simulation& sim, cancellation_level level) {
  bool thrown = false;
  run_computing(sim, level, [&](task_context ctx, const auto& cancel, const auto&) {
    cancel();
    thrown = throws_cancelled([&] { static_cast<void>(ctx.spawn([] {})); });
  });
  return thrown;
}

bool handle_waits_for_the_body(simulation& sim, cancellation_level level) {
  bool waits = false;
  run_computing(sim, level, [&](task_context, const auto& cancel, const spawning_task<void>& task) {
    cancel();
    waits = !task.is_done();
  });
  return waits;
}

bool another_attempt_follows(simulation& sim, cancellation_level level) {
  int attempts = 0;
  run_computing(
      sim, level,
      [&](task_context, const auto& cancel, const auto&) {
        ++attempts;
        cancel();
        throw std::runtime_error{"fails while it is cancelled"};
      },
      [](auto builder) { return builder.retry(1, backoff::immediate()); });
  return attempts > 1;
}

bool the_fallback_follows(simulation& sim, cancellation_level level) {
  bool fell_back = false;
  run_computing(
      sim, level,
      [&](task_context, const auto& cancel, const auto&) {
        cancel();
        throw std::runtime_error{"fails while it is cancelled"};
      },
      [&](auto builder) { return builder.fallback([&](const task_error&) { fell_back = true; }); });
  return fell_back;
}

// -- what has not started, and what holds out -----------------------------------------------------

bool a_queued_task_starts(simulation& sim, cancellation_level level) {
  bool started = false;
  sim.run([&](task_context ctx) -> async<void> {
    auto task = spawn(ctx.runtime(), [&] { started = true; });
    task.cancel(level);
    co_return;
  });
  return started;
}

/// Notes when its level rises above the one it has; kill_hard is the last one.
async<void> notes_rise(const sweet::clock& time, std::optional<sweet::clock::duration>& after) {
  async_event never;
  const auto first =
      co_await sweet::detail::event_access::wait_shielded(never, cancellation_level::none);
  const auto begin = time.now();
  if (first == cancellation_level::kill_hard)
    co_return;
  co_await sweet::detail::event_access::wait_shielded(never, first);
  after = time.now() - begin;
}

std::string describe(const std::optional<sweet::clock::duration>& after) {
  return after ? detail::to_text(*after) : "never";
}

std::string rises_after(simulation& sim, cancellation_level level) {
  std::optional<sweet::clock::duration> after;
  sim.run([&](task_context ctx) -> async<void> {
    auto task = spawn(ctx.runtime(), notes_rise, std::cref(sim.time()), std::ref(after));
    co_await ctx.sleep_for(1s);
    task.cancel(level);
    static_cast<void>(co_await task.result());
    co_await ctx.sleep_for(1h);
  });
  return describe(after);
}

std::string runtime_rises_after(simulation& sim, cancellation_level level) {
  std::optional<sweet::clock::duration> after;
  try {
    sim.run([&](task_context ctx) -> async<void> {
      static_cast<void>(spawn(ctx.runtime(), notes_rise, std::cref(sim.time()), std::ref(after)));
      co_await ctx.sleep_for(1s);
      ctx.runtime().cancel(level);
    });
  } catch (const task_failure&) {
    // At kill_hard nobody waits for the scenario.
  }
  return describe(after);
}

// -- all of them ----------------------------------------------------------------------------------

template <class Question>
sweet::testing::rule at_each_level(Question question) {
  return [question](simulation& sim, std::size_t column) {
    const auto answer = question(sim, levels.at(column));
    if constexpr (std::is_same_v<decltype(answer), const bool>)
      return yes_or_no(answer);
    else
      return answer;
  };
}

template <class Body>
sweet::testing::rule while_it_waits(Body body) {
  return at_each_level([body](simulation& sim, cancellation_level level) {
    return happens_to_who_waits(sim, level, body);
  });
}

const std::map<std::string, sweet::testing::rule> rules{
    {"a queued task starts", at_each_level(a_queued_task_starts)},
    {"a wait is interrupted", while_it_waits(notes_interruption)},
    {"a wait in `ctx.shield()` is interrupted", while_it_waits(waits_shielded)},
    {"the wait after that one is interrupted, too", while_it_waits(waits_twice)},
    {"children are asked to stop", while_it_waits(has_a_child)},
    {"`on_cancel` callbacks run", while_it_waits(cleans_up<when_cancelled::graceful>)},
    {"those for `graceful_or_kill` run",
     while_it_waits(cleans_up<when_cancelled::graceful_or_kill>)},
    {"a body that computes sees its stop token", at_each_level(sees_its_stop_token)},
    {"its `ctx.checkpoint()` throws", at_each_level(checkpoint_throws)},
    {"its `ctx.spawn()` throws", at_each_level(spawn_throws)},
    {"the handle waits for that body", at_each_level(handle_waits_for_the_body)},
    {"another attempt follows", at_each_level(another_attempt_follows)},
    {"the fallback follows", at_each_level(the_fallback_follows)},
    {"the level rises by itself after", at_each_level(rises_after)},
    {"that of a runtime rises by itself after", at_each_level(runtime_rises_after)},
};

} // namespace
} // namespace cancellation_rules_test

BOOST_AUTO_TEST_SUITE(cancellation_rules_test)

BOOST_AUTO_TEST_CASE(each_level_does_what_the_table_says) {
  sweet::testing::check_rule_table(SWEET_TEST_DOCS "/semantics.md",
                                   {"question", "graceful", "kill", "kill_hard"},
                                   cancellation_rules_test::rules, 20);
}

BOOST_AUTO_TEST_SUITE_END()
