#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstdint>

namespace sweet::inline v0_5::detail {

/// A message between the actors of a stream. It is pushed by its own link, without an allocation.
struct event_link {
  enum class kind : std::uint8_t {
    chunk,   ///< events, or on its way back the room for some
    slice,   ///< events for a receiver, or on its way back what has become of them
    error,   ///< an event that has failed before there was a value
    receipt, ///< asks to be sent back once all before it has been taken
    closed,  ///< the last link from its producer
    alarm,   ///< the time of a stage_alarm has come
    command, ///< a stage_command
    ended,   ///< a receiver is gone
  };

  explicit event_link(kind k) noexcept : what(k) {}
  event_link(const event_link&) = delete;
  event_link& operator=(const event_link&) = delete;

  event_link* next = nullptr;
  const kind what;
};

} // namespace sweet::inline v0_5::detail
