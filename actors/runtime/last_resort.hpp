#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/cancellation_level.hpp>
#include <sweet/messages/task_error.hpp>

#include <memory>
#include <string>
#include <vector>

// What makes a cancellation certain: levels that rise by themselves, signals that reach tasks below
// a body that computes, and outcomes that do not wait for the end of a body.

namespace sweet::detail {

struct cell;
class scheduler;

/// Raises the level of a task; it goes on rising until the task has ended. At kill_hard the task
/// and all below it have an outcome when this returns; without memory to find these it is raised to
/// kill, and as soon as there is some to kill_hard. Any thread that may touch the task.
/// @param reason for the task's error; the first one is kept, if there is memory for it
void cancel_task(cell& c, cancellation_level level, const std::string& reason = {}) noexcept;

/// Lets the level of a task that winds up rise by itself, from the one it has. Any thread that may
/// touch the task; repeating it changes nothing.
void start_rising(cell& c) noexcept;

/// Stops that for good: the task has ended. @pre the caller holds a reference
void stop_rising(cell& c) noexcept;

/// Gives the task its outcome, a failure or cancellation, before its end: resolves handles, tells
/// CAF's observers, and the parent of a failure. Holders of the task keep it until it has ended.
/// Any thread that holds a reference to the task.
/// @returns false if it has an outcome already, or there is no memory to keep one
bool resolve_early(cell& c, task_error error) noexcept;

/// Tasks that have an outcome but not ended: their bodies run on. A line each, for a log.
std::vector<std::string> describe_abandoned(scheduler& home);

} // namespace sweet::detail
