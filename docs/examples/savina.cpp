// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Five programs of the Savina suite of actor benchmarks, small: ping-pong, thread ring and big as
// actors with coroutine handlers, bank transaction and dining philosophers as services that are
// classes. See S. M. Imam and V. Sarkar, "Savina - An Actor Benchmark Suite" (2014).

#include <sweet/sweet.hpp>

#include <caf/all.hpp>

#include <chrono>
#include <cstddef>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

using namespace std::chrono_literals;

namespace {

constexpr auto soon = 60s;

// -- ping-pong -----------------------------------------------------------------------------------

caf::behavior pong(caf::event_based_actor* self) {
  return {sweet::handler(self, [](int ping) -> sweet::async<int> { co_return ping + 1; })};
}

caf::behavior ping(caf::event_based_actor* self, caf::actor other) {
  return {sweet::handler(self, [other](sweet::task_context ctx, int times) -> sweet::async<int> {
    int answered = 0;
    while (answered < times)
      answered = co_await ctx.request<int>(other, soon, answered);
    co_return answered;
  })};
}

sweet::async<int> ping_pong(sweet::task_context ctx, int times) {
  auto& system = ctx.runtime().system();
  auto player = system.spawn(ping, system.spawn(pong));
  co_return co_await ctx.request<int>(player, soon, times);
}

// -- thread ring ---------------------------------------------------------------------------------

struct ring_state {
  caf::actor next;
};

/// Passes a token on until it is spent, and answers with how often it was passed on.
caf::behavior link(caf::stateful_actor<ring_state>* self) {
  return {[self](caf::actor next) { self->state.next = std::move(next); },
          sweet::handler(
              self,
              [self](sweet::task_context ctx, int left) -> sweet::async<int> {
                if (left == 0)
                  co_return 0;
                co_return 1 + co_await ctx.request<int>(self->state.next, soon, left - 1);
              },
              sweet::reentrant{1000})}; // the token comes round again before it is answered
}

sweet::async<int> thread_ring(sweet::task_context ctx, std::size_t size, int hops) {
  std::vector<caf::actor> ring;
  for (std::size_t i = 0; i < size; ++i)
    ring.push_back(ctx.runtime().system().spawn(link));
  for (std::size_t i = 0; i < size; ++i)
    co_await ctx.request<>(ring[i], soon, ring[(i + 1) % size]);
  const int passed = co_await ctx.request<int>(ring.front(), soon, hops);
  for (auto& actor : ring)
    co_await ctx.request<>(actor, soon, caf::actor{}); // or the ring would keep itself alive
  co_return passed;
}

// -- big -----------------------------------------------------------------------------------------

/// Asks all others, and answers them meanwhile: `reentrant`.
caf::behavior neighbour(caf::event_based_actor* self) {
  return {sweet::handler(
              self,
              [](sweet::task_context ctx, std::vector<caf::actor> all,
                 int rounds) -> sweet::async<int> {
                int answers = 0;
                for (int i = 0; i < rounds; ++i)
                  for (auto& other : all)
                    answers += co_await ctx.request<int>(other, soon, caf::ping_atom_v);
                co_return answers;
              },
              sweet::reentrant{2}),
          [](caf::ping_atom) { return 1; }};
}

sweet::async<int> big(sweet::task_context ctx, std::size_t size, int rounds) {
  std::vector<caf::actor> all;
  for (std::size_t i = 0; i < size; ++i)
    all.push_back(ctx.runtime().system().spawn(neighbour));
  std::vector<sweet::child_task<int>> asking;
  for (auto& one : all)
    asking.push_back(ctx.spawn([&all, one, rounds](sweet::task_context own) -> sweet::async<int> {
      co_return co_await own.request<int>(one, soon, all, rounds);
    }));
  int answers = 0;
  for (auto& one : asking)
    answers += co_await one;
  co_return answers;
}

// -- bank transaction ----------------------------------------------------------------------------

struct account : sweet::service {
  explicit account(int money) : balance(money) {}

  sweet::async<void> credit(int amount) {
    balance += amount;
    co_return;
  }
  /// The other account is asked while this one is in the midst of the transfer.
  sweet::async<void> transfer(sweet::task_context ctx, sweet::service_ref<account> to, int amount) {
    balance -= amount;
    co_await to.call(ctx, soon, &account::credit, amount);
  }
  int total() const { return balance; }

  int balance;
};

sweet::async<int> bank(sweet::task_context ctx, std::size_t accounts, int transfers) {
  auto supervisor = sweet::supervisor::one_for_one(ctx);
  std::vector<sweet::service_ref<account>> refs;
  for (std::size_t i = 0; i < accounts; ++i) {
    const sweet::service_of<account> service{100};
    supervisor = supervisor.service("account " + std::to_string(i), service);
    refs.push_back(service.ref());
  }
  auto tree = supervisor.start();
  std::vector<sweet::service_call<void>> open;
  for (int i = 0; i < transfers; ++i) {
    // Upwards only: two accounts that transfer to each other would wait for each other.
    const auto from = static_cast<std::size_t>(i) % (accounts - 1);
    open.push_back(refs[from].call(ctx, soon, &account::transfer, refs[from + 1], 1));
  }
  for (auto& transfer : open)
    co_await transfer;
  int sum = 0;
  for (auto& ref : refs)
    sum += co_await ref.call(ctx, soon, &account::total);
  static_cast<void>(tree.stop());
  co_return sum;
}

// -- dining philosophers -------------------------------------------------------------------------

struct arbitrator : sweet::service {
  explicit arbitrator(std::size_t seats) : taken(seats, false) {}

  bool take(std::size_t seat) {
    const auto right = (seat + 1) % taken.size();
    if (taken[seat] || taken[right])
      return false;
    return taken[seat] = taken[right] = true;
  }
  void put(std::size_t seat) { taken[seat] = taken[(seat + 1) % taken.size()] = false; }

  std::vector<bool> taken;
};

sweet::async<int> philosophers(sweet::task_context ctx, std::size_t seats, int meals) {
  const sweet::service_of<arbitrator> service{seats};
  auto serving = ctx.spawn(service);
  const auto table = service.ref();
  std::vector<sweet::child_task<int>> all;
  for (std::size_t seat = 0; seat < seats; ++seat)
    all.push_back(ctx.spawn([=](sweet::task_context own) -> sweet::async<int> {
      int eaten = 0;
      while (eaten < meals) {
        while (!co_await table.call(own, &arbitrator::take, seat))
          co_await own.yield();
        ++eaten;
        co_await table.call(own, &arbitrator::put, seat);
      }
      co_return eaten;
    }));
  int eaten = 0;
  for (auto& one : all)
    eaten += co_await one;
  serving.cancel();
  co_return eaten;
}

} // namespace

int main() {
  sweet::runtime rt;
  std::cout << "ping-pong: " << rt.spawn(ping_pong, 1000).await().unwrap() << '\n'
            << "thread ring: " << rt.spawn(thread_ring, std::size_t{10}, 1000).await().unwrap()
            << '\n'
            << "big: " << rt.spawn(big, std::size_t{10}, 20).await().unwrap() << '\n'
            << "bank transaction: " << rt.spawn(bank, std::size_t{10}, 1000).await().unwrap()
            << '\n'
            << "dining philosophers: "
            << rt.spawn(philosophers, std::size_t{5}, 100).await().unwrap() << '\n';
}
