#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/task_error.hpp>

namespace sweet::inline v0_5::detail {

struct cell;
class task_home;

/// Makes a task that has ended with `error` and has never run: the answer to callers when no task
/// can be started any more. The task is not in the tree. As it has no value, handles to it may be
/// of any type.
/// @returns the task, with one reference, which is the caller's
/// @throws std::bad_alloc
cell& make_failed_task(task_home& home, const task_error& error);

} // namespace sweet::inline v0_5::detail
