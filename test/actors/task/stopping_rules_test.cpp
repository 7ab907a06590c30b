// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// The table of stopping in docs/semantics.md.

#include <sweet/sweet.hpp>
#include <sweet/testing/at_end.hpp>
#include <sweet/testing/rule_table.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::at_end;
using sweet::testing::simulation;
using sweet::testing::yes_or_no;

namespace stopping_rules_test {
namespace {

constexpr std::array levels{cancellation_level::graceful, cancellation_level::kill,
                            cancellation_level::kill_hard};

/// Levels that do not rise by themselves.
constexpr cancellation_times forever{cancellation_times::never, cancellation_times::never};

/// What a body notes, in the order in which it happens.
using notes = std::vector<std::string>;

bool has(const notes& seen, const std::string& what) {
  return std::find(seen.begin(), seen.end(), what) != seen.end();
}

bool comes_before(const notes& seen, const std::string& first, const std::string& second) {
  const auto at = [&](const std::string& what) {
    return std::find(seen.begin(), seen.end(), what);
  };
  return at(first) < at(second) && at(second) != seen.end();
}

/// Runs a body that is cancelled while it waits, until it is gone. `body` is called with its
/// context and what it notes into. @returns what it has noted
template <class Body>
notes notes_of(simulation& sim, std::size_t column, Body body) {
  notes seen;
  sim.run([&](task_context ctx) -> async<void> {
    auto task = async_task::to<void>(ctx.runtime())
                    .rise_after(forever)
                    .run(std::move(body), std::ref(seen));
    co_await ctx.sleep_for(1s);
    task.cancel(levels[column]);
    co_await ctx.sleep_for(1min);
  });
  return seen;
}

async<void> catches_all(task_context ctx, notes& seen) {
  try {
    co_await ctx.sleep_for(10s);
  } catch (...) {
    seen.emplace_back("caught");
    throw;
  }
  seen.emplace_back("went on");
}

async<void> has_locals(task_context ctx, notes& seen) {
  const at_end local{[&seen] { seen.emplace_back("local"); }};
  co_await ctx.sleep_for(10s);
}

/// Notes its end, once it knows where.
struct noted_end {
  notes* seen = nullptr;
  ~noted_end() {
    if (seen != nullptr)
      seen->emplace_back("capture");
  }
};

/// Its child ends a while after it is told to.
struct has_slow_child {
  std::unique_ptr<noted_end> capture = std::make_unique<noted_end>();

  async<void> operator()(task_context ctx, notes& seen) const {
    capture->seen = &seen;
    const at_end local{[&seen] { seen.emplace_back("local"); }};
    ctx.on_cancel([&seen] { seen.emplace_back("on_cancel"); }, when_cancelled::graceful_or_kill);
    auto child = ctx.spawn([&seen](task_context own) -> async<void> {
      co_await unstoppable(own.sleep_for(5s));
      seen.emplace_back("child");
    });
    co_await child;
  }
};

async<void> spawns_in_a_destructor(task_context ctx, notes& seen) {
  const at_end local{[ctx, &seen] {
    const auto child = ctx.spawn([&seen] { seen.emplace_back("child"); });
    static_cast<void>(child);
  }};
  co_await ctx.sleep_for(10s);
}

async<void> waits_in_a_destructor(task_context ctx, notes& seen) {
  const at_end local{[ctx, &seen] {
    auto child = ctx.spawn([] { return 1; });
    if (child.await().error().code() != error_code::cancelled)
      seen.emplace_back("value");
    seen.emplace_back("answered");
  }};
  co_await ctx.sleep_for(10s);
}

async<void> looks_at_a_checkpoint_in_a_destructor(task_context ctx, notes& seen) {
  const at_end local{[ctx, &seen] {
    try {
      ctx.checkpoint();
    } catch (...) {
      seen.emplace_back("thrown");
    }
  }};
  co_await ctx.sleep_for(10s);
}

async<void> answers_without_value(task_context ctx, notes& seen) {
  if (!co_await stopped_as_optional(ctx.sleep_for(10s)))
    seen.emplace_back("stopped");
  if (!co_await stopped_as_optional(ctx.sleep_for(10s)))
    seen.emplace_back("again");
}

async<void> catches_a_stop(task_context ctx, notes& seen) {
  try {
    co_await stopped_as_error(ctx.sleep_for(10s));
  } catch (const cancelled&) {
    seen.emplace_back("cancelled");
  }
}

async<void> waits_all_the_same(task_context ctx, notes& seen) {
  co_await unstoppable(ctx.sleep_for(10s));
  seen.emplace_back("slept");
}

async<void> has_a_completed_wait(task_context ctx, notes& seen) {
  auto child = ctx.spawn([] { return 1; });
  co_await unstoppable(ctx.sleep_for(10s));
  if (co_await child == 1)
    seen.emplace_back("value");
}

/// The rule that a body notes something.
template <class Body>
sweet::testing::rule noted(Body body, std::string what) {
  return [body, what](simulation& sim, std::size_t column) {
    return yes_or_no(has(notes_of(sim, column, body), what));
  };
}

sweet::testing::rule in_order(std::string first, std::string second) {
  return [first, second](simulation& sim, std::size_t column) {
    return yes_or_no(comes_before(notes_of(sim, column, has_slow_child{}), first, second));
  };
}

const std::map<std::string, sweet::testing::rule> rules{
    {"a line behind the wait runs", noted(catches_all, "went on")},
    {"its `catch (...)` sees anything", noted(catches_all, "caught")},
    {"its locals are destroyed", noted(has_locals, "local")},
    {"... before its children have ended", in_order("local", "child")},
    {"its captures are destroyed after its children have ended", in_order("child", "capture")},
    {"`on_cancel` runs after its children have ended", in_order("child", "on_cancel")},
    {"what a destructor spawns runs", noted(spawns_in_a_destructor, "child")},
    {"a wait in a destructor answers `cancelled`", noted(waits_in_a_destructor, "answered")},
    {"`checkpoint()` in a destructor throws",
     noted(looks_at_a_checkpoint_in_a_destructor, "thrown")},
    {"`stopped_as_optional` gives no value", noted(answers_without_value, "stopped")},
    {"... and the wait after that one is ended, too", noted(answers_without_value, "again")},
    {"`stopped_as_error` throws `cancelled`", noted(catches_a_stop, "cancelled")},
    {"`unstoppable` goes on waiting", noted(waits_all_the_same, "slept")},
    {"a wait that has completed gives its value", noted(has_a_completed_wait, "value")},
};

} // namespace
} // namespace stopping_rules_test

BOOST_AUTO_TEST_SUITE(stopping_rules_test)

BOOST_AUTO_TEST_CASE(each_level_does_what_the_table_says) {
  sweet::testing::check_rule_table(SWEET_TEST_DOCS "/semantics.md",
                                   {"a coroutine that waits", "graceful", "kill", "kill_hard"},
                                   stopping_rules_test::rules, 25);
}

BOOST_AUTO_TEST_SUITE_END()
