#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/wire/event_slice.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>

namespace sweet::inline v0_5::detail {

/// A place in a slice: the next event of a part, and the events behind it that are still to be
/// handled.
struct slice_cursor {
  std::size_t part = 0;
  event_mask rest = 0;

  /// The place of the event in its chunk. @pre an event is left in the part
  std::uint32_t index() const noexcept {
    return static_cast<std::uint32_t>(std::countr_zero(rest));
  }
  event_mask bit() const noexcept { return rest & (~rest + 1); }
  /// Moves to the next event of the part.
  void next() noexcept { rest &= rest - 1; }

  /// Moves to the first event that is left, in this part or a later one.
  /// @returns whether none is left
  bool skip_ended_parts(const event_slice& slice) noexcept {
    while (rest == 0) {
      if (++part == slice.parts.size())
        return true;
      rest = slice.parts[part].given;
    }
    return false;
  }

  /// The number of the event in its stream.
  std::uint64_t sequence(const event_slice& slice) const noexcept {
    return slice.parts[part].chunk->first_sequence + index();
  }
};

} // namespace sweet::inline v0_5::detail
