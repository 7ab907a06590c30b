// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// The table of time limits in docs/semantics.md.

#include <sweet/sweet.hpp>
#include <sweet/testing/rule_table.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstddef>
#include <map>
#include <stdexcept>
#include <string>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::simulation;
using sweet::testing::yes_or_no;

namespace time_rules_test {
namespace {

enum class limit : std::size_t { timeout, deadline, queue_timeout };

// The limit; what is in time takes half as long, what is late twice.
constexpr auto allowed = 10s;
constexpr auto in_time = 6s;
constexpr auto late = 20s;

auto limited(task_context ctx, limit which) {
  const auto task = async_task::to<int>(ctx.runtime());
  return which == limit::timeout    ? task.timeout(allowed)
         : which == limit::deadline ? task.deadline(allowed)
                                    : task.queue_timeout(allowed);
}

bool timed_out(const task_result<int>& result) {
  return result.is_err() && result.error().code() == error_code::timeout;
}

async<int> takes(task_context ctx, std::chrono::nanoseconds d) {
  co_await ctx.sleep_for(d);
  co_return 1;
}

/// Whether a task with that limit times out, which `start` starts.
template <class Start>
bool times_out(simulation& sim, limit which, Start start) {
  bool result = false;
  sim.run([&](task_context ctx) -> async<void> {
    auto task = start(limited(ctx, which));
    result = timed_out(co_await task.result());
  });
  return result;
}

bool while_it_waits_for_its_start(simulation& sim, limit which) {
  bool result = false;
  sim.run([&](task_context ctx) -> async<void> {
    auto task = limited(ctx, which).run([] { return 1; });
    sim.spend(late); // nothing else can start meanwhile
    result = timed_out(co_await task.result());
  });
  return result;
}

bool while_its_body_waits(simulation& sim, limit which) {
  return times_out(sim, which, [](const auto& task) { return task.run(takes, late); });
}

bool while_its_children_run(simulation& sim, limit which) {
  return times_out(sim, which, [](const auto& task) {
    return task.run([](task_context ctx) {
      static_cast<void>(ctx.spawn(takes, late));
      return 1;
    });
  });
}

bool when_attempts_together_take_that_long(simulation& sim, limit which) {
  return times_out(sim, which, [](const auto& task) {
    return task.retry(1, backoff::immediate()).run([](task_context ctx) -> async<int> {
      co_await ctx.sleep_for(in_time);
      if (ctx.attempt() == 1)
        throw std::runtime_error{"once"};
      co_return 1;
    });
  });
}

bool in_the_fallback(simulation& sim, limit which) {
  return times_out(sim, which, [](const auto& task) {
    return task
        .fallback([](task_context ctx, task_error) -> async<int> {
          co_await ctx.sleep_for(late);
          co_return 2;
        })
        .run([]() -> int { throw std::runtime_error{"no"}; });
  });
}

bool a_later_attempt_may_start_after_it(simulation& sim, limit which) {
  bool again = false;
  sim.run([&](task_context ctx) -> async<void> {
    auto task = limited(ctx, which)
                    .retry(1, backoff::fixed(late).without_jitter())
                    .run([&](task_context own) {
                      again = own.attempt() == 2;
                      return again ? 1 : throw std::runtime_error{"once"};
                    });
    static_cast<void>(co_await task.result());
  });
  return again;
}

bool children_have_it_too(simulation& sim, limit which) {
  bool has = false;
  sim.run([&](task_context ctx) -> async<void> {
    auto task = limited(ctx, which).run([&](task_context own) -> async<int> {
      co_return co_await own.spawn([&](task_context child) {
        has = child.time_left() <= allowed;
        return 1;
      });
    });
    co_await task;
  });
  return has;
}

/// A body that needs a moment to end.
async<int> holds_on(task_context ctx) {
  try {
    co_await stopped_as_error(ctx.sleep_for(late));
  } catch (const cancelled&) {
  }
  co_await ctx.sleep_for(1s);
  co_return 1;
}

bool the_handle_waits_for_the_end(simulation& sim, limit which) {
  bool waits = false;
  sim.run([&](task_context ctx) -> async<void> {
    auto task = limited(ctx, which).run(holds_on);
    if (which == limit::queue_timeout)
      sim.spend(allowed);
    else
      co_await ctx.sleep_for(allowed + 500ms);
    waits = !task.is_done();
    co_await ctx.sleep_for(1min);
  });
  return waits;
}

sweet::testing::rule for_each_limit(bool (*question)(simulation&, limit)) {
  return [question](simulation& sim, std::size_t column) {
    return yes_or_no(question(sim, static_cast<limit>(column)));
  };
}

const std::map<std::string, sweet::testing::rule> rules{
    {"it is over while the task waits for its start", for_each_limit(while_it_waits_for_its_start)},
    {"it is over while the body waits", for_each_limit(while_its_body_waits)},
    {"it is over while the body has ended and children run",
     for_each_limit(while_its_children_run)},
    {"it is over when all attempts together have taken that long",
     for_each_limit(when_attempts_together_take_that_long)},
    {"it is over in the fallback", for_each_limit(in_the_fallback)},
    {"a later attempt may start after it", for_each_limit(a_later_attempt_may_start_after_it)},
    {"children have it, too", for_each_limit(children_have_it_too)},
    {"once it is over, the handle waits for the task to end",
     for_each_limit(the_handle_waits_for_the_end)},
};

} // namespace
} // namespace time_rules_test

BOOST_AUTO_TEST_SUITE(time_rules_test)

BOOST_AUTO_TEST_CASE(each_limit_is_what_the_table_says) {
  sweet::testing::check_rule_table(SWEET_TEST_DOCS "/semantics.md",
                                   {"question", "timeout", "deadline", "queue_timeout"},
                                   time_rules_test::rules, 20);
}

BOOST_AUTO_TEST_SUITE_END()
