#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Everything a program is written with, by theme: to use one part, include the headers under it.
// The decisions of the library (strategies/, such as adaptive_controller, supervision_plan,
// token_bucket), child processes (actors/process/) and the components have headers of their own.
#include <sweet/messages/compiler_check.hpp>

// To make a runtime, and to end it:
#include <sweet/actors/runtime/runtime.hpp>
#include <sweet/actors/runtime/stop_on_signals.hpp>
#include <sweet/builders/runtime_builder.hpp>

// To describe a task, or only to start one:
#include <sweet/actors/task/run_blocking.hpp>
#include <sweet/actors/task/spawn.hpp>
#include <sweet/builders/async_task.hpp>

// To write a body, and to wait in it:
#include <sweet/actors/task/async.hpp>
#include <sweet/actors/task/async_event.hpp>
#include <sweet/actors/task/sleep.hpp>
#include <sweet/actors/task/stopped_as.hpp>
#include <sweet/actors/task/task_context.hpp>
#include <sweet/messages/cancelled.hpp>

// To hold a task and ask it: handles and their traits:
#include <sweet/actors/task/cancellation.hpp>
#include <sweet/actors/task/child_task.hpp>
#include <sweet/actors/task/concepts.hpp>
#include <sweet/actors/task/spawning_task.hpp>

// To wait for several tasks, to go on after one, to group children:
#include <sweet/actors/task/chain.hpp>
#include <sweet/actors/task/combined_tasks.hpp>
#include <sweet/actors/task/continuations.hpp>
#include <sweet/actors/task/on_done.hpp>
#include <sweet/actors/task/scope.hpp>
#include <sweet/actors/task/task_group.hpp>
#include <sweet/actors/task/when_all.hpp>
#include <sweet/actors/task/when_any.hpp>
#include <sweet/strategies/supervision/child_failure.hpp>
#include <sweet/strategies/supervision/when_cancelled.hpp>

// To talk between tasks, and to share:
#include <sweet/actors/sync/async_condition.hpp>
#include <sweet/actors/sync/async_mutex.hpp>
#include <sweet/actors/sync/barrier.hpp>
#include <sweet/actors/sync/broadcast.hpp>
#include <sweet/actors/sync/channel.hpp>
#include <sweet/actors/sync/child_limit.hpp>
#include <sweet/actors/sync/completion.hpp>
#include <sweet/actors/sync/interval.hpp>
#include <sweet/actors/sync/select.hpp>
#include <sweet/actors/sync/semaphore.hpp>
#include <sweet/actors/sync/wait_group.hpp>
#include <sweet/actors/sync/watch.hpp>
#include <sweet/strategies/flow/missed_ticks.hpp>

// To write message handlers of CAF's actors as coroutines:
#include <sweet/actors/handler/handler.hpp>

// To try again, to stop asking a service that is down, to limit a rate:
#include <sweet/actors/task/circuit_breaker.hpp>
#include <sweet/actors/task/rate_limit.hpp>
#include <sweet/strategies/flow/rate_limit_options.hpp>
#include <sweet/strategies/recovery/backoff.hpp>
#include <sweet/strategies/recovery/retry_policy.hpp>

// To stream events: a sender, receivers with a strategy, what they collect:
#include <sweet/actors/emit/batch.hpp>
#include <sweet/actors/emit/collection.hpp>
#include <sweet/actors/emit/collector.hpp>
#include <sweet/actors/emit/emitter.hpp>
#include <sweet/actors/emit/emitting_task.hpp>
#include <sweet/actors/emit/event_stream.hpp>
#include <sweet/builders/emit.hpp>
#include <sweet/builders/emitting_task_builder.hpp>
#include <sweet/messages/event.hpp>
#include <sweet/messages/event_counts.hpp>
#include <sweet/messages/event_kind.hpp>
#include <sweet/messages/final_event.hpp>
#include <sweet/strategies/flow/event_overflow.hpp>
#include <sweet/strategies/processing/strategy.hpp>
#include <sweet/strategies/recovery/error_strategy.hpp>

// To read events from a file, a folder, a command or a range; or from a source of your own:
#include <sweet/actors/emit/event_source.hpp>
#include <sweet/actors/emit/generator.hpp>
#include <sweet/actors/emit/sources/command.hpp>
#include <sweet/actors/emit/sources/csv.hpp>
#include <sweet/actors/emit/sources/directory.hpp>
#include <sweet/actors/emit/sources/generate.hpp>
#include <sweet/actors/emit/sources/generator.hpp>
#include <sweet/actors/emit/sources/glob.hpp>
#include <sweet/actors/emit/sources/iterators.hpp>
#include <sweet/actors/emit/sources/lines.hpp>
#include <sweet/actors/emit/sources/range.hpp>

// To choose how events are spread: a routing policy, the bounds of an adaptive strategy:
#include <sweet/strategies/processing/adaptive_decision.hpp>
#include <sweet/strategies/processing/adaptive_options.hpp>
#include <sweet/strategies/processing/routing_policy.hpp>

// To supervise services, and to find them:
#include <sweet/actors/supervisor/report_ready.hpp>
#include <sweet/actors/supervisor/service_info.hpp>
#include <sweet/actors/supervisor/service_lookup.hpp>
#include <sweet/actors/supervisor/supervisor_tree.hpp>
#include <sweet/builders/service_options.hpp>
#include <sweet/builders/supervisor.hpp>
#include <sweet/builders/supervisor_builder.hpp>
#include <sweet/messages/service_change.hpp>
#include <sweet/strategies/flow/overflow.hpp>
#include <sweet/strategies/supervision/child_state.hpp>
#include <sweet/strategies/supervision/shutdown.hpp>
#include <sweet/strategies/supervision/supervision_rules.hpp>

// To write services as classes, and to call them:
#include <sweet/actors/service/service.hpp>
#include <sweet/actors/service/service_call.hpp>
#include <sweet/actors/service/service_of.hpp>
#include <sweet/actors/service/service_ref.hpp>

// To run tasks that depend on each other:
#include <sweet/actors/graph/graph_run.hpp>
#include <sweet/builders/task_graph.hpp>
#include <sweet/strategies/dependencies/graph_failure.hpp>
#include <sweet/strategies/dependencies/graph_status.hpp>
#include <sweet/strategies/dependencies/graph_task_state.hpp>

// To talk to actors of CAF, and to tasks as such:
#include <sweet/actors/emit/to_actor.hpp>
#include <sweet/actors/runtime/caf/pool_policy.hpp>
#include <sweet/actors/sync/message_receiver.hpp>
#include <sweet/actors/task/actor_request.hpp>
#include <sweet/actors/task/send_message.hpp>
#include <sweet/messages/envelope.hpp>

// To look at outcomes, errors and status:
#include <sweet/messages/cancellation_answer.hpp>
#include <sweet/messages/cancellation_level.hpp>
#include <sweet/messages/cancellation_times.hpp>
#include <sweet/messages/error_code.hpp>
#include <sweet/messages/task_error.hpp>
#include <sweet/messages/task_failure.hpp>
#include <sweet/messages/task_id.hpp>
#include <sweet/messages/task_priority.hpp>
#include <sweet/messages/task_result.hpp>
#include <sweet/messages/task_status.hpp>

// To observe: snapshots, traces, the log, metrics, progress:
#include <sweet/actors/observe/chrome_trace.hpp>
#include <sweet/actors/runtime/home/log_to_stderr.hpp>
#include <sweet/messages/log_level.hpp>
#include <sweet/messages/log_record.hpp>
#include <sweet/messages/task_metrics.hpp>
#include <sweet/messages/task_progress.hpp>
#include <sweet/messages/task_snapshot.hpp>
#include <sweet/messages/trace_event.hpp>

// To know the version:
#include <sweet/messages/version.hpp>
