// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// The table of status moves in docs/semantics.md: tasks that somebody looks at again and again.

#include <sweet/sweet.hpp>
#include <sweet/testing/for_each_seed.hpp>
#include <sweet/testing/markdown_table.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::for_each_seed;
using sweet::testing::simulation;

namespace status_moves_test {
namespace {

using move = std::pair<std::string, std::string>;
using moves = std::set<move>;

moves read_table() {
  moves table;
  for (const auto& row :
       sweet::testing::read_markdown_table(SWEET_TEST_DOCS "/semantics.md", {"from", "to", "when"}))
    if (!table.emplace(row[0], row[1]).second)
      throw std::runtime_error{"there twice: " + row[0] + ", " + row[1]};
  return table;
}

/// What can be seen by who misses some of the moves.
moves with_detours(moves table) {
  for (auto before = table.size() - 1; before != table.size();) {
    before = table.size();
    for (const auto& [from, via] : moves{table})
      for (const auto& [next, to] : moves{table})
        if (via == next)
          table.emplace(from, to);
  }
  return table;
}

/// A task, and what it was seen to do.
class watched {
public:
  watched(spawning_task<int> task, moves& seen) : task_(std::move(task)), seen_(&seen) { look(); }

  void look() {
    std::string now{to_string(task_.status())};
    if (now != last_)
      seen_->emplace(std::exchange(last_, now), now);
  }
  void cancel(cancellation_level level) { task_.cancel(level); }
  bool is_done() const { return task_.is_done(); }

private:
  spawning_task<int> task_;
  moves* seen_;
  std::string last_ = "pending";
};

async<int> completes(task_context ctx) {
  co_await ctx.sleep_for(1s);
  co_return 1;
}

async<int> fails(task_context ctx) {
  // Winds up what the child does first.
  static_cast<void>(ctx.spawn([](task_context own) -> async<void> {
    co_await own.shield(
        1s, [](task_context shielded) -> async<void> { co_await shielded.sleep_for(500ms); });
  }));
  co_await ctx.sleep_for(1s);
  throw std::runtime_error{"on purpose"};
}

async<int> cleans_up(task_context ctx) {
  ctx.on_cancel([](task_context own) -> async<void> { co_await own.sleep_for(500ms); });
  co_await ctx.sleep_for(3s);
  co_return 1;
}

/// Is interrupted at most once, by a graceful cancellation, and then takes its time.
async<void> holds_on(task_context ctx) {
  try {
    co_await stopped_as_error(ctx.sleep_for(3s));
  } catch (const cancelled&) {
  }
  co_await ctx.sleep_for(500ms);
}

async<int> completes_anyway(task_context ctx) {
  co_await holds_on(ctx);
  co_return 1;
}

async<int> fails_anyway(task_context ctx) {
  static_cast<void>(ctx.spawn(holds_on));
  try {
    co_await stopped_as_error(ctx.sleep_for(3s));
  } catch (const cancelled&) {
  }
  throw std::runtime_error{"on purpose"};
}

async<void> watch(task_context ctx, simulation& sim, moves& seen) {
  auto& rt = ctx.runtime();
  std::vector<watched> tasks;
  for (auto* body : {completes, fails, cleans_up, completes_anyway, fails_anyway})
    tasks.emplace_back(rt.spawn(body), seen);
  tasks.emplace_back(async_task::to<int>(rt).queue_timeout(1s).run(completes), seen);
  tasks.emplace_back(async_task::to<int>(rt).deadline(2s).run(completes_anyway), seen);
  tasks.emplace_back(async_task::to<int>(rt).retry(2, backoff::fixed(1s)).run(fails), seen);
  const rate_limit seldom{rt, {.per_second = 0.2}};
  tasks.emplace_back(async_task::to<int>(rt)
                         .retry(1, backoff::immediate())
                         .rate_limit(seldom)
                         .fallback([](task_context own, task_error) { return completes(own); })
                         .run(fails),
                     seen);
  tasks.emplace_back(rt.spawn(completes), seen);
  const auto look = [&] {
    for (auto& task : tasks)
      task.look();
  };
  tasks.back().cancel(cancellation_level::graceful);
  look();
  sim.spend(sim.choose(2) == 0 ? 0s : 2s); // in one of two, the queue_timeout passes
  look();
  for (int i = 0; i < 100; ++i) {
    if (sim.choose(4) == 0)
      tasks[sim.choose(tasks.size())].cancel(
          static_cast<cancellation_level>(1 + sim.choose(i < 50 ? 1 : 3)));
    for (auto n = sim.choose(10); n != 0; --n) {
      co_await ctx.yield();
      look();
    }
    co_await ctx.sleep_for(100ms);
    look();
  }
}

/// Ends, and has a child then that goes on for half a second.
async<int> winds_up(task_context ctx, void (*end)()) {
  static_cast<void>(ctx.spawn([](task_context own) -> async<void> {
    co_await own.shield(
        1h, [](task_context shielded) -> async<void> { co_await shielded.sleep_for(1500ms); });
  }));
  co_await ctx.sleep_for(1s);
  end();
  co_return 1;
}

/// Without a time limit if that is 0.
async<std::vector<task_status>> look_while_it_winds_up(task_context ctx, void (*end)(),
                                                       std::chrono::milliseconds timeout) {
  auto builder = async_task::to<int>(ctx.runtime());
  if (timeout != 0ms)
    builder = std::move(builder).timeout(timeout);
  auto task = std::move(builder).run(winds_up, end);
  co_await ctx.sleep_for(1250ms);
  const auto meanwhile = task.status();
  static_cast<void>(co_await task.result());
  co_return std::vector{meanwhile, task.status()};
}

} // namespace
} // namespace status_moves_test

BOOST_AUTO_TEST_SUITE(status_moves_test)

BOOST_AUTO_TEST_CASE(tasks_move_as_the_table_says) {
  const auto table = read_table();
  const auto possible = with_detours(table);
  moves seen;
  for_each_seed(100, [&](simulation& sim) { sim.run(watch, std::ref(sim), std::ref(seen)); });
  for (const auto& [from, to] : seen)
    BOOST_TEST(possible.contains({from, to}), "illegal: " + from + " to " + to);
  for (const auto& [from, to] : table)
    BOOST_TEST(seen.contains({from, to}), "never seen: " + from + " to " + to);
}

BOOST_AUTO_TEST_CASE(a_task_is_running_while_it_stops_its_children_by_itself) {
  simulation sim{1};
  const std::vector expected{task_status::running, task_status::failed};
  const auto fails = +[] { throw std::runtime_error{"on purpose"}; };
  BOOST_TEST((sim.run(look_while_it_winds_up, fails, 0ms) == expected));
  BOOST_TEST((sim.run(look_while_it_winds_up, +[] {}, 500ms) == expected));
}

BOOST_AUTO_TEST_CASE(a_body_that_throws_cancelled_has_asked_itself) {
  simulation sim{1};
  const auto gives_up = +[] { throw cancelled{}; };
  BOOST_TEST((sim.run(look_while_it_winds_up, gives_up, 0ms) ==
              std::vector{task_status::pending_cancellation, task_status::cancelled}));
}

BOOST_AUTO_TEST_SUITE_END()
