#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/task/task_context.hpp>

namespace sweet {

/// Tells the supervisor that this task, a service which was described with says_ready, serves now.
/// Once; a second time, or in a task that no supervisor has started, it changes nothing.
void report_ready(task_context ctx);

} // namespace sweet
