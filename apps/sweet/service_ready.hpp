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
/// command of the check cannot be started. Has no time limit of its own: the caller ends it.
/// `output` is told what the last check has said.
/// @pre the job is a service with a ready_check; the job, the guard and the room outlive the task
async<void> until_ready(task_context ctx, const job* what, const orphan_guard* guard,
                        process_room* room, std::shared_ptr<service_output> output);

} // namespace sweet::command
