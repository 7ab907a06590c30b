#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/process/orphan_guard.hpp>
#include <sweet/actors/task/async.hpp>
#include <sweet/actors/task/task_context.hpp>

#include <memory>

#include "job_file.hpp"
#include "process_room.hpp"
#include "service_output.hpp"

namespace sweet::command {

/// Completes once a service serves, as its ready_check tells. Fails with error_code::io if the
/// command of the check cannot be started. What takes long is for others to end.
/// @pre the job is a service with a ready_check; it, the guard and the room outlive the task. What
/// the last check has come to is told to `output`
async<void> until_ready(task_context ctx, const job* what, const orphan_guard* guard,
                        process_room* room, std::shared_ptr<service_output> output);

} // namespace sweet::command
