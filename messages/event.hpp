#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/task_error.hpp>
#include <sweet/messages/task_id.hpp>

#include <chrono>
#include <cstdint>

namespace sweet {

/// Which event it is. A receiver that asks for it, as a parameter, gets it beside the payload.
struct event_info {
  using time_point = std::chrono::steady_clock::time_point;

  task_id task;               ///< the emitting task
  std::uint64_t sequence = 0; ///< from 0, in the order in which the stage got them
  /// When its chunk was handed over, by the clock of the runtime; of one that joins others which
  /// wait already, when those were.
  time_point at{};

  friend bool operator==(const event_info&, const event_info&) = default;
};

/// An event that is kept, or sent to somebody else.
template <class E>
struct event {
  event_info info;
  E payload;

  friend bool operator==(const event&, const event&) = default;
};

/// What went wrong with one event.
struct event_error {
  std::uint64_t sequence = 0;
  task_error error;

  friend bool operator==(const event_error&, const event_error&) = default;
};

} // namespace sweet
