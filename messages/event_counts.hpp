#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstdint>
#include <iosfwd>
#include <string>

#include <sweet/messages/inspection.hpp>

namespace sweet::inline v0_5 {

/// How many events of a stage were emitted, and what they came to. At the end each event is in
/// exactly one of the other counts: emitted = processed + failed + dropped + dead_lettered +
/// cancelled.
struct event_counts {
  std::uint64_t emitted = 0;       ///< events that the sender has emitted
  std::uint64_t processed = 0;     ///< events that a receiver has handled
  std::uint64_t failed = 0;        ///< events with an error of a receiver or of the sender
  std::uint64_t dropped = 0;       ///< events without room, which the overflow policy drops
  std::uint64_t dead_lettered = 0; ///< events for which there was no receiver
  std::uint64_t cancelled = 0;     ///< events whose turn had not come when the stream stopped

  /// Returns how many events are processed, failed, dropped, dead-lettered or cancelled.
  constexpr std::uint64_t settled() const noexcept {
    return processed + failed + dropped + dead_lettered + cancelled;
  }
  /// Tells whether every emitted event is settled.
  constexpr bool is_balanced() const noexcept { return emitted == settled(); }

  friend bool operator==(const event_counts&, const event_counts&) = default;
};

/// Describes the counts without those that are zero: "5 emitted = 3 processed + 1 failed + 1
/// cancelled".
std::string to_string(const event_counts& x);
/// Writes to_string() of the counts.
std::ostream& operator<<(std::ostream& out, const event_counts& x);

/// Lets CAF serialise the counts.
template <class Inspector>
detail::inspection<Inspector> inspect(Inspector& f, event_counts& x) {
  return detail::inspect_fields(f, "event_counts", x.emitted, x.processed, x.failed, x.dropped,
                                x.dead_lettered, x.cancelled);
}

} // namespace sweet::inline v0_5
