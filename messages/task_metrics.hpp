#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <chrono>
#include <cstdint>
#include <optional>

namespace sweet::inline v0_5 {

/// When a task was created, started and ended, by the clock of its runtime. A time is empty until
/// it has come.
struct task_timestamps {
  /// The type of the times.
  using time_point = std::chrono::steady_clock::time_point;

  std::optional<time_point> created; ///< when it was described, and about to be queued
  std::optional<time_point> started; ///< when the first turn of its body began
  std::optional<time_point> ended;   ///< when it and all its children had ended

  friend bool operator==(const task_timestamps&, const task_timestamps&) = default;
};

/// What a task has cost so far: time, turns and children.
struct task_metrics {
  task_timestamps times; ///< when it was created, started and ended
  /// The time from its first turn to its end, or to now, by the clock of its runtime.
  std::chrono::nanoseconds wall{0};
  /// The processor time of the threads that its body ran on, during its turns. It includes other
  /// tasks that such a thread runs while the body blocks it in await(). It is real time even with a
  /// virtual clock.
  std::chrono::nanoseconds cpu{0};
  /// The time from its creation to its first turn, or to now, by the clock of its runtime.
  std::chrono::nanoseconds queue_wait{0};
  std::uint64_t turns = 0;       ///< how often a thread has taken up its body
  std::uint64_t suspensions = 0; ///< how often its body, a coroutine, has suspended
  std::uint64_t children = 0;    ///< how many children it has started
  std::uint32_t attempts = 0;    ///< how often its body was started from the beginning

  friend bool operator==(const task_metrics&, const task_metrics&) = default;
};

} // namespace sweet::inline v0_5
