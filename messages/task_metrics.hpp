#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <chrono>
#include <cstdint>
#include <optional>

namespace sweet {

/// When things happened to a task, by the clock of its runtime; empty for what has not happened.
struct task_timestamps {
  using time_point = std::chrono::steady_clock::time_point;

  std::optional<time_point> created; ///< described, and about to be queued
  std::optional<time_point> started; ///< the first turn of its body
  std::optional<time_point> ended;   ///< it and all its children

  friend bool operator==(const task_timestamps&, const task_timestamps&) = default;
};

/// What a task has cost so far.
struct task_metrics {
  task_timestamps times;
  /// From its first turn to its end, or to now; by the clock of its runtime.
  std::chrono::nanoseconds wall{0};
  /// Processor time of the threads that its body ran on, during its turns. What such a thread runs
  /// of other tasks while the body blocks it in await() is in it. Never virtual.
  std::chrono::nanoseconds cpu{0};
  /// From its creation to its first turn, or to now; by the clock of its runtime.
  std::chrono::nanoseconds queue_wait{0};
  std::uint64_t turns = 0;       ///< how often a thread took up its body
  std::uint64_t suspensions = 0; ///< how often its body, a coroutine, let go of the thread
  std::uint64_t children = 0;    ///< how many it has started
  std::uint32_t attempts = 0;    ///< how often its body was started from the beginning

  friend bool operator==(const task_metrics&, const task_metrics&) = default;
};

} // namespace sweet
