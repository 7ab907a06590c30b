// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/processing/event_grain.hpp>

#include <algorithm>

namespace sweet::inline v0_5 {

void event_grain::measured(std::uint64_t events, std::chrono::nanoseconds wall) noexcept {
  const auto each = std::max<std::int64_t>(1, wall.count() / static_cast<std::int64_t>(events));
  const auto fitting = static_cast<std::uint64_t>(std::max<std::int64_t>(1, target.count() / each));
  size_ = static_cast<std::uint32_t>(
      std::min<std::uint64_t>({fitting, std::uint64_t{2} * size_, std::uint64_t{max}}));
  depth_ = each > slow.count() ? 1
                               : static_cast<std::uint32_t>(std::clamp<std::int64_t>(
                                     target.count() / (each * size_), 2, max_depth));
}

} // namespace sweet::inline v0_5
