#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <chrono>
#include <cstdint>

namespace sweet {

/// How many events to hand to a receiver at once: so many that they keep it busy for about 20 us,
/// which makes what handing over costs negligible, and no more, so that slow events spread over all
/// receivers. From 1 to 64, starting at 1; each portion at most doubles it, so that one measurement
/// that is too good does no harm, and 7 portions lead from 1 to 64.
///
/// And how many such portions a receiver has at most, the one that it handles included: one if each
/// event takes longer than 1 ms, else two, so that it need not wait for the next, or as many of the
/// shortest ones as take 20 us together.
class event_grain {
public:
  static constexpr std::uint32_t max = 64;
  static constexpr std::uint32_t max_depth = 16;
  static constexpr std::chrono::nanoseconds target{20'000};
  static constexpr std::chrono::nanoseconds slow{1'000'000};

  std::uint32_t size() const noexcept { return size_; }
  std::uint32_t depth() const noexcept { return depth_; }

  /// A receiver has handled `events` within `wall`. @pre `events > 0`
  void measured(std::uint64_t events, std::chrono::nanoseconds wall) noexcept;

private:
  std::uint32_t size_ = 1;
  std::uint32_t depth_ = 2;
};

} // namespace sweet
