#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/process/process_result.hpp>
#include <sweet/actors/process/process_spec.hpp>
#include <sweet/actors/task/async.hpp>
#include <sweet/actors/task/task_context.hpp>

namespace sweet::inline v0_5 {

/// Runs a child process as the body of a task, which suspends until the process, its group and its
/// output have ended.
///
///     auto compile = ctx.spawn(sweet::run_process, sweet::process_spec{{"make", "-s"}});
///     sweet::process_result result = co_await compile;
///
/// A program that exits with another code than 0, or that a signal ends, is a result like any
/// other; look at its status. A program that cannot be started is a failure, error_code::io or
/// resource_limit with the reason.
///
/// Cancellation: graceful sends SIGTERM to the process group, and SIGKILL when the grace of the
/// process_spec is over; kill and kill_hard send SIGKILL at once. The task ends as cancelled when
/// no process of the group runs any more. Its result is lost then; task_process keeps it.
async<process_result> run_process(task_context ctx, process_spec spec);

} // namespace sweet::inline v0_5
