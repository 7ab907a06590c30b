// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Combinators, groups, links and callbacks in a task that is cancelled at any moment, over several
// hundred seeds. Whatever happens: answers are right, no group runs more than it may, every
// callback is called once, and nothing is left.

#include <sweet/actors/runtime/system/sanitizers.hpp>
#include <sweet/sweet.hpp>
#include <sweet/testing/for_each_seed.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <utility>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::for_each_seed;
using sweet::testing::simulation;

namespace combine_interleavings_test {
namespace {

class world {
public:
  explicit world(simulation& sim) : sim_(sim) {}

  int choose(int n) { return static_cast<int>(sim_.choose(static_cast<std::size_t>(n))); }
  std::chrono::milliseconds moment() { return choose(5) * 1ms; }
  sweet::runtime& runtime() { return sim_.runtime(); }

  void require(bool what, const char* otherwise) {
    if (!what)
      wrong_ = otherwise;
  }

  /// When all is over. @throws std::logic_error with what was wrong
  void check() {
    require(most <= 2, "a group has run more than it may");
    require(running == 0, "a member is left");
    require(callbacks == called, "a callback was not called, or twice");
    if (wrong_ != nullptr)
      throw std::logic_error{wrong_};
  }

  int running = 0; ///< of the group that is there
  int most = 0;
  int callbacks = 0;
  int called = 0;

private:
  simulation& sim_;
  const char* wrong_ = nullptr;
};

// Gives `i`, fails, or is cancelled; may take its time, and may ignore a graceful cancellation.
async<int> member(task_context ctx, world& w, int i) {
  switch (w.choose(6)) {
    case 0: break;
    case 1: throw std::runtime_error{"at once"};
    case 2: co_await ctx.sleep_for(w.moment()); throw std::runtime_error{"later"};
    case 3: try { co_await stopped_as_error(ctx.sleep_for(10ms));
      } catch (const cancelled&) {
      }
      co_await ctx.sleep_for(1ms);
      break;
    default: co_await ctx.sleep_for(w.moment());
  }
  co_return i;
}

async<int> member_of_group(task_context ctx, world& w, int i) {
  struct count {
    world& w;
    explicit count(world& of) : w(of) { w.most = std::max(w.most, ++w.running); }
    ~count() { --w.running; }
  } running{w};
  co_return co_await member(ctx, w, i);
}

template <class Handle>
Handle make(task_context ctx, world& w, int i) {
  if constexpr (std::is_same_v<Handle, async<int>>)
    return member(ctx, w, i);
  else if constexpr (std::is_same_v<Handle, child_task<int>>)
    return ctx.spawn(member, std::ref(w), i);
  else
    return w.runtime().spawn(member, std::ref(w), i);
}

template <class Handle>
async<void> combine(task_context ctx, world& w) {
  const int n = w.choose(5);
  std::vector<Handle> members;
  for (int i = 0; i < n; ++i)
    members.push_back(make<Handle>(ctx, w, i));
  if (w.choose(2) == 0)
    co_await ctx.sleep_for(w.moment());
  switch (w.choose(4)) {
    case 0: {
      const auto all = co_await when_all(std::move(members)).result();
      for (int i = 0; all.is_ok() && i < n; ++i)
        w.require(all.value()[static_cast<std::size_t>(i)] == i, "a wrong value of when_all");
      break;
    }
    case 1: {
      const auto all = co_await when_all_settled(std::move(members));
      for (int i = 0; i < n; ++i) {
        const auto& one = all[static_cast<std::size_t>(i)];
        w.require(one.is_err() || one.value() == i, "a wrong value of when_all_settled");
      }
      break;
    }
    case 2: {
      const auto first = co_await when_any(std::move(members)).result();
      if (first.is_ok())
        w.require(first.value().value == static_cast<int>(first.value().index),
                  "a wrong value of when_any");
      else if (n > 0)
        w.require(static_cast<int>(first.error().other_causes().size()) == n - 1,
                  "failures of when_any are missing");
      break;
    }
    default: {
      const auto first = co_await race(std::move(members)).result();
      w.require(first.is_err() || first.value().value == static_cast<int>(first.value().index),
                "a wrong value of race");
    }
  }
}

async<void> two_at_a_time(task_context ctx, world& w) {
  const int n = w.choose(6);
  const bool drain = w.choose(2) == 0;
  int outcomes = 0;
  task_group<int> group{ctx};
  group.max_concurrency(2);
  for (int i = 0; i < n; ++i)
    group.spawn(member_of_group, std::ref(w), i);
  if (w.choose(4) == 0)
    group.cancel();
  while (drain && co_await group.next())
    ++outcomes;
  w.require(!drain || outcomes == n, "outcomes of a group are missing");
}

template <class Handle>
async<void> links(task_context ctx, world& w) {
  auto count = [&w](const task_result<int>&) { ++w.called; };
  auto first = make<Handle>(ctx, w, 1);
  ++w.callbacks;
  first.on_done(count);
  auto last = std::move(first)
                  .map([](int x) { return x + 1; })
                  .chain([&w](task_context own, int x) { return member(own, w, x); })
                  .or_else([](const task_error&) { return 2; });
  ++w.callbacks;
  last.on_done(count);
  if (w.choose(3) == 0) {
    co_await ctx.sleep_for(w.moment());
    last.cancel();
  }
  const auto outcome = co_await last.result();
  w.require(outcome.is_err() || outcome.value() == 2, "a wrong value at the end of a chain");
}

async<void> body(task_context ctx, world& w) {
  for (int round = 0; round < 3; ++round)
    switch (w.choose(6)) {
      case 0: co_await combine<async<int>>(ctx, w); break;
      case 1: co_await combine<child_task<int>>(ctx, w); break;
      case 2: co_await combine<spawning_task<int>>(ctx, w); break;
      case 3: co_await two_at_a_time(ctx, w); break;
      case 4: co_await links<child_task<int>>(ctx, w); break;
      default: co_await links<spawning_task<int>>(ctx, w);
    }
}

async<void> scenario(task_context ctx, world& w) {
  const auto policy = w.choose(2) == 0 ? child_failure::fail_fast : child_failure::collect;
  auto task = async_task::to<void>(w.runtime()).on_child_failure(policy).run(body, std::ref(w));
  ++w.callbacks;
  task.on_done([&w](const task_result<void>&) { ++w.called; });
  co_await ctx.sleep_for(w.moment() + w.moment());
  if (const int level = w.choose(6); level < 4)
    task.cancel(static_cast<cancellation_level>(level));
  static_cast<void>(co_await task.result());
}

} // namespace
} // namespace combine_interleavings_test

BOOST_AUTO_TEST_SUITE(combine_interleavings_test)

BOOST_AUTO_TEST_CASE(whatever_happens_answers_are_right_and_nothing_is_left) {
#if SWEET_THREAD_SANITIZER || SWEET_ADDRESS_SANITIZER
  constexpr std::uint64_t seeds = 200;
#else
  constexpr std::uint64_t seeds = 1'000;
#endif
  for_each_seed(seeds, [](simulation& sim) {
    world w{sim};
    sim.run(scenario, std::ref(w));
    w.check();
  });
}

BOOST_AUTO_TEST_SUITE_END()
