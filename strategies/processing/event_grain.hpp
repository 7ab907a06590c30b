#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <chrono>
#include <cstdint>

namespace sweet::inline v0_5 {

/// Decides how many events a receiver is given at once: as many as keep it busy for about 20 us,
/// which makes the cost of handing them over negligible, and no more, so that slow events spread
/// over all receivers. The portion starts at 1 event and grows to at most 64; one measurement at
/// most doubles it, so that a wrong one does no harm.
///
/// It also decides how many portions a receiver has at most, with the one that it handles: one if
/// each event takes longer than 1 ms; else two, so that the receiver need not wait for the next; or
/// as many of the shortest portions as take 20 us together. Not thread safe.
class event_grain {
public:
  /// The most events of a portion.
  static constexpr std::uint32_t max = 64;
  /// The most portions that a receiver has at once.
  static constexpr std::uint32_t max_depth = 16;
  /// How long a portion should keep a receiver busy.
  static constexpr std::chrono::nanoseconds target{20'000};
  /// Events that take longer than this are given out one portion at a time.
  static constexpr std::chrono::nanoseconds slow{1'000'000};

  /// Returns how many events the next portion has.
  std::uint32_t size() const noexcept { return size_; }
  /// Returns how many portions a receiver has at most.
  std::uint32_t depth() const noexcept { return depth_; }

  /// Records that a receiver has handled `events` within `wall`.
  /// @pre `events > 0`
  void measured(std::uint64_t events, std::chrono::nanoseconds wall) noexcept;

private:
  std::uint32_t size_ = 1;
  std::uint32_t depth_ = 2;
};

} // namespace sweet::inline v0_5
