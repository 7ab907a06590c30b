#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/actors/runtime/cell/time_limits.hpp>

namespace sweet::inline v0_5::detail {

/// Returns the limits of a task that is not started yet, made if there were none.
time_limits& limits_of(cell& c);

/// Arms the timers of a task that is in the tree but not queued yet.
void arm_limits(cell& c);

/// Disarms the timers of a task, in its context. Afterwards it is known which limits have passed.
void disarm_limits(cell& c, time_limits& limits) noexcept;

/// Ends the time in the queue of a task whose body is about to start.
/// @returns false if the task has waited too long
bool leave_queue(cell& c, time_limits& limits) noexcept;

/// The earliest deadline of the task and the tasks above it; time_point::max() if there is none. In
/// the task's context.
clock::time_point deadline_of(const cell& c) noexcept;

} // namespace sweet::inline v0_5::detail
