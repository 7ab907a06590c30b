// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// The table of outcomes in docs/semantics.md: each of its cells is a task that something happens
// to at some moment of its life, all of them in one simulation, over many seeds.

#include <sweet/sweet.hpp>
#include <sweet/testing/for_each_seed.hpp>
#include <sweet/testing/markdown_table.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::for_each_seed;
using sweet::testing::simulation;

namespace outcome_matrix_test {
namespace {

#ifdef NDEBUG
constexpr std::uint64_t seeds = 1000;
#else
constexpr std::uint64_t seeds = 50;
#endif

constexpr std::array events{"timeout",   "deadline", "graceful", "kill",
                            "kill_hard", "failure",  "nothing"};
constexpr std::array moments{"before start", "running",     "waiting",
                             "backing off",  "in fallback", "while children run"};
constexpr std::array bodies{"callable", "coroutine", "blocking"};

/// One cell of the table.
struct place {
  std::string event;
  std::string moment;
  std::string body;

  friend auto operator<=>(const place&, const place&) = default;
};

using outcomes = std::map<place, std::string>;

// -- the table ---------------------------------------------------------------------------------

template <class Names>
bool contains(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// @throws std::runtime_error if a row is missing, there twice, or not one of the table
outcomes read_table() {
  outcomes table;
  for (const auto& row : sweet::testing::read_markdown_table(
           SWEET_TEST_DOCS "/semantics.md", {"event", "moment", bodies[0], bodies[1], bodies[2]})) {
    if (!contains(events, row[0]) || !contains(moments, row[1]))
      throw std::runtime_error{"unknown row: " + row[0] + ", " + row[1]};
    for (std::size_t i = 0; i < bodies.size(); ++i)
      if (!table.emplace(place{row[0], row[1], bodies[i]}, row[2 + i]).second)
        throw std::runtime_error{"there twice: " + row[0] + ", " + row[1]};
  }
  if (table.size() != events.size() * moments.size() * bodies.size())
    throw std::runtime_error{"rows are missing"};
  return table;
}

// -- the tasks -----------------------------------------------------------------------------------

// Everything happens 5 s after the task has started; what waits until then waits for 10 s, and what
// computes goes on for half a second, lest levels of cancellation rise meanwhile.
constexpr auto when = 5s;
constexpr auto whole = 10s;
constexpr auto rest = 500ms;

/// The task that something happens to, for its own body.
struct subject {
  simulation& sim;
  const place& where;
  spawning_task<int> handle{};
  int attempts = 0;

  bool is(std::string_view moment) const { return where.moment == moment; }
  bool fails() const { return where.event == "failure"; }
  std::optional<cancellation_level> level() const {
    for (auto l :
         {cancellation_level::graceful, cancellation_level::kill, cancellation_level::kill_hard})
      if (where.event == to_string(l))
        return l;
    return std::nullopt;
  }
};

[[noreturn]] void fail() {
  throw std::runtime_error{"failed on purpose"};
}

async<void> sleeps(task_context ctx, bool fails) {
  co_await ctx.sleep_for(fails ? when : whole);
  if (fails)
    fail();
}

void computes(subject& s) {
  s.sim.spend(when);
  if (s.fails())
    fail();
  if (auto level = s.level())
    s.handle.cancel(*level);
  s.sim.spend(rest);
}

/// What bodies of all kinds do. @returns a child to wait for, if the body is to wait
std::optional<child_task<void>> act(task_context ctx, subject& s) {
  if (s.is("running"))
    computes(s);
  else if (s.is("in fallback") || (s.is("backing off") && (++s.attempts == 1 || s.fails())))
    fail();
  else if (s.is("waiting"))
    return ctx.spawn(sleeps, s.fails());
  else if (s.is("while children run"))
    static_cast<void>(ctx.spawn(sleeps, s.fails()));
  return std::nullopt;
}

int blocks(task_context ctx, subject& s) {
  if (auto child = act(ctx, s))
    child->await().value();
  return 1;
}

async<int> suspends(task_context ctx, subject& s) {
  if (auto child = act(ctx, s))
    co_await *child;
  co_return 1;
}

int falls_back_blocking(task_context ctx, const subject& s) {
  ctx.spawn(sleeps, s.fails()).await().value();
  return 2;
}

async<int> falls_back_suspending(task_context ctx, const subject& s) {
  co_await ctx.spawn(sleeps, s.fails());
  co_return 2;
}

template <class Builder>
spawning_task<int> run(const Builder& builder, subject& s) {
  const auto bounded = s.where.event == "timeout"    ? builder.timeout(when)
                       : s.where.event == "deadline" ? builder.deadline(when)
                                                     : builder;
  if (s.where.body == "coroutine")
    return bounded.run(suspends, std::ref(s));
  return s.where.body == "blocking" ? bounded.blocking().run(blocks, std::ref(s))
                                    : bounded.run(blocks, std::ref(s));
}

spawning_task<int> start(runtime& rt, subject& s) {
  const auto plain = async_task::to<int>(rt);
  if (s.is("before start")) {
    rate_limit limit{rt, {.per_second = 0.1, .burst = 1}};
    static_cast<void>(limit.take());
    return run(plain.rate_limit(limit), s);
  }
  if (s.is("backing off"))
    return run(plain.retry(1, backoff::fixed(whole).without_jitter()), s);
  if (!s.is("in fallback"))
    return run(plain, s);
  if (s.where.body == "coroutine")
    return run(plain.fallback(
                   [&s](task_context ctx, task_error) { return falls_back_suspending(ctx, s); }),
               s);
  return run(plain.fallback(
                 [&s](task_context ctx, const task_error&) { return falls_back_blocking(ctx, s); }),
             s);
}

std::string describe(const spawning_task<int>& task, const task_result<int>& result) {
  const std::string status{to_string(task.status())};
  if (task.status() == task_status::failed)
    return status + ": " + std::string{to_string(result.error().code())};
  return status;
}

async<void> observe(task_context ctx, subject s, std::string& seen) {
  s.handle = start(ctx.runtime(), s);
  if (auto level = s.level(); level && !s.is("running")) {
    co_await ctx.sleep_for(when);
    s.handle.cancel(*level);
  }
  const auto result = co_await s.handle.result();
  seen = describe(s.handle, result);
  // A task may have an outcome before its body has ended, which looks at `s`.
  co_await ctx.sleep_for(whole);
}

async<void> observe_all(task_context ctx, simulation& sim, outcomes& seen) {
  // Time passes for all while a body computes: these come one after the other.
  for (auto& [where, text] : seen)
    if (where.moment == "running")
      co_await observe(ctx, {sim, where}, text);
  for (auto& [where, text] : seen)
    if (where.moment != "running")
      static_cast<void>(ctx.spawn(observe, subject{sim, where}, std::ref(text)));
}

void check(simulation& sim, const outcomes& table) {
  outcomes seen;
  for (const auto& [where, expected] : table)
    if (expected != "-")
      seen[where];
  sim.run(observe_all, std::ref(sim), std::ref(seen));
  std::string wrong;
  for (const auto& [where, outcome] : seen)
    if (outcome != table.at(where))
      wrong += where.body + ", " + where.event + ", " + where.moment + ": " + outcome + ", not " +
               table.at(where) + '\n';
  if (!wrong.empty())
    throw std::logic_error{wrong};
}

} // namespace
} // namespace outcome_matrix_test

BOOST_AUTO_TEST_SUITE(outcome_matrix_test)

BOOST_AUTO_TEST_CASE(every_task_comes_to_what_the_table_says) {
  const auto table = read_table();
  for_each_seed(seeds, [&table](simulation& sim) { check(sim, table); });
}

BOOST_AUTO_TEST_SUITE_END()
