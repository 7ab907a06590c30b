#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <string>

#include <sweet/messages/inspection.hpp>
#include <sweet/messages/task_id.hpp>
#include <sweet/messages/wait_reason.hpp>

namespace sweet::inline v0_5 {

/// What one task waited for at the moment of a snapshot.
struct task_wait {
  /// The value of `left` and `since` if there is no such time.
  static constexpr std::chrono::nanoseconds unknown = std::chrono::nanoseconds::min();

  wait_reason on = wait_reason::none; ///< what the task waits for
  /// The task that it waits for: the child, the shared task, the holder of the mutex, or the
  /// service that is to answer; task_id::none if it waits for no task, or for one of another
  /// runtime.
  task_id target;
  std::string target_name; ///< the name of that task; may be empty
  /// Whether the body blocks a thread in await().
  bool blocks_thread = false;
  /// How long until the wait ends by itself, by a sleep or a timeout of the wait; `unknown`: never.
  std::chrono::nanoseconds left = unknown;
  /// How long the task has waited; `unknown` unless the task has metrics or is traced.
  std::chrono::nanoseconds since = unknown;

  /// Tells whether the task waits.
  explicit operator bool() const noexcept { return on != wait_reason::none; }

  friend bool operator==(const task_wait&, const task_wait&) = default;
};

/// Formats a wait: `waits for child #12 fetch`, or `waits for channel, until +3 s`; empty if the
/// task does not wait.
std::string to_string(const task_wait& x);

/// Writes to_string() of the wait.
std::ostream& operator<<(std::ostream& out, const task_wait& x);

/// Lets CAF serialise the wait of a task.
template <class Inspector>
detail::inspection<Inspector> inspect(Inspector& f, task_wait& x) {
  return detail::inspect_fields(f, "task_wait", x.on, x.target, x.target_name, x.blocks_thread,
                                x.left, x.since);
}

} // namespace sweet::inline v0_5
