#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/cancellation_level.hpp>
#include <sweet/messages/log_level.hpp>
#include <sweet/messages/task_id.hpp>
#include <sweet/messages/task_metrics.hpp>
#include <sweet/messages/task_priority.hpp>
#include <sweet/messages/task_progress.hpp>
#include <sweet/messages/task_result.hpp>
#include <sweet/messages/task_status.hpp>

#include <concepts>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

// Concepts of what can be asked of a task: through a handle, from outside, or through the context,
// from inside. For functions that take any of these:
//
//     void report(const sweet::concepts::named_task auto& task);

namespace sweet::inline v0_5::concepts {

/// A task that has an id, and a name that may be empty.
template <class T>
concept named_task = requires(const T& task) {
  { task.id() } -> std::same_as<task_id>;
  { task.name() } -> std::same_as<std::string>;
};

/// A task that tells its status at any moment.
template <class T>
concept status_enabled_task = requires(const T& task) {
  { task.status() } -> std::same_as<task_status>;
};

/// A task that tells how urgent it is.
template <class T>
concept prioritized_task = requires(const T& task) {
  { task.priority() } -> std::same_as<task_priority>;
};

/// A task that can be asked to stop.
template <class T>
concept cancellable_task = requires(T& task, cancellation_level level) {
  task.cancel();
  task.cancel(level);
};

/// A task that tells at which attempt it is.
template <class T>
concept recoverable_task = requires(const T& task) {
  { task.attempts() } -> std::same_as<std::uint32_t>;
} || requires(const T& task) {
  { task.attempt() } -> std::same_as<std::uint32_t>;
};

/// A task that tells when it was created, has started and has ended.
template <class T>
concept timed_task = requires(const T& task) {
  { task.timestamps() } -> std::same_as<task_timestamps>;
};

/// A task that tells what it has cost, if its builder has asked for metrics().
template <class T>
concept metrics_enabled_task = requires(const T& task) {
  { task.metrics() } -> std::same_as<std::optional<task_metrics>>;
};

/// A task that tells its progress: a handle reads it, a context reports it and writes to the log.
template <class T>
concept tracing_task = requires(const T& task) {
  { task.progress() } -> std::same_as<task_progress>;
} || requires(const T& task, std::string text) {
  task.progress(std::uint64_t{}, std::uint64_t{}, text);
  task.log(log_level::info, text);
};

/// A handle: a task that gives a value, seen from outside.
template <class T>
concept async_task =
    named_task<T> && status_enabled_task<T> && cancellable_task<T> && requires(T& task) {
      typename T::value_type;
      { task.is_done() } -> std::same_as<bool>;
      { task.await() } -> std::same_as<task_result<typename T::value_type>>;
      task.result().await_resume();
      task.operator co_await().await_resume();
    };

/// A context: a task as its own body sees it.
template <class T>
concept contextualized_task = named_task<T> && status_enabled_task<T> && requires(const T& task) {
  { task.parent() } -> std::same_as<task_id>;
  { task.children() } -> std::same_as<std::vector<task_id>>;
  { task.level() } -> std::same_as<cancellation_level>;
  { task.is_cancelled() } -> std::same_as<bool>;
  { task.stop_token() } -> std::same_as<std::stop_token>;
  task.checkpoint();
};

} // namespace sweet::inline v0_5::concepts
