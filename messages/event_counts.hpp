#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstdint>
#include <iosfwd>
#include <string>

#include <sweet/messages/inspection.hpp>

namespace sweet {

/// What has become of the events of a stage. At the end each of them is in exactly one of the other
/// counts: emitted = processed + failed + dropped + dead_lettered + cancelled.
struct event_counts {
  std::uint64_t emitted = 0;
  std::uint64_t processed = 0;     ///< a receiver has handled it
  std::uint64_t failed = 0;        ///< a receiver, or the sender, could not
  std::uint64_t dropped = 0;       ///< there was no room, and the overflow policy says to drop
  std::uint64_t dead_lettered = 0; ///< no receiver was there for it
  std::uint64_t cancelled = 0;     ///< the stream was stopped before its turn

  /// How many are settled.
  constexpr std::uint64_t settled() const noexcept {
    return processed + failed + dropped + dead_lettered + cancelled;
  }
  /// Whether all of them are.
  constexpr bool is_balanced() const noexcept { return emitted == settled(); }

  friend bool operator==(const event_counts&, const event_counts&) = default;
};

/// "5 emitted = 3 processed + 1 failed + 1 cancelled": without what is zero.
std::string to_string(const event_counts& x);
std::ostream& operator<<(std::ostream& out, const event_counts& x);

template <class Inspector>
detail::inspection<Inspector> inspect(Inspector& f, event_counts& x) {
  return detail::inspect_fields(f, "event_counts", x.emitted, x.processed, x.failed, x.dropped,
                                x.dead_lettered, x.cancelled);
}

} // namespace sweet
