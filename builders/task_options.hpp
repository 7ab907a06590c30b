#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/task/recovery_plan.hpp>
#include <sweet/builders/cleanup_option.hpp>
#include <sweet/messages/cancellation_times.hpp>
#include <sweet/messages/task_priority.hpp>
#include <sweet/strategies/supervision/child_failure.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sweet::inline v0_5::detail {

struct cell;
class task_home;

/// What the builders describe of each attempt at a task.
struct attempt_options {
  std::optional<std::chrono::nanoseconds> timeout;
  bool blocking = false;
  child_failure on_child_failure = child_failure::fail_fast;
  std::optional<cancellation_times> rise_after; ///< also of the task
};

/// What the builders of all tasks describe. Each call of a builder copies it, each kind of builder
/// has code for that: so it is copied out of line.
struct task_options {
  task_options();
  task_options(const task_options&);
  task_options(task_options&&) noexcept;
  task_options& operator=(const task_options&);
  task_options& operator=(task_options&&) noexcept;
  ~task_options();

  attempt_options attempt;
  std::string name;
  std::optional<task_priority> priority;
  std::optional<std::chrono::nanoseconds> deadline;
  std::optional<std::chrono::nanoseconds> queue_timeout;
  std::vector<std::shared_ptr<const cleanup_option>> cleanups;
  std::string working_directory;
  std::optional<std::size_t> mailbox_limit;
  std::optional<bool> metrics; ///< empty: as the parent; here and below
  std::optional<bool> tracing;
  std::shared_ptr<const recovery_plan> recovery; ///< null: the only attempt is the task itself
};

/// Checks the limit of a mailbox.
/// @throws std::invalid_argument unless it is positive
void check_mailbox_limit(std::size_t limit);

/// Checks the circuit breaker and the rate limit of a plan.
/// @throws std::invalid_argument if one goes by another runtime's clock than the task
void check_recovery(const recovery_plan& plan, const task_home& home);

/// @throws std::invalid_argument if the builder of a member of a group was made with the context of
/// another task than that of the group
void check_member(const cell& described, const cell& parent);

/// Starts a task to which apply() has given the options.
/// @throws cancelled if the parent has been killed
void start_with(const task_options& options, cell& parent, cell& task);

/// Sets the options on an attempt that has not been started.
void apply(const attempt_options& options, cell& attempt);
/// Sets the options on a task that is about to be started under `parent`; options of attempts are
/// left to the attempts.
void apply(const task_options& options, cell& task, cell& parent);

} // namespace sweet::inline v0_5::detail
