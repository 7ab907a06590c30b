#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/cancellation_level.hpp>

#include <string>

namespace sweet::detail {

struct cell;

/// Raises the level of a task; it goes on rising until the task has ended. At kill_hard the task
/// and all below it have an outcome when this returns; without memory to find these it is raised to
/// kill, and as soon as there is some to kill_hard. Any thread that may touch the task.
/// @param reason for the task's error; the first one is kept, if there is memory for it
void cancel_task(cell& c, cancellation_level level, const std::string& reason = {}) noexcept;

/// Cancels a task in the name of a thread that may be none of its runtime. Does nothing if the
/// runtime has ended. Otherwise as cancel_task(). @pre the caller holds a reference to the task
void cancel_shared(cell& task, cancellation_level level, const std::string& reason = {}) noexcept;

/// Lets the level of a task that winds up rise by itself, from the one it has. Any thread that may
/// touch the task; repeating it changes nothing.
void start_rising(cell& c) noexcept;

/// Stops that for good: the task has ended. @pre the caller holds a reference
void stop_rising(cell& c) noexcept;

} // namespace sweet::detail
