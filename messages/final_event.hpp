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

namespace sweet {

/// How a stream has ended: what every final_event tells, whatever it has collected.
struct stream_summary {
  /// `final`, `error` or `cancellation`.
  event_kind kind = event_kind::final;
  /// Why it did not come to its end; empty if it did.
  task_error error;
  /// Of the events that the sender has emitted.
  event_counts counts;
  /// Of the stages behind the first receiver, in order, if there are any.
  std::vector<event_counts> further_stages;
  /// What went wrong with single events: the first 1,000 of all stages.
  std::vector<event_error> errors;
  std::uint64_t error_count = 0; ///< of all, kept or not
  /// By the clock of the runtime: when the sender started, and when the last item was collected.
  std::chrono::steady_clock::time_point started{};
  std::chrono::steady_clock::time_point ended{};

  std::chrono::nanoseconds duration() const noexcept { return ended - started; }
  bool is_ok() const noexcept { return kind == event_kind::final; }
};

/// The terminal event of a stream: exactly one, never dropped. Tells what has been collected until
/// then, also if the stream failed or was cancelled.
template <class C>
struct final_event : stream_summary {
  C collected{};
};

} // namespace sweet
