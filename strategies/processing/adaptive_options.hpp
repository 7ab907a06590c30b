#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <chrono>
#include <cstdint>
#include <optional>

namespace sweet::inline v0_5 {

/// The bounds within which an adaptive strategy chooses how many handlers run at once.
struct adaptive_options {
  std::uint32_t cores = 1;              ///< cores that handlers can use; 1 to 65,536
  std::uint32_t capacity = 64;          ///< events that may wait to be handed over; at least 1
  std::optional<std::uint32_t> start{}; ///< handlers at first; min to max; empty: cores
  std::uint32_t min = 1;                ///< the fewest handlers; at least 1
  /// The most handlers: from min to 1,048,576; empty: min(256, 16 x cores).
  std::optional<std::uint32_t> max{};
  /// Length of a measurement; 1 ms to 1 h.
  std::chrono::nanoseconds window{std::chrono::seconds{1}};

  /// Returns these options with `max` twice the cores: for handlers that compute and hardly wait.
  [[nodiscard]] adaptive_options cpu_bound() const {
    auto result = *this;
    result.max = 2 * cores;
    return result;
  }
};

} // namespace sweet::inline v0_5
