#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/event_counts.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace sweet::inline v0_5::detail {

/// Counts that one thread keeps and other threads look at. Each is exact; together they may be from
/// different moments.
class live_counts {
public:
  void publish(const event_counts& x) noexcept {
    const std::array now{x.emitted, x.processed, x.failed, x.dropped, x.dead_lettered, x.cancelled};
    for (std::size_t i = 0; i < now.size(); ++i)
      counts_[i].store(now[i], std::memory_order_relaxed);
  }

  event_counts look() const noexcept {
    const auto at = [&](std::size_t i) { return counts_[i].load(std::memory_order_relaxed); };
    return {at(0), at(1), at(2), at(3), at(4), at(5)};
  }

private:
  // Relaxed: the counts are only shown.
  std::array<std::atomic<std::uint64_t>, 6> counts_{};
};

} // namespace sweet::inline v0_5::detail
