#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// The strategies that the programs here try, by the names that their tables show.

#include <sweet/sweet.hpp>

#include <cstdint>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

namespace soak {

/// Gives `then` the stream `described` with a stage of that strategy, in which `handle(const E&)`
/// handles each event. @param key what partitions the events
template <class E, class Builder, class Handler, class Key, class Then>
auto with_strategy(std::string_view name, const Builder& described, Handler handle, Key key,
                   Then then) {
  using namespace sweet;
  using item = std::invoke_result_t<Handler&, const E&>;
  if (name == "serial")
    return then(described.receiver(strategy::serial{}, handle));
  if (name == "parallel")
    return then(described.receiver(strategy::parallel{2}, handle));
  if (name == "ordered")
    return then(described.receiver(strategy::parallel{2}.ordered(), handle));
  if (name == "partitioned")
    return then(described.receiver(strategy::parallel{2}.partition_by(key), handle));
  if (name == "batched")
    return then(
        described.receiver(strategy::batched{64}, [handle](batch<E>& all, collector<item>& out) {
          for (const E& event : all)
            out.collect_item(handle(event));
        }));
  if (name == "adaptive")
    return then(described.receiver(strategy::adaptive{}, handle));
  throw std::invalid_argument{"no such strategy: " + std::string{name}};
}

/// Whether what is collected is in the order of the events.
inline bool keeps_order(std::string_view name) {
  return name == "serial" || name == "ordered" || name == "batched";
}

/// The most memory that this process has ever had, in KiB.
inline std::uint64_t peak_memory() {
  std::ifstream status{"/proc/self/status"};
  for (std::string word; status >> word;) {
    std::uint64_t kib = 0;
    if (word == "VmHWM:" && status >> kib)
      return kib;
  }
  throw std::runtime_error{"no VmHWM in /proc/self/status"};
}

} // namespace soak
