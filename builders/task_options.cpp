// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/builders/task_options.hpp>

#include <sweet/actors/runtime/cell/limit_timers.hpp>
#include <sweet/actors/runtime/cell/mailbox.hpp>
#include <sweet/actors/runtime/cell/task_memory.hpp>
#include <sweet/actors/runtime/cell/task_meter.hpp>
#include <sweet/actors/runtime/cell/task_reports.hpp>
#include <sweet/actors/runtime/cell/task_settings.hpp>
#include <sweet/actors/runtime/cell/task_start.hpp>
#include <sweet/actors/runtime/cell/time_limits.hpp>
#include <sweet/actors/runtime/home/task_home.hpp>
#include <sweet/actors/runtime/mail/send_mail.hpp>
#include <sweet/strategies/later.hpp>

#include <stdexcept>

namespace sweet::inline v0_5::detail {

task_options::task_options() = default;
task_options::task_options(const task_options&) = default;
task_options::task_options(task_options&&) noexcept = default;
task_options& task_options::operator=(const task_options&) = default;
task_options& task_options::operator=(task_options&&) noexcept = default;
task_options::~task_options() = default;

void check_mailbox_limit(std::size_t limit) {
  if (limit == 0)
    throw std::invalid_argument{"mailbox(): give it room for one message at least"};
}

void check_recovery(const recovery_plan& plan, const task_home& home) {
  if ((plan.breaker && &plan.breaker->home() != &home) ||
      (plan.limit && &plan.limit->home() != &home))
    throw std::invalid_argument{"circuit_breaker(), rate_limit(): made for another runtime, which "
                                "goes by another clock; make it for the runtime of the task"};
}

void check_member(const cell& described, const cell& parent) {
  if (&described != &parent)
    throw std::invalid_argument{"task_group::spawn(): the builder was made with the context of "
                                "another task than the group; make both with the same context"};
}

void apply(const attempt_options& options, cell& attempt) {
  if (options.timeout)
    set_timeout(attempt, *options.timeout);
  if (options.blocking)
    set_blocking(attempt);
  if (options.on_child_failure == child_failure::collect)
    set_collects(attempt);
  if (options.rise_after)
    limits_of(attempt).rise_after = *options.rise_after;
}

void start_with(const task_options& options, cell& parent, cell& task) {
  if (options.deadline || options.queue_timeout)
    start_limited_child(parent, task);
  else
    start_child(parent, task);
}

void apply(const task_options& options, cell& task, cell& parent) {
  if (!options.name.empty())
    set_name(task, options.name);
  if (options.priority)
    set_priority(task, *options.priority);
  if (options.deadline)
    limits_of(task).deadline = later(home_of(task).timers().now(), *options.deadline);
  if (options.queue_timeout)
    limits_of(task).queue_timeout = *options.queue_timeout;
  if (options.attempt.rise_after)
    limits_of(task).rise_after = *options.attempt.rise_after;
  for (const auto& cleanup : options.cleanups)
    cleanup->add_to(task);
  if (!options.working_directory.empty())
    set_working_directory(task, options.working_directory);
  if (options.mailbox_limit)
    set_mailbox_limit(task, *options.mailbox_limit);
  // Last, when the task has its name and its body.
  if (options.metrics || options.tracing) {
    const auto above = task_meter::inherited(parent);
    const task_meter::orders what{.counts = options.metrics.value_or(above.counts),
                                  .traces = options.tracing.value_or(above.traces)};
    if (what.any() || above.any())
      task_meter::install(task, what).spawned(parent);
  }
}

} // namespace sweet::inline v0_5::detail
