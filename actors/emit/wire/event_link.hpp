#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstdint>

namespace sweet::detail {

/// What travels between the actors of a stream: by intrusive push, without an allocation each.
struct event_link {
  enum class kind : std::uint8_t {
    chunk,   ///< events, or on its way back the room for some
    slice,   ///< events for a receiver, or on its way back what has become of them
    error,   ///< an event that has failed before there was a value
    receipt, ///< asks to be sent back once all before it has been taken
    closed,  ///< whoever has sent this sends nothing more
    alarm,   ///< a time has come
    command, ///< somebody outside wants something
    ended,   ///< a receiver is gone
  };

  explicit event_link(kind k) noexcept : what(k) {}
  event_link(const event_link&) = delete;
  event_link& operator=(const event_link&) = delete;

  event_link* next = nullptr;
  const kind what;
};

} // namespace sweet::detail
