#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/messages/cancellation_level.hpp>
#include <sweet/messages/task_priority.hpp>

#include <chrono>
#include <string>

namespace sweet::inline v0_5::detail {

// Settings of a task, made before it is started.

void set_name(cell& c, std::string name);
void set_timeout(cell& c, std::chrono::nanoseconds timeout);
void set_priority(cell& c, task_priority p) noexcept;
void set_blocking(cell& c) noexcept;
void set_collects(cell& c) noexcept;
/// Keeps the failure of the task on its handle, whatever its parent does about failures of
/// children.
void set_contained(cell& c) noexcept;
/// Keeps levels of the parent up to this one away from the task.
void set_shield(cell& c, cancellation_level level) noexcept;
void set_closure(cell& c, void* closure, void (*destroy)(void*) noexcept);

} // namespace sweet::inline v0_5::detail
