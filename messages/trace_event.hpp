#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/enum_text.hpp>
#include <sweet/messages/task_id.hpp>
#include <sweet/messages/task_status.hpp>

#include <chrono>
#include <cstdint>
#include <string>

namespace sweet::inline v0_5 {

/// The kinds of steps in the life of a traced task.
enum class trace_kind : std::uint8_t {
  spawned = 0,   ///< the task is about to be queued
  started = 1,   ///< its body begins
  suspended = 2, ///< its body lets go of the thread
  resumed = 3,   ///< its body goes on
  returned = 4,  ///< its body has ended; children may still run
  ended = 5,     ///< the task and its children have ended
};

template <>
struct detail::enum_names<trace_kind> {
  static constexpr std::string_view type = "trace_kind";
  static constexpr std::array<std::string_view, 6> values{"spawned", "started",  "suspended",
                                                          "resumed", "returned", "ended"};
};

/// One step in the life of a traced task.
/// The events of a task come in order: `spawned`, `started`, then `suspended` and `resumed` in
/// turns, `returned`, `ended`. A task that recovers has one row from `started` to `returned` for
/// each attempt. A task that is cancelled before it starts goes from `spawned` to `ended`. A task
/// whose parent is killed before it can start it has only `spawned`. A task with an early outcome,
/// at a deadline or at kill_hard, is `ended` once its body and children have ended, or never.
struct trace_event {
  trace_kind kind = trace_kind::spawned; ///< the step
  task_id task{};                        ///< the task
  task_id parent{};                      ///< its parent
  std::string name{};                    ///< its name; may be empty
  /// The outcome of the task in an `ended` event; `pending` in a `spawned` one, else `running`.
  task_status status = task_status::pending;
  std::chrono::steady_clock::time_point time{}; ///< by the clock of the runtime
  std::uint64_t thread = 0; ///< the system's number of the thread in which it happened

  friend bool operator==(const trace_event&, const trace_event&) = default;
};

} // namespace sweet::inline v0_5
