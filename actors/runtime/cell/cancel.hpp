#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/cancellation_level.hpp>

#include <cstdint>
#include <string_view>

namespace sweet::inline v0_5::detail {

struct cell;

/// Raises the level of a task; the level goes on rising until the task has ended. At kill_hard the
/// task and all tasks below it have an outcome when this returns. Without memory to find them the
/// task is raised to kill, and to kill_hard as soon as there is memory. Any thread that may touch
/// the task.
/// @param reason for the task's error; the first one is kept, if there is memory for it
void cancel_task(cell& c, cancellation_level level, std::string_view reason = {}) noexcept;

/// Calls cancel_task() on any thread, even one outside of the task's runtime. Does nothing if that
/// runtime has ended. @pre the caller holds a reference to the task
void cancel_shared(cell& task, cancellation_level level, std::string_view reason = {}) noexcept;

/// Raises members of a group to kill_hard, newest first: children of `parent` that belong to the
/// set `slot` of it. They and all tasks below them have an outcome when this returns, as after
/// cancel_task(), for the price of one look at the tasks of the runtime. The parent's context.
void give_up_members(cell& parent, std::uint16_t slot) noexcept;

/// Lets the level of a task that winds up rise by itself. Any thread that may touch the task; a
/// repeated call changes nothing.
void start_rising(cell& c) noexcept;

/// Stops the rising of the level for good, because the task has ended. @pre the caller holds a
/// reference
void stop_rising(cell& c) noexcept;

} // namespace sweet::inline v0_5::detail
