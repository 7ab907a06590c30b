#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/enum_text.hpp>
#include <sweet/messages/task_id.hpp>
#include <sweet/messages/task_status.hpp>

#include <chrono>
#include <cstdint>
#include <string>

namespace sweet {

/// What happens to a task that is traced.
enum class trace_kind : std::uint8_t {
  spawned = 0,   ///< it is about to be queued
  started = 1,   ///< its body begins
  suspended = 2, ///< its body lets go of the thread
  resumed = 3,   ///< its body goes on
  returned = 4,  ///< its body has ended; children may still run
  ended = 5,     ///< it has ended, with its children
};

template <>
struct detail::enum_names<trace_kind> {
  static constexpr std::string_view type = "trace_kind";
  static constexpr std::array<std::string_view, 6> values{"spawned", "started",  "suspended",
                                                          "resumed", "returned", "ended"};
};

/// One step in the life of a traced task. For a task the events come in order: `spawned`,
/// `started`, then `suspended` and `resumed` in turns, `returned`, `ended`; a task that
/// recovers has one such row from `started` to `returned` for each attempt, and one that is
/// cancelled before it starts goes from `spawned` to `ended`, and one that a killed parent wants to
/// start goes nowhere. A task that has its outcome early, at a deadline or at kill_hard, is `ended`
/// with it once its body and children have ended, or never.
struct trace_event {
  trace_kind kind = trace_kind::spawned;
  task_id task{};
  task_id parent{};
  std::string name{}; ///< may be empty
  /// What it ended with; only for `ended`, else `running`, and `pending` for `spawned`.
  task_status status = task_status::pending;
  std::chrono::steady_clock::time_point time{}; ///< by the runtime's clock
  std::uint64_t thread = 0; ///< the system's number of the thread it happened in

  friend bool operator==(const trace_event&, const trace_event&) = default;
};

} // namespace sweet
