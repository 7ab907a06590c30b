#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/wire/event_chunk.hpp>
#include <sweet/actors/emit/wire/event_link.hpp>
#include <sweet/messages/event.hpp>

#include <chrono>
#include <cstdint>
#include <new>
#include <optional>
#include <utility>
#include <vector>

namespace sweet::inline v0_5::detail {

class receiver_core;

/// Some events of one chunk, and what has become of them. Events that are neither processed nor
/// failed have not been handled.
struct slice_part {
  event_chunk_base* chunk = nullptr;
  event_mask given = 0;
  event_mask processed = 0;
  event_mask failed = 0;
  /// Not handled, and lost: a handler that was stopped had taken these events over.
  event_mask spent = 0;
};

/// A portion of events: from the router to a receiver, and back.
struct event_slice final : event_link {
  event_slice() noexcept : event_link(kind::slice) {}

  receiver_core* receiver = nullptr;
  std::vector<slice_part> parts; ///< one, unless it is a batch
  std::uint32_t size = 0;        ///< events in it
  std::uint64_t number = 0;      ///< in the order in which slices were given
  bool is_free = true;
  // Filled in by the receiver.
  std::chrono::nanoseconds wall{0};
  std::chrono::nanoseconds cpu{-1}; ///< of the thread, within `wall`; negative: not measured
  std::vector<event_error> errors;
  std::uint32_t lost_errors = 0;  ///< errors that there was no memory for
  std::optional<event_error> end; ///< after `errors`: the one that ends the stream
  event_link* outputs = nullptr;  ///< in an ordered stage: chunks for the next one, oldest first

  void add(event_error error) noexcept {
    try {
      errors.push_back(std::move(error));
    } catch (const std::bad_alloc&) {
      ++lost_errors;
    }
  }
};

} // namespace sweet::inline v0_5::detail
