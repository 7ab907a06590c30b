// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// What CAF 0.17 has for values that flow from actor to actor: streams, which collect the values of
// an actor in batches and let the receiver grant credit. A source serves all its sinks alike, so
// nothing is shared out between workers.

#include "caf.hpp"

#include <algorithm>

namespace {

using bench::round;
using bench::world;
using u64 = std::uint64_t;

void source(caf::event_based_actor* self, const caf::actor& sink, u64 size) {
  caf::attach_stream_source(
      self, sink, [](u64& next) { next = 0; },
      [size](u64& next, caf::downstream<u64>& out, std::size_t wanted) {
        for (auto end = std::min<u64>(size, next + wanted); next < end; ++next)
          out.push(next);
      },
      [size](const u64& next) { return next == size; });
}

caf::behavior sink(caf::event_based_actor* self, const caf::actor& receiver, u64 size) {
  self->spawn(source, caf::actor{self}, size);
  return {[self, receiver](const caf::stream<u64>& in) {
    return caf::attach_stream_sink(
        self, in, [](u64& sum) { sum = 0; }, [](u64& sum, u64 value) { sum += value; },
        [self, receiver](u64& sum, const caf::error&) {
          self->send(receiver, sum);
          self->quit();
        });
  }};
}

round events_single(world& w, u64 size) {
  return bench::timed([&w, size] { return bench::answer_of(w, sink, size); });
}

} // namespace

int main(int argc, char** argv) {
  return bench::serve<world>(argc, argv, {{"events_single", events_single}});
}
