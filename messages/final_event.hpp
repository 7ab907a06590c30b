#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/event.hpp>
#include <sweet/messages/event_counts.hpp>
#include <sweet/messages/event_kind.hpp>
#include <sweet/messages/task_error.hpp>

#include <chrono>
#include <cstdint>
#include <vector>

namespace sweet::inline v0_5 {

/// How a stream has ended: the part of a final_event that does not depend on what was collected.
struct stream_summary {
  /// How the stream has ended: `final`, `error` or `cancellation`.
  event_kind kind = event_kind::final;
  /// Why the stream has stopped early; empty if it has handled all events.
  task_error error;
  /// The counts of the first stage: of the events that the sender has emitted.
  event_counts counts;
  /// The counts of the stages behind the first receiver, in order; empty if there are none.
  std::vector<event_counts> further_stages;
  /// The errors of single events: the first 1,000 of all stages.
  std::vector<event_error> errors;
  /// How many events have failed, in all stages; errors has the first of them.
  std::uint64_t error_count = 0;
  /// When the sender started, by the clock of the runtime.
  std::chrono::steady_clock::time_point started{};
  /// When the last item was collected, by the clock of the runtime.
  std::chrono::steady_clock::time_point ended{};

  /// Returns the time from the start of the sender to the last collected item.
  std::chrono::nanoseconds duration() const noexcept { return ended - started; }
  /// Tells whether the stream has handled all events, failed ones included.
  bool is_ok() const noexcept { return kind == event_kind::final; }
};

/// The terminal event of a stream: exactly one, never dropped. It holds what was collected until
/// then, also if the stream failed or was cancelled.
template <class C>
struct final_event : stream_summary {
  C collected{}; ///< what the receivers have collected
};

} // namespace sweet::inline v0_5
