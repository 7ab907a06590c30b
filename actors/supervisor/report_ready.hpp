#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/task/task_context.hpp>

namespace sweet::inline v0_5 {

/// Tells the supervisor that this task, a service with the option says_ready, has started. A second
/// call, or a call in a task that no supervisor has started, changes nothing.
void report_ready(task_context ctx);

} // namespace sweet::inline v0_5
