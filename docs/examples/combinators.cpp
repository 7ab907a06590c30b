// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Several tasks awaited together: all of them, the first success, the first outcome, so many at a
// time.

#include <sweet/sweet.hpp>

#include <chrono>
#include <iostream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace std::chrono_literals;

// [sources]
sweet::async<int> price(sweet::task_context ctx, std::string shop) {
  if (shop == "broken")
    throw std::runtime_error{"no answer from " + shop};
  co_await ctx.sleep_for(shop == "closed" ? 24h : 10ms);
  co_return static_cast<int>(shop.size() * 100);
}
// [/sources]

// [all]
// All values, or the first failure at once: then the others are cancelled.
sweet::async<void> all(sweet::task_context ctx) {
  auto name = ctx.spawn([] { return std::string{"lamp"}; }); // any mix of types and kinds
  auto [here, there, what] =
      co_await sweet::when_all(price(ctx, "here"), price(ctx, "there"), std::move(name));
  std::cout << what << ": " << here << " here, " << there << " there\n";

  auto failed = co_await sweet::when_all(price(ctx, "closed"), price(ctx, "broken")).result();
  std::cout << failed.error().message() << '\n';
}
// [/all]

// [settled]
// Every outcome; nothing is cancelled.
sweet::async<void> settled(sweet::task_context ctx) {
  std::vector<sweet::async<int>> asked;
  for (const char* shop : {"near", "broken", "far"})
    asked.push_back(price(ctx, shop));
  for (const auto& outcome : co_await sweet::when_all_settled(std::move(asked)))
    std::cout << (outcome.is_ok() ? std::to_string(outcome.value()) : "none") << ' ';
  std::cout << '\n';
}
// [/settled]

// [any]
// The first success wins; of a race, the first outcome. The losers are cancelled.
sweet::async<void> any(sweet::task_context ctx) {
  auto [index, value] =
      co_await sweet::when_any(price(ctx, "closed"), price(ctx, "broken"), price(ctx, "nearby"));
  std::cout << "number " << index << " said " << value << '\n';

  auto first = co_await sweet::race(price(ctx, "broken"), price(ctx, "closed")).result();
  std::cout << (first.is_ok() ? "a value" : first.error().message()) << '\n';

  auto none = co_await sweet::when_any(price(ctx, "broken"), price(ctx, "broken")).result();
  std::cout << none.error().message() << ", because of " << 1 + none.error().other_causes().size()
            << " errors\n";
}
// [/any]

// [group]
// Any number of tasks, at most two at a time, and their outcomes as they end.
sweet::async<void> two_at_a_time(sweet::task_context ctx) {
  sweet::task_group<int> group{ctx};
  group.max_concurrency(2);
  for (const char* shop : {"first", "second", "third"})
    group.spawn(price, std::string{shop});
  int sum = 0;
  while (auto outcome = co_await group.next())
    sum += outcome->value();
  std::cout << sum << " in all\n";
}
// [/group]

// [described]
// A builder describes the members, each with a name of its own; a body that is no coroutine blocks.
int asked_patiently(sweet::task_context ctx) {
  sweet::task_group<int> group{ctx};
  const auto ask = sweet::async_task::to<int>(ctx).timeout(1min).retry(2);
  for (const char* shop : {"first", "second"})
    group.spawn(ask.name(shop), price, std::string{shop});
  int sum = 0;
  while (auto outcome = group.next().await())
    sum += outcome->value();
  return sum;
}
// [/described]

// [callable]
// A body that is no coroutine blocks instead.
int cheapest(sweet::task_context ctx) {
  return sweet::when_any(price(ctx, "north"), price(ctx, "closed")).await().value().value;
}
// [/callable]

int main() {
  sweet::runtime rt;
  rt.spawn(all).await().unwrap();
  rt.spawn(settled).await().unwrap();
  rt.spawn(any).await().unwrap();
  rt.spawn(two_at_a_time).await().unwrap();
  std::cout << rt.spawn(asked_patiently).await().value() << '\n';
  std::cout << rt.spawn(cheapest).await().value() << '\n';
}
