// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/builders/task_options.hpp>

#include <sweet/actors/runtime/scheduler.hpp>
#include <sweet/actors/runtime/task_core.hpp>
#include <sweet/actors/runtime/task_meter.hpp>
#include <sweet/actors/runtime/task_reports.hpp>
#include <sweet/actors/runtime/time_limits.hpp>

#include <stdexcept>

namespace sweet::detail {

void check_options_of_coroutine(const task_options& options) {
  if (options.blocking)
    throw std::invalid_argument{"blocking(): the body is a coroutine, which suspends instead of "
                                "blocking; leave blocking() out, or run a callable"};
}

void start_with(const task_options& options, cell& parent, cell& task) {
  if (options.deadline || options.queue_timeout)
    start_limited_child(parent, task);
  else
    start_child(parent, task);
}

void apply(const task_options& options, cell& task, cell& parent) {
  try {
    if (!options.name.empty())
      set_name(task, options.name);
    if (options.priority)
      set_priority(task, *options.priority);
    if (options.timeout)
      set_timeout(task, *options.timeout);
    if (options.deadline)
      limits_of(task).deadline = later(scheduler_of(task).timers().now(), *options.deadline);
    if (options.queue_timeout)
      limits_of(task).queue_timeout = *options.queue_timeout;
    if (options.rise_after)
      limits_of(task).rise_after = *options.rise_after;
    for (const auto& cleanup : options.cleanups)
      cleanup->add_to(task);
    if (options.blocking)
      set_blocking(task);
    if (!options.working_directory.empty())
      set_working_directory(task, options.working_directory);
    if (options.on_child_failure == child_failure::collect)
      set_collects(task);
    // Last, when the task has its name and its body.
    if (options.metrics || options.tracing)
      task_meter::install(task, options.metrics, options.tracing).spawned(parent);
  } catch (...) {
    discard(task);
    throw;
  }
}

} // namespace sweet::detail
