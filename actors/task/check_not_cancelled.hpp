#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

namespace sweet::inline v0_5::detail {

/// Whether this thread runs the body of a task that is cancelled and has not heard of it yet.
bool is_task_cancelled() noexcept;

/// Lets a body hear of a cancellation while it neither waits nor emits for long, such as in the
/// search for the end of a line. Does nothing in a thread that runs no task.
/// @throws cancelled if the task is cancelled
void check_not_cancelled();

} // namespace sweet::inline v0_5::detail
