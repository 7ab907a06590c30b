#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/task_priority.hpp>
#include <sweet/strategies/supervision/child_failure.hpp>

#include <chrono>
#include <optional>
#include <string>

namespace sweet::detail {

struct cell;

/// What the builders of all tasks describe.
struct task_options {
  std::string name;
  std::optional<task_priority> priority;
  std::optional<std::chrono::nanoseconds> timeout;
  bool blocking = false;
  std::string working_directory;
  bool metrics = false;
  bool tracing = false;
  child_failure on_child_failure = child_failure::fail_fast;
};

/// @throws std::invalid_argument unless it is positive
void check_timeout(std::chrono::nanoseconds timeout);

/// @throws std::invalid_argument for a coroutine that is to block
void check_options_of_coroutine(const task_options& options);

template <bool IsCoroutine>
void check_options(const task_options& options) {
  if constexpr (IsCoroutine)
    check_options_of_coroutine(options);
}

/// Sets the options on a task that is about to be started under `parent`. Discards it if that
/// fails.
void apply(const task_options& options, cell& task, cell& parent);

} // namespace sweet::detail
