#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/task_error.hpp>
#include <sweet/messages/task_id.hpp>

#include <chrono>
#include <cstdint>

namespace sweet::inline v0_5 {

/// Where an event comes from. A receiver that takes it as a parameter gets it beside the payload.
struct event_info {
  /// The type of its time.
  using time_point = std::chrono::steady_clock::time_point;

  task_id task; ///< the emitting task
  /// The number of the event, from 0, in the order in which its stage got the events.
  std::uint64_t sequence = 0;
  /// When the chunk of the event was handed over, by the clock of the runtime. An event that joins
  /// a waiting chunk has the time of that chunk.
  time_point at{};

  friend bool operator==(const event_info&, const event_info&) = default;
};

/// An event with its origin, to be kept or sent on.
template <class E>
struct event {
  event_info info; ///< where the event comes from
  E payload;       ///< what was emitted

  friend bool operator==(const event&, const event&) = default;
};

/// The error of one event.
struct event_error {
  /// The number of the event, from 0, in its stage.
  std::uint64_t sequence = 0;
  task_error error; ///< why the event failed

  friend bool operator==(const event_error&, const event_error&) = default;
};

} // namespace sweet::inline v0_5
