#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/cell.hpp>

namespace sweet::inline v0_5::detail {

/// Runs a task until it waits or has ended: what a worker does with it.
void run_task(cell& c) noexcept;

/// Runs a hosted task until it waits or has ended: for its task_host, which knows by the word of
/// the state whether it has ended, and needs a reference for that.
void run_turn(cell& c) noexcept;

/// Runs the body of a task on a thread of the blocking pool.
void run_blocking_body(cell& c) noexcept;

} // namespace sweet::inline v0_5::detail
