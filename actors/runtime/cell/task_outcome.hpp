#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/messages/task_error.hpp>
#include <sweet/messages/task_status.hpp>

#include <cstdint>

namespace sweet::inline v0_5::detail {

/// Makes an error from the exception that is being handled: `cancelled` from a cancellation, and
/// `resource_limit` from std::bad_alloc or if there is no memory for the error.
task_error error_of_exception() noexcept;

/// Stores the exception that is being handled as the body's outcome.
step capture_exception(cell& c) noexcept;
/// Stores the error as the body's outcome; an empty one becomes error_code::unknown.
step capture_error(cell& c, task_error error) noexcept;
/// The same for an error with which another task may have ended: such a one stays as it is.
step capture_outcome(cell& c, task_error error) noexcept;

/// The error of a task that ended failed or cancelled; empty if it completed.
task_error outcome_error(cell& c) noexcept;

/// The status with which a task in this state has ended, or is about to end.
inline task_status outcome_status(state_word s) noexcept {
  if (s.is_resolved())
    return s.any(state_word::resolved_failed) ? task_status::failed : task_status::cancelled;
  if (s.any(state_word::failed))
    return task_status::failed;
  return s.any(state_word::cancelled) ? task_status::cancelled : task_status::completed;
}

task_status status_of(const cell& c) noexcept;

/// Adds to an error where it happened: the task that users see, and which attempt at it. Without
/// memory for that the error stays as it is.
task_error describe(cell& c, task_error error) noexcept;

/// Makes the task fail if its time is over or a child has failed, whatever outcome its body has. An
/// outcome that came early stays. @returns the state then
state_word override_outcome(cell& c) noexcept;

/// Whether a child's failure has been reported to the task.
bool has_failed_child(cell& c) noexcept;
/// The error of a task that fails because a child has failed.
task_error failure_of_child(cell& c) noexcept;

/// Why the task was cancelled, as an error.
task_error reason_of(cell& c) noexcept;

} // namespace sweet::inline v0_5::detail
