#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <chrono>
#include <cstdint>
#include <optional>

namespace sweet {

/// Between which bounds an adaptive strategy chooses how many handlers run at once.
struct adaptive_options {
  std::uint32_t cores = 1;              ///< that handlers can use; 1 to 65,536
  std::uint32_t capacity = 64;          ///< events that wait to be handed over; at least 1
  std::optional<std::uint32_t> start{}; ///< from min to max; empty: cores
  std::uint32_t min = 1;                ///< at least 1
  std::optional<std::uint32_t> max{};   ///< min to 1,048,576; empty: min(256, 16 x cores)
  std::chrono::nanoseconds window{std::chrono::seconds{1}}; ///< from 1 ms to 1 h

  /// The same for handlers that compute and hardly wait: `max` is twice the cores.
  [[nodiscard]] adaptive_options cpu_bound() const {
    auto result = *this;
    result.max = 2 * cores;
    return result;
  }
};

} // namespace sweet
