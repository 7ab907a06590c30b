#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/cancellation_times.hpp>
#include <sweet/messages/task_priority.hpp>
#include <sweet/strategies/supervision/child_failure.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sweet::detail {

struct cell;

/// A clean-up that tasks of a builder get.
struct cleanup_option {
  cleanup_option() = default;
  cleanup_option(const cleanup_option&) = delete;
  cleanup_option& operator=(const cleanup_option&) = delete;
  virtual ~cleanup_option() = default;
  virtual void add_to(cell& task) const = 0;
};

/// What the builders of all tasks describe.
struct task_options {
  std::string name;
  std::optional<task_priority> priority;
  std::optional<std::chrono::nanoseconds> timeout;
  std::optional<std::chrono::nanoseconds> deadline;
  std::optional<std::chrono::nanoseconds> queue_timeout;
  std::optional<cancellation_times> rise_after;
  std::vector<std::shared_ptr<const cleanup_option>> cleanups;
  bool blocking = false;
  std::string working_directory;
  bool metrics = false;
  bool tracing = false;
  child_failure on_child_failure = child_failure::fail_fast;
};

/// @throws std::invalid_argument for a coroutine that is to block
void check_options_of_coroutine(const task_options& options);

template <bool IsCoroutine>
void check_options(const task_options& options) {
  if constexpr (IsCoroutine)
    check_options_of_coroutine(options);
}

/// Starts a task to which apply() has given the options.
/// @throws cancelled if the parent has been killed
void start_with(const task_options& options, cell& parent, cell& task);

/// Sets the options on a task that is about to be started under `parent`. Discards it if that
/// fails.
void apply(const task_options& options, cell& task, cell& parent);

} // namespace sweet::detail
