// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Values that travel between actors as messages, one by one or in chunks. A mailbox has no bound:
// after each block of values a producer sends a mark, which the actor at the end answers to the
// producer, and no more than two blocks are under way.

#include "caf.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace {

using bench::answer_of;
using bench::world;
using u64 = std::uint64_t;
using chunk = std::vector<u64>;
using mark_atom = caf::atom_constant<caf::atom("mark")>;
using more_atom = caf::atom_constant<caf::atom("more")>;

constexpr u64 block_size = 512;
constexpr u64 chunk_size = 64;
constexpr u64 producers = 4;

/// The values that one producer sends: each `step`th from `next` on.
struct values {
  u64 next;
  u64 step;
  u64 end;
};

void send_block(caf::event_based_actor* self, const caf::actor& receiver, values& left) {
  auto end = std::min(left.end, left.next + block_size * left.step);
  for (; left.next < end; left.next += left.step)
    self->send(receiver, left.next);
}

void send_block_in_chunks(caf::event_based_actor* self, const caf::actor& receiver, values& left) {
  auto end = std::min(left.end, left.next + block_size);
  while (left.next < end) {
    chunk message(std::min(chunk_size, end - left.next));
    std::iota(message.begin(), message.end(), left.next);
    left.next += message.size();
    self->send(receiver, std::move(message));
  }
}

using send_function = void(caf::event_based_actor*, const caf::actor&, values&);

/// The receivers take turns in blocks.
caf::behavior producer(caf::event_based_actor* self, std::vector<caf::actor> receivers, values all,
                       send_function* send_next) {
  self->send(self, more_atom::value);
  self->send(self, more_atom::value);
  return {[self, receivers = std::move(receivers), left = all, send_next,
           turn = std::size_t{0}](more_atom) mutable {
    auto& receiver = receivers[turn++ % receivers.size()];
    send_next(self, receiver, left);
    if (left.next < left.end)
      self->send(receiver, mark_atom::value);
    else
      self->quit();
  }};
}

/// Adds up `count` values, passes the sum on and ends.
caf::behavior consumer(caf::event_based_actor* self, caf::actor receiver, u64 count) {
  struct tally {
    u64 left;
    u64 sum = 0;
  };
  auto seen = std::make_shared<tally>(tally{count});
  auto add = [self, receiver = std::move(receiver), seen](u64 sum, u64 values) {
    seen->sum += sum;
    seen->left -= values;
    if (seen->left > 0)
      return;
    self->send(receiver, seen->sum);
    self->quit();
  };
  return {[add](u64 value) { add(value, 1); },
          [add](const chunk& message) {
            add(std::accumulate(message.begin(), message.end(), u64{0}), message.size());
          },
          [](mark_atom) { return more_atom::value; }};
}

caf::behavior worker(caf::event_based_actor* self, const caf::actor& collector) {
  return {[self, collector](u64 value) { self->send(collector, value + 1); },
          [self, collector](chunk& message) {
            for (auto& value : message)
              ++value;
            self->send(collector, std::move(message));
          },
          [self, collector](mark_atom mark) { return self->delegate(collector, mark); }};
}

caf::behavior one_to_one(caf::event_based_actor* self, caf::actor receiver, u64 size,
                         send_function* send) {
  self->spawn(producer, std::vector{caf::actor{self}}, values{0, 1, size}, send);
  return consumer(self, std::move(receiver), size);
}

caf::behavior through_two(caf::event_based_actor* self, caf::actor receiver, u64 size,
                          send_function* send) {
  std::vector workers{self->spawn(worker, caf::actor{self}), self->spawn(worker, caf::actor{self})};
  self->spawn(producer, std::move(workers), values{0, 1, size}, send);
  return consumer(self, std::move(receiver), size);
}

caf::behavior joined(caf::event_based_actor* self, caf::actor receiver, u64 size) {
  for (u64 first = 0; first < producers; ++first)
    self->spawn(producer, std::vector{caf::actor{self}}, values{first, producers, size},
                send_block);
  return consumer(self, std::move(receiver), size);
}

caf::behavior pong() {
  return {[](u64 value) { return value + 1; }};
}

caf::behavior ping(caf::event_based_actor* self, caf::actor receiver, u64 size) {
  auto other = self->spawn(pong);
  self->send(other, u64{0});
  return {[self, receiver = std::move(receiver), other, size](u64 value) {
    if (value < size) {
      self->send(other, value);
      return;
    }
    self->send(receiver, value);
    self->quit();
  }};
}

/// Answers with what another actor answers.
caf::behavior middleman(caf::event_based_actor* self) {
  auto last = self->spawn(pong);
  return {[self, last](u64 value) {
    auto promise = self->make_response_promise<u64>();
    self->request(last, caf::infinite, value).then([promise](u64 answer) mutable {
      promise.deliver(answer);
    });
    return promise;
  }};
}

/// Asks again and again, with the answer.
void ask(caf::event_based_actor* self, const caf::actor& server, const caf::actor& receiver,
         u64 value, u64 size) {
  if (value < size) {
    self->request(server, caf::infinite, value).then([=](u64 answer) {
      ask(self, server, receiver, answer, size);
    });
    return;
  }
  self->send(receiver, value);
  self->quit();
}

caf::behavior asking(caf::event_based_actor* self, caf::actor receiver, u64 size, bool through) {
  ask(self, through ? self->spawn(middleman) : self->spawn(pong), receiver, 0, size);
  return {[](caf::unit_t) {}};
}

} // namespace

namespace bench {

round events_single(world& w, u64 size) {
  return timed([&w, size] { return answer_of(w, one_to_one, size, send_block); });
}

round events_chunks(world& w, u64 size) {
  return timed([&w, size] { return answer_of(w, one_to_one, size, send_block_in_chunks); });
}

round events_fan(world& w, u64 size) {
  return timed([&w, size] { return answer_of(w, through_two, size, send_block); });
}

round events_fan_chunks(world& w, u64 size) {
  return timed([&w, size] { return answer_of(w, through_two, size, send_block_in_chunks); });
}

round events_join(world& w, u64 size) {
  return timed([&w, size] { return answer_of(w, joined, size); });
}

round ping_pong(world& w, u64 size) {
  return timed([&w, size] { return answer_of(w, ping, size); });
}

round request(world& w, u64 size) {
  return timed([&w, size] { return answer_of(w, asking, size, false); });
}

round request_through(world& w, u64 size) {
  return timed([&w, size] { return answer_of(w, asking, size, true); });
}

} // namespace bench
