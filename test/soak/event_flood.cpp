// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// So many events through one strategy, emitted one by one: none is lost, none comes twice, and
// where the strategy promises it, they come in order. Prints a line of JSON. In a process of its
// own for each run, so that the peak of its memory is that of the run.
//
// usage: event_flood STRATEGY EVENTS

#include "strategies.hpp"

#include <chrono>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>

using namespace sweet;

namespace {

/// Any number gives another one (the finalizer of splitmix64), so a sum of them shows which came.
std::uint64_t mixed(const std::uint64_t& x) {
  auto z = x + 0x9E3779B97F4A7C15u;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

struct checksum {
  std::uint64_t count = 0;
  std::uint64_t sum = 0;
  std::uint64_t in_order = 0; ///< a polynomial, so it depends on the order

  void add(std::uint64_t x) {
    ++count;
    sum += x;
    in_order = in_order * 0x5851F42D4C957F2Du + x;
  }
};

checksum expected(std::uint64_t events) {
  checksum all;
  for (std::uint64_t i = 0; i < events; ++i)
    all.add(mixed(i));
  return all;
}

template <class End>
std::string problem(const End& end, std::uint64_t events, bool ordered) {
  if (end.kind != event_kind::final)
    return "ended as " + to_string(end.kind) + ": " + to_string(end.error);
  if (end.counts != event_counts{.emitted = events, .processed = events})
    return "counts: " + to_string(end.counts);
  const auto right = expected(events);
  if (end.collected.count != right.count || end.collected.sum != right.sum)
    return "other events were collected than emitted";
  if (ordered && end.collected.in_order != right.in_order)
    return "the order of the events is lost";
  return {};
}

} // namespace

int main(int argc, char** argv) try {
  if (argc != 3)
    throw std::invalid_argument{"usage: event_flood STRATEGY EVENTS"};
  const std::string name = argv[1];
  const std::uint64_t events = std::stoull(argv[2]);
  runtime rt;
  const auto described = async_task::emits<std::uint64_t>(rt).sender(
      [events](emitter<std::uint64_t>& out) -> async<void> {
        for (std::uint64_t i = 0; i < events; ++i)
          co_await out.emit(i);
      });
  const auto begin = std::chrono::steady_clock::now();
  const auto end = soak::with_strategy<std::uint64_t>(
      name, described, mixed, [](const std::uint64_t& x) { return x % 1'024; },
      [](const auto& stream) {
        return stream.fold(checksum{}, [](checksum& all, std::uint64_t x) { all.add(x); })
            .await_final_event();
      });
  const std::chrono::nanoseconds took = std::chrono::steady_clock::now() - begin;
  if (const auto what = problem(end, events, soak::keeps_order(name)); !what.empty())
    throw std::runtime_error{name + ", " + std::to_string(events) + " events: " + what};
  std::printf("{\"ns\": %" PRId64 ", \"peak_kib\": %" PRIu64 "}\n",
              static_cast<std::int64_t>(took.count()), soak::peak_memory());
} catch (const std::exception& error) {
  std::fprintf(stderr, "event_flood: %s\n", error.what());
  return 1;
}
