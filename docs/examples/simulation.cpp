// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// How to test what depends on time and on the order of things.

#include <sweet/sweet.hpp>
#include <sweet/testing/for_each_seed.hpp>
#include <sweet/testing/simulation.hpp>

#include <chrono>
#include <functional>
#include <iostream>
#include <optional>
#include <stdexcept>

using namespace std::chrono_literals;

// [loop]
// What is to be tested: asks a service that may be down, and waits longer each time.
struct service {
  int refusals = 0; // how often it will say no
  int asked = 0;

  std::optional<int> ask() {
    ++asked;
    return refusals-- > 0 ? std::nullopt : std::optional{42};
  }
};

sweet::async<int> ask_patiently(sweet::task_context ctx, service& s) {
  for (auto pause = 1s; pause <= 16s; pause *= 2) {
    if (auto answer = s.ask())
      co_return *answer;
    co_await ctx.sleep_for(pause);
  }
  throw std::runtime_error{"no answer"};
}
// [/loop]

void expect(bool what) {
  if (!what)
    throw std::logic_error{"a test has failed"};
}

// [time]
void waits_for_seven_seconds_in_all() {
  sweet::testing::simulation sim{1};
  const auto begin = sim.time().now();
  service s{.refusals = 3};
  expect(sim.run(ask_patiently, std::ref(s)) == 42);
  expect(sim.time().now() - begin == 1s + 2s + 4s); // and no second of yours
}
// [/time]

// [seeds]
void can_be_cancelled_at_any_moment(sweet::testing::simulation& sim) {
  service s{.refusals = 3};
  const auto moment = std::chrono::seconds{sim.choose(10)};
  sim.run([&](sweet::task_context ctx) -> sweet::async<void> {
    auto asking = ctx.spawn(ask_patiently, std::ref(s));
    co_await ctx.sleep_for(moment);
    asking.cancel();
    const auto outcome = co_await asking.result();
    // The fourth question comes after seven seconds. What is due at the moment of the cancellation
    // may come before it or after it.
    expect(moment == 7s || outcome.is_ok() == (moment > 7s));
  });
}
// [/seeds]

// [race]
// Reads, waits, writes: what others have written meanwhile is lost.
sweet::async<void> deposit(sweet::task_context ctx, int& balance) {
  const int seen = balance;
  co_await ctx.yield();
  balance = seen + 1;
}

void nothing_is_lost(sweet::testing::simulation& sim) {
  int balance = 0;
  sim.run([&](sweet::task_context ctx) {
    for (int i = 0; i < 2; ++i)
      static_cast<void>(ctx.spawn(deposit, std::ref(balance)));
  });
  expect(balance == 2);
}
// [/race]

// [run]
void can_be_cancelled_in_any_order() {
  sweet::testing::for_each_seed(200, can_be_cancelled_at_any_moment);
}
// [/run]

int main() {
  waits_for_seven_seconds_in_all();
  can_be_cancelled_in_any_order();
  std::cout << "time and cancellation: as they should be\n";
  try {
    sweet::testing::for_each_seed(200, nothing_is_lost);
  } catch (const sweet::testing::seed_failure&) { // what() says which seed, and how to repeat it
    std::cout << "deposits: one was lost\n";
  }
}
