// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/builders/task_options.hpp>

#include <sweet/actors/runtime/task_core.hpp>
#include <sweet/actors/runtime/task_meter.hpp>
#include <sweet/actors/runtime/task_reports.hpp>

#include <stdexcept>

namespace sweet::detail {

void check_timeout(std::chrono::nanoseconds timeout) {
  if (timeout.count() <= 0)
    throw std::invalid_argument{"timeout(): give a positive duration, or leave it out for none"};
}

void check_options_of_coroutine(const task_options& options) {
  if (options.blocking)
    throw std::invalid_argument{"blocking(): the body is a coroutine, which suspends instead of "
                                "blocking; leave blocking() out, or run a callable"};
}

void apply(const task_options& options, cell& task, cell& parent) {
  try {
    if (!options.name.empty())
      set_name(task, options.name);
    if (options.priority)
      set_priority(task, *options.priority);
    if (options.timeout)
      set_timeout(task, *options.timeout);
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
