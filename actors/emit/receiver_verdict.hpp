#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/task_error.hpp>
#include <sweet/strategies/recovery/error_strategy.hpp>

#include <chrono>
#include <cstdint>

namespace sweet::inline v0_5::detail {

/// What a receiver does about events that fail: the error strategy, and how often the event at hand
/// has failed.
class receiver_verdict {
public:
  explicit receiver_verdict(const error_strategy& strategy) noexcept : strategy_(strategy) {}

  /// Decides about the event with that number, which has failed. An exception of the strategy stops
  /// the stream, and replaces `error`.
  error_strategy::decision on(task_error& error, std::uint64_t sequence);

private:
  const error_strategy& strategy_;
  std::uint64_t sequence_ = 0;
  std::uint32_t failures_ = 0; ///< of the event sequence_
};

/// Makes an error from the exception that is being handled, caused by `cause`.
task_error error_behind(const task_error& cause) noexcept;

/// The error of an event whose handler has returned after its time limit.
task_error took_too_long(std::chrono::nanoseconds limit);

} // namespace sweet::inline v0_5::detail
