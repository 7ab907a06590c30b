// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Five benchmarks of the Savina suite (see savina.hpp) as a user of sweet writes them: actors whose
// handlers are coroutines where they wait, and services that are classes.

#include "savina.hpp"

#include "sweet.hpp"

#include <caf/all.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <utility>
#include <vector>

namespace bench::savina {
namespace {

using u64 = std::uint64_t;
using actors = std::vector<caf::actor>;
using hungry_atom = caf::atom_constant<caf::atom("hungry")>;
using done_atom = caf::atom_constant<caf::atom("done")>;

constexpr auto forever = std::chrono::nanoseconds::max();

void end_all(const actors& all) {
  for (const auto& one : all)
    caf::anon_send_exit(one, caf::exit_reason::user_shutdown);
}

// -- ping-pong ------------------------------------------------------------------------------------

caf::behavior pong(caf::event_based_actor* self) {
  return {sweet::handler(self, [](u64 value) -> sweet::async<u64> { co_return value + 1; })};
}

caf::behavior ping(caf::event_based_actor* self, caf::actor other) {
  return {sweet::handler(self, [other](sweet::task_context ctx, u64 size) -> sweet::async<u64> {
    u64 value = 0;
    while (value < size)
      value = co_await ctx.request<u64>(other, forever, value);
    co_return value;
  })};
}

sweet::async<u64> ping_pong(sweet::task_context ctx, u64 size) {
  auto& system = ctx.runtime().system();
  const auto player = system.spawn(ping, system.spawn(pong));
  co_return co_await ctx.request<u64>(player, forever, size);
}

struct echo : sweet::service {
  sweet::async<u64> increment(u64 value) { co_return value + 1; }
};

struct player : sweet::service {
  sweet::async<u64> play(sweet::task_context ctx, sweet::service_ref<echo> other, u64 size) {
    u64 value = 0;
    while (value < size)
      value = co_await other.call(ctx, &echo::increment, value);
    co_return value;
  }
};

sweet::async<u64> ping_pong_service(sweet::task_context ctx, u64 size) {
  const sweet::service_of<echo> pongs;
  const sweet::service_of<player> pings;
  auto one = ctx.spawn(pongs);
  auto other = ctx.spawn(pings);
  const u64 value = co_await pings.ref().call(ctx, &player::play, pongs.ref(), size);
  one.cancel(sweet::cancellation_level::kill);
  other.cancel(sweet::cancellation_level::kill);
  co_return value;
}

// -- thread ring ----------------------------------------------------------------------------------

struct link_state {
  caf::actor next;
};

/// Passes a token on until it is spent. @param end is told then
caf::behavior link(caf::stateful_actor<link_state>* self, caf::actor end) {
  return {[self](caf::actor next) { self->state.next = std::move(next); },
          sweet::handler(self, [self, end](u64 left, u64 passed) -> sweet::async<void> {
            if (left == 0)
              self->send(end, passed);
            else
              self->send(self->state.next, left - 1, passed + 1);
            co_return;
          })};
}

sweet::async<u64> thread_ring(sweet::task_context ctx, u64 size) {
  actors ring;
  for (std::size_t i = 0; i < ring_size; ++i)
    ring.push_back(ctx.runtime().system().spawn(link, ctx.actor()));
  for (std::size_t i = 0; i < ring_size; ++i)
    caf::anon_send(ring[i], ring[(i + 1) % ring_size]);
  caf::anon_send(ring.front(), size, u64{0});
  const auto passed = co_await ctx.receive<u64>();
  end_all(ring);
  co_return passed.payload;
}

// -- big ------------------------------------------------------------------------------------------

/// Asks others, one after the other, and answers them meanwhile.
caf::behavior neighbour(caf::event_based_actor* self, std::size_t number) {
  return {sweet::handler(
              self,
              [number](sweet::task_context ctx, actors all, u64 pings) -> sweet::async<u64> {
                neighbour_choice next{number};
                u64 answers = 0;
                for (u64 i = 0; i < pings; ++i)
                  answers += co_await ctx.request<u64>(all[next()], forever, caf::ping_atom_v);
                co_return answers;
              },
              sweet::reentrant{2}),
          [](caf::ping_atom) { return u64{1}; }};
}

sweet::async<u64> asks_neighbour(sweet::task_context ctx, caf::actor one, actors all, u64 pings) {
  co_return co_await ctx.request<u64>(one, forever, all, pings);
}

sweet::async<u64> big(sweet::task_context ctx, u64 size) {
  actors all;
  for (std::size_t i = 0; i < neighbours; ++i)
    all.push_back(ctx.runtime().system().spawn(neighbour, i));
  std::vector<sweet::child_task<u64>> asking;
  for (const auto& one : all)
    asking.push_back(ctx.spawn(asks_neighbour, one, all, size / neighbours));
  u64 answers = 0;
  for (auto& one : asking)
    answers += co_await one;
  end_all(all);
  co_return answers;
}

struct answering : sweet::service {
  u64 ping() const { return 1; }
};
using answering_refs = std::vector<sweet::service_ref<answering>>;

sweet::async<u64> calls_neighbours(sweet::task_context ctx, answering_refs all, std::size_t number,
                                   u64 pings) {
  neighbour_choice next{number};
  u64 answers = 0;
  for (u64 i = 0; i < pings; ++i)
    answers += co_await all[next()].call(ctx, &answering::ping);
  co_return answers;
}

sweet::async<u64> big_service(sweet::task_context ctx, u64 size) {
  std::vector<sweet::child_task<void>> serving;
  answering_refs all;
  for (std::size_t i = 0; i < neighbours; ++i) {
    const sweet::service_of<answering> one;
    serving.push_back(ctx.spawn(one));
    all.push_back(one.ref());
  }
  std::vector<sweet::child_task<u64>> asking;
  for (std::size_t i = 0; i < neighbours; ++i)
    asking.push_back(ctx.spawn(calls_neighbours, all, i, size / neighbours));
  u64 answers = 0;
  for (auto& one : asking)
    answers += co_await one;
  for (auto& one : serving)
    one.cancel(sweet::cancellation_level::kill);
  co_return answers;
}

// -- bank transaction -----------------------------------------------------------------------------

struct account_state {
  u64 balance = initial_balance;
};

/// Takes no message while it waits for the account to which it transfers.
caf::behavior account(caf::stateful_actor<account_state>* self) {
  return {[self](u64 amount) { self->state.balance += amount; },
          [self](caf::get_atom) { return self->state.balance; },
          sweet::handler(self,
                         [self](sweet::task_context ctx, caf::actor to,
                                u64 amount) -> sweet::async<caf::ok_atom> {
                           self->state.balance -= amount;
                           co_await ctx.request<>(to, forever, amount);
                           co_return caf::ok_atom::value;
                         })};
}

/// Has all transfers made, and tells `end` how many were: it waits for nothing in between.
caf::behavior teller(caf::event_based_actor* self, caf::actor end, const actors& all, u64 size) {
  transfer_choice next;
  for (u64 i = 0; i < size; ++i) {
    const auto t = next();
    self->send(all[t.from], all[t.to], t.amount);
  }
  return {[self, end = std::move(end), size, transfers = u64{0}](caf::ok_atom) mutable {
    if (++transfers < size)
      return;
    self->send(end, transfers);
    self->quit();
  }};
}

void check_sum(u64 sum) {
  if (sum != accounts * initial_balance)
    throw std::runtime_error{"money has been lost or made"};
}

sweet::async<u64> bank(sweet::task_context ctx, u64 size) {
  auto& system = ctx.runtime().system();
  actors all;
  for (std::size_t i = 0; i < accounts; ++i)
    all.push_back(system.spawn(account));
  system.spawn(teller, ctx.actor(), all, size);
  const auto transfers = co_await ctx.receive<u64>();
  u64 sum = 0;
  for (const auto& one : all)
    sum += co_await ctx.request<u64>(one, forever, caf::get_atom_v);
  check_sum(sum);
  end_all(all);
  co_return transfers.payload;
}

struct account_service : sweet::service {
  void credit(u64 amount) { balance += amount; }
  sweet::async<u64> transfer(sweet::task_context ctx, sweet::service_ref<account_service> to,
                             u64 amount) {
    balance -= amount;
    co_await to.call(ctx, &account_service::credit, amount);
    co_return 1;
  }
  u64 total() const { return balance; }

  u64 balance = initial_balance;
};

sweet::async<u64> bank_service(sweet::task_context ctx, u64 size) {
  std::vector<sweet::child_task<void>> serving;
  std::vector<sweet::service_ref<account_service>> all;
  for (std::size_t i = 0; i < accounts; ++i) {
    const sweet::service_of<account_service> one;
    serving.push_back(ctx.spawn(one));
    all.push_back(one.ref());
  }
  transfer_choice next;
  std::vector<sweet::service_call<u64>> open;
  for (u64 i = 0; i < size; ++i) {
    const auto t = next();
    open.push_back(all[t.from].call(ctx, &account_service::transfer, all[t.to], t.amount));
    if (i % 1000 == 0)
      co_await ctx.yield();
  }
  u64 transfers = 0;
  for (auto& one : open)
    transfers += co_await one;
  u64 sum = 0;
  for (const auto& one : all)
    sum += co_await one.call(ctx, &account_service::total);
  check_sum(sum);
  for (auto& one : serving)
    one.cancel(sweet::cancellation_level::kill);
  co_return transfers;
}

// -- dining philosophers --------------------------------------------------------------------------

caf::behavior arbitrator(caf::stateful_actor<table>* self) {
  return {[self](hungry_atom, std::size_t seat) { return self->state.take(seat); },
          [self](done_atom, std::size_t seat) { self->state.put(seat); }};
}

caf::behavior philosopher(caf::event_based_actor* self, caf::actor forks, std::size_t seat) {
  return {sweet::handler(
      self, [self, forks, seat](sweet::task_context ctx, u64 meals) -> sweet::async<u64> {
        u64 eaten = 0;
        while (eaten < meals) {
          while (!co_await ctx.request<bool>(forks, forever, hungry_atom::value, seat))
            ;
          ++eaten;
          self->send(forks, done_atom::value, seat);
        }
        co_return eaten;
      })};
}

sweet::async<u64> dine(sweet::task_context ctx, caf::actor one, u64 meals) {
  co_return co_await ctx.request<u64>(one, forever, meals);
}

sweet::async<u64> philosophers(sweet::task_context ctx, u64 size) {
  auto& system = ctx.runtime().system();
  const auto forks = system.spawn(arbitrator);
  std::vector<sweet::child_task<u64>> dining;
  for (std::size_t seat = 0; seat < seats; ++seat)
    dining.push_back(ctx.spawn(dine, system.spawn(philosopher, forks, seat), size / seats));
  u64 eaten = 0;
  for (auto& one : dining)
    eaten += co_await one;
  co_return eaten;
}

struct arbitrator_service : sweet::service {
  bool take(std::size_t seat) { return forks.take(seat); }
  void put(std::size_t seat) { forks.put(seat); }

  table forks;
};

sweet::async<u64> dine_by_calls(sweet::task_context ctx,
                                sweet::service_ref<arbitrator_service> forks, std::size_t seat,
                                u64 meals) {
  u64 eaten = 0;
  while (eaten < meals) {
    while (!co_await forks.call(ctx, &arbitrator_service::take, seat))
      ;
    ++eaten;
    co_await forks.call(ctx, &arbitrator_service::put, seat);
  }
  co_return eaten;
}

sweet::async<u64> philosophers_service(sweet::task_context ctx, u64 size) {
  const sweet::service_of<arbitrator_service> forks;
  auto serving = ctx.spawn(forks);
  std::vector<sweet::child_task<u64>> dining;
  for (std::size_t seat = 0; seat < seats; ++seat)
    dining.push_back(ctx.spawn(dine_by_calls, forks.ref(), seat, size / seats));
  u64 eaten = 0;
  for (auto& one : dining)
    eaten += co_await one;
  serving.cancel(sweet::cancellation_level::kill);
  co_return eaten;
}

} // namespace
} // namespace bench::savina

namespace bench {

round savina_ping_pong(world& w, std::uint64_t size) {
  return root(w, savina::ping_pong, size);
}

round savina_thread_ring(world& w, std::uint64_t size) {
  return root(w, savina::thread_ring, size);
}

round savina_big(world& w, std::uint64_t size) {
  return root(w, savina::big, size);
}

round savina_bank(world& w, std::uint64_t size) {
  return root(w, savina::bank, size);
}

round savina_philosophers(world& w, std::uint64_t size) {
  return root(w, savina::philosophers, size);
}

round savina_ping_pong_service(world& w, std::uint64_t size) {
  return root(w, savina::ping_pong_service, size);
}

round savina_big_service(world& w, std::uint64_t size) {
  return root(w, savina::big_service, size);
}

round savina_bank_service(world& w, std::uint64_t size) {
  return root(w, savina::bank_service, size);
}

round savina_philosophers_service(world& w, std::uint64_t size) {
  return root(w, savina::philosophers_service, size);
}

} // namespace bench
