#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "../../protocol.hpp"

#include <caf/all.hpp>

namespace bench {

struct config : caf::actor_system_config {
  explicit config(unsigned threads) {
    set("scheduler.policy", caf::atom("sharing"));
    set("scheduler.max-threads", static_cast<std::size_t>(threads));
  }
};

/// The policy is `sharing`: with CAF 0.17's default work stealing, which walks the whole queue of
/// its victim for each steal, a queue of 300,000 actors takes minutes.
struct world {
  explicit world(unsigned threads) : cfg(threads), system(cfg) {}

  config cfg;
  caf::actor_system system;
};

/// Spawns a root which gets `receiver` and `args`; returns the value that it sends to `receiver`.
template <class Root, class... Args>
std::uint64_t answer_of(world& w, Root root, Args... args) {
  caf::scoped_actor self{w.system};
  w.system.spawn(root, caf::actor{self}, args...);
  std::uint64_t result = 0;
  self->receive([&result](std::uint64_t value) { result = value; });
  return result;
}

// Cases that have a file of their own.
round events_single(world& w, std::uint64_t size);
round events_chunks(world& w, std::uint64_t size);
round events_fan(world& w, std::uint64_t size);
round events_fan_chunks(world& w, std::uint64_t size);
round events_join(world& w, std::uint64_t size);
round ping_pong(world& w, std::uint64_t size);
round request(world& w, std::uint64_t size);
round request_through(world& w, std::uint64_t size);
round savina_thread_ring(world& w, std::uint64_t size);
round savina_big(world& w, std::uint64_t size);
round savina_bank(world& w, std::uint64_t size);
round savina_philosophers(world& w, std::uint64_t size);

} // namespace bench
