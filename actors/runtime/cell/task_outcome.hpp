#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/messages/task_error.hpp>
#include <sweet/messages/task_status.hpp>

#include <cstdint>

namespace sweet::detail {

/// What the exception that is being handled means as an error; `cancelled` for a cancellation, and
/// `resource_limit` for std::bad_alloc or if there is no memory for the error.
task_error error_of_exception() noexcept;

/// Stores what the exception that is being handled means, as the body's outcome.
step capture_exception(cell& c) noexcept;
/// Stores the error as the body's outcome; an empty one becomes error_code::unknown.
step capture_error(cell& c, task_error error) noexcept;

/// The error of a task that ended failed or cancelled; empty if it completed.
task_error outcome_error(cell& c) noexcept;

/// What a task in this state has ended with, or is about to end with.
inline task_status outcome_status(state_word s) noexcept {
  if (s.is_resolved())
    return s.any(state_word::resolved_failed) ? task_status::failed : task_status::cancelled;
  if (s.any(state_word::failed))
    return task_status::failed;
  return s.any(state_word::cancelled) ? task_status::cancelled : task_status::completed;
}

task_status status_of(const cell& c) noexcept;

/// The error with where it happened: the task that others see, and which attempt at it.
/// Without memory for that, the error as it is.
task_error describe(cell& c, task_error error) noexcept;

/// What happened to the task as a whole, its time over or a child failed, comes before what its
/// body made of it. @returns the state then
state_word override_outcome(cell& c) noexcept;

/// Whether a child's failure has been reported to the task, and with what the task fails then.
bool has_failed_child(cell& c) noexcept;
task_error failure_of_child(cell& c) noexcept;

/// Why the task was cancelled, as an error.
task_error reason_of(cell& c) noexcept;

} // namespace sweet::detail
