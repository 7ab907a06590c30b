#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "protocol.hpp"

#include <cstdint>
#include <sweet/sweet.hpp>

namespace bench {

struct world {
  explicit world(unsigned threads)
      : runtime({.workers = threads, .log = [this](const auto& record) {
                   if (reports)
                     sweet::log_to_stderr(record);
                 }}) {}

  bool reports = true; // set before anything is spawned
  sweet::runtime runtime;
};

/// The time from outside: spawn a root, wait for its result.
template <class Body, class... Args>
round root(world& w, Body body, Args... args) {
  return timed([&] { return sweet::spawn(w.runtime, body, args...).await().unwrap(); });
}

// Cases that have a file of their own.
round savina_ping_pong(world& w, std::uint64_t size);
round savina_thread_ring(world& w, std::uint64_t size);
round savina_big(world& w, std::uint64_t size);
round savina_bank(world& w, std::uint64_t size);
round savina_philosophers(world& w, std::uint64_t size);
round savina_ping_pong_service(world& w, std::uint64_t size);
round savina_big_service(world& w, std::uint64_t size);
round savina_bank_service(world& w, std::uint64_t size);
round savina_philosophers_service(world& w, std::uint64_t size);

} // namespace bench
