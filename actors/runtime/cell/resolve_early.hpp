#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/task_error.hpp>

namespace sweet::inline v0_5::detail {

struct cell;

/// Gives the task its outcome, a failure or a cancellation, before its end: resolves handles, and
/// tells CAF's observers and the parent. Holders of the task keep it until it has ended. Any thread
/// that holds a reference to the task.
/// @returns false if the task has an outcome already, or there is no memory to keep one
bool resolve_early(cell& c, task_error error) noexcept;

} // namespace sweet::inline v0_5::detail
