#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Everything a user of the library writes programs with.
#include <sweet/actors/observe/chrome_trace.hpp>
#include <sweet/actors/observe/log_to_stderr.hpp>
#include <sweet/actors/runtime/runtime.hpp>
#include <sweet/actors/task/async.hpp>
#include <sweet/actors/task/async_event.hpp>
#include <sweet/actors/task/cancellation.hpp>
#include <sweet/actors/task/cancelled.hpp>
#include <sweet/actors/task/child_task.hpp>
#include <sweet/actors/task/scope.hpp>
#include <sweet/actors/task/sleep.hpp>
#include <sweet/actors/task/spawn.hpp>
#include <sweet/actors/task/spawning_task.hpp>
#include <sweet/actors/task/task_context.hpp>
#include <sweet/actors/task/task_group.hpp>
#include <sweet/builders/async_task.hpp>
#include <sweet/builders/runtime_builder.hpp>
#include <sweet/messages/cancellation_answer.hpp>
#include <sweet/messages/cancellation_level.hpp>
#include <sweet/messages/cancellation_times.hpp>
#include <sweet/messages/error_code.hpp>
#include <sweet/messages/log_level.hpp>
#include <sweet/messages/log_record.hpp>
#include <sweet/messages/task_error.hpp>
#include <sweet/messages/task_failure.hpp>
#include <sweet/messages/task_id.hpp>
#include <sweet/messages/task_metrics.hpp>
#include <sweet/messages/task_priority.hpp>
#include <sweet/messages/task_progress.hpp>
#include <sweet/messages/task_result.hpp>
#include <sweet/messages/task_snapshot.hpp>
#include <sweet/messages/task_status.hpp>
#include <sweet/messages/trace_event.hpp>
#include <sweet/messages/version.hpp>
#include <sweet/strategies/flow/token_bucket.hpp>
#include <sweet/strategies/recovery/backoff.hpp>
#include <sweet/strategies/recovery/circuit.hpp>
#include <sweet/strategies/recovery/retry_policy.hpp>
