// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Benchmarks of the Savina suite (see savina.hpp) as a user of plain CAF writes them: messages, and
// awaited responses where an actor takes no other message while it waits.

#include "../../savina.hpp"

#include "caf.hpp"

#include <cstddef>
#include <utility>
#include <vector>

namespace bench::savina {
namespace {

using u64 = std::uint64_t;
using actors = std::vector<caf::actor>;
using hungry_atom = caf::atom_constant<caf::atom("hungry")>;
using eat_atom = caf::atom_constant<caf::atom("eat")>;
using denied_atom = caf::atom_constant<caf::atom("denied")>;
using done_atom = caf::atom_constant<caf::atom("done")>;

void end_all(caf::event_based_actor* self, const actors& all) {
  for (const auto& one : all)
    self->send_exit(one, caf::exit_reason::user_shutdown);
}

// -- thread ring ----------------------------------------------------------------------------------

struct link_state {
  caf::actor next;
};

/// Passes a token on until it is spent. @param end is told then
caf::behavior link(caf::stateful_actor<link_state>* self, caf::actor end) {
  return {[self](caf::actor& next) { self->state.next = std::move(next); },
          [self, end = std::move(end)](u64 left, u64 passed) {
            if (left == 0)
              self->send(end, passed);
            else
              self->send(self->state.next, left - 1, passed + 1);
          }};
}

caf::behavior thread_ring(caf::event_based_actor* self, caf::actor receiver, u64 size) {
  actors ring;
  for (std::size_t i = 0; i < ring_size; ++i)
    ring.push_back(self->spawn(link, caf::actor{self}));
  for (std::size_t i = 0; i < ring_size; ++i)
    self->send(ring[i], ring[(i + 1) % ring_size]);
  self->send(ring.front(), size, u64{0});
  return {[self, receiver = std::move(receiver), ring = std::move(ring)](u64 passed) {
    self->send(receiver, passed);
    end_all(self, ring);
    self->quit();
  }};
}

// -- big ------------------------------------------------------------------------------------------

/// Sends each next ping once the last one was answered, and answers others meanwhile.
caf::behavior neighbour(caf::event_based_actor* self, caf::actor end, std::size_t number,
                        u64 pings) {
  struct state {
    actors all;
    neighbour_choice next;
    u64 answers = 0;
  };
  auto s = std::make_shared<state>(state{{}, neighbour_choice{number}});
  return {[self, s](actors& all) {
            s->all = std::move(all);
            self->send(s->all[s->next()], caf::ping_atom::value);
          },
          [](caf::ping_atom) { return caf::pong_atom::value; },
          [self, s, end = std::move(end), pings](caf::pong_atom) {
            if (++s->answers < pings)
              self->send(s->all[s->next()], caf::ping_atom::value);
            else
              self->send(end, s->answers);
          }};
}

caf::behavior big(caf::event_based_actor* self, caf::actor receiver, u64 size) {
  actors all;
  for (std::size_t i = 0; i < neighbours; ++i)
    all.push_back(self->spawn(neighbour, caf::actor{self}, i, size / neighbours));
  for (const auto& one : all)
    self->send(one, all);
  return {[self, receiver = std::move(receiver), all, left = all.size(),
           sum = u64{0}](u64 answers) mutable {
    sum += answers;
    if (--left > 0)
      return;
    self->send(receiver, sum);
    end_all(self, all);
    self->quit();
  }};
}

// -- bank transaction -----------------------------------------------------------------------------

struct account_state {
  u64 balance = initial_balance;
};

/// Takes no message while it waits for the account to which it transfers.
caf::behavior account(caf::stateful_actor<account_state>* self) {
  return {[self](u64 amount) { self->state.balance += amount; },
          [self](caf::get_atom) { return self->state.balance; },
          [self](const caf::actor& to, u64 amount) {
            self->state.balance -= amount;
            auto promise = self->make_response_promise<caf::ok_atom>();
            self->request(to, caf::infinite, amount).await([promise]() mutable {
              promise.deliver(caf::ok_atom::value);
            });
            return promise;
          }};
}

/// Has all transfers made, and then looks whether all money is there.
caf::behavior teller(caf::event_based_actor* self, caf::actor receiver, u64 size) {
  struct state {
    actors all;
    u64 transfers = 0;
    u64 sum = 0;
    std::size_t told = 0;
  };
  auto s = std::make_shared<state>();
  for (std::size_t i = 0; i < accounts; ++i)
    s->all.push_back(self->spawn(account));
  transfer_choice next;
  for (u64 i = 0; i < size; ++i) {
    const auto t = next();
    self->send(s->all[t.from], s->all[t.to], t.amount);
  }
  return {[self, s, size](caf::ok_atom) {
            if (++s->transfers == size)
              for (const auto& one : s->all)
                self->send(one, caf::get_atom::value);
          },
          [self, s, receiver = std::move(receiver)](u64 balance) {
            s->sum += balance;
            if (++s->told < accounts)
              return;
            self->send(receiver, s->sum == accounts * initial_balance ? s->transfers : u64{0});
            end_all(self, s->all);
            self->quit();
          }};
}

// -- dining philosophers --------------------------------------------------------------------------

caf::behavior arbitrator(caf::stateful_actor<table>* self) {
  return {[self](hungry_atom, std::size_t seat) -> caf::atom_value {
            if (self->state.take(seat))
              return eat_atom::value;
            return denied_atom::value;
          },
          [self](done_atom, std::size_t seat) { self->state.put(seat); }};
}

caf::behavior philosopher(caf::event_based_actor* self, caf::actor end, caf::actor forks,
                          std::size_t seat, u64 meals) {
  self->send(forks, hungry_atom::value, seat);
  return {[self, end = std::move(end), forks, seat, meals, eaten = u64{0}](eat_atom) mutable {
            self->send(forks, done_atom::value, seat);
            if (++eaten < meals) {
              self->send(forks, hungry_atom::value, seat);
              return;
            }
            self->send(end, eaten);
            self->quit();
          },
          [self, forks, seat](denied_atom) { self->send(forks, hungry_atom::value, seat); }};
}

caf::behavior philosophers(caf::event_based_actor* self, caf::actor receiver, u64 size) {
  const auto forks = self->spawn(arbitrator);
  for (std::size_t seat = 0; seat < seats; ++seat)
    self->spawn(philosopher, caf::actor{self}, forks, seat, size / seats);
  return {[self, receiver = std::move(receiver), left = seats, sum = u64{0}](u64 eaten) mutable {
    sum += eaten;
    if (--left > 0)
      return;
    self->send(receiver, sum);
    self->quit();
  }};
}

} // namespace
} // namespace bench::savina

namespace bench {

round savina_thread_ring(world& w, std::uint64_t size) {
  return timed([&w, size] { return answer_of(w, savina::thread_ring, size); });
}

round savina_big(world& w, std::uint64_t size) {
  return timed([&w, size] { return answer_of(w, savina::big, size); });
}

round savina_bank(world& w, std::uint64_t size) {
  return timed([&w, size] { return answer_of(w, savina::teller, size); });
}

round savina_philosophers(world& w, std::uint64_t size) {
  return timed([&w, size] { return answer_of(w, savina::philosophers, size); });
}

} // namespace bench
