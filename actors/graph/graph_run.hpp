#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/graph/running_graph.hpp>
#include <sweet/actors/runtime/cell/runtime_hold.hpp>
#include <sweet/actors/task/spawning_task.hpp>
#include <sweet/messages/task_result.hpp>
#include <sweet/strategies/dependencies/graph_status.hpp>

#include <any>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace sweet {

/// A run of a task_graph. Copyable, for any thread, valid after the end; dropping it changes
/// nothing.
///
/// Functions that take the name of a task throw std::invalid_argument if the graph has none of it.
class [[nodiscard]] graph_run {
public:
  /// Blocks until every task of the run has ended or will never start, from any thread; see
  /// spawning_task::await().
  /// @returns the counts; error_code::failure, caused by what the first failed task failed with, if
  /// any failed; error_code::cancelled if the run was cancelled before it was over
  /// @throws cancelled if called by a body whose task is cancelled meanwhile
  task_result<graph_counts> await() const { return task_.await(); }

  /// Waits for at most `timeout`. @returns error_code::timeout if the run goes on
  task_result<graph_counts> await(std::chrono::nanoseconds timeout) const {
    return task_.await(timeout);
  }

  /// `co_await run`: the counts. @throws task_failure if a task failed or the run was cancelled,
  /// cancelled if the awaiting task is cancelled while it waits
  auto operator co_await() const noexcept { return task_.operator co_await(); }

  /// `co_await run.result()`: the same as a value. @throws cancelled likewise
  auto result() const noexcept { return task_.result(); }

  bool is_done() const noexcept { return task_.is_done(); }

  /// The task of the run, which all others lie below. Cancelling it is the same as cancel().
  const spawning_task<graph_counts>& task() const noexcept { return task_; }

  /// Cancels the whole run: no task starts any more, those that run are asked to stop.
  /// @param reason for the error of the run, and of the tasks that are cancelled
  /// @returns how many were running
  std::size_t cancel(cancellation_level level = cancellation_level::graceful,
                     const std::string& reason = {}) const {
    const auto running = graph_->close();
    task_.cancel(level, reason);
    return running;
  }

  /// Cancels a task, or all of a group, and everything that depends on it, directly or not: what
  /// has not been started never is, what runs is asked to stop for `reason`, what has ended stays
  /// as it is.
  void cancel(const std::string& name, cancellation_level level = cancellation_level::graceful,
              const std::string& reason = {}) const {
    graph_->cancel(name, level, reason);
  }

  /// Where a task is, and why.
  graph_status status(const std::string& task) const {
    return graph_->status(graph_->place_of(task));
  }

  /// The same of all tasks, in the order in which they were added; at one moment.
  std::vector<graph_status> statuses() const { return graph_->statuses(); }

  /// How many tasks are in a state.
  std::size_t count(graph_task_state state) const { return graph_->count(state); }

  /// A task that completes as soon as the named one is settled, however that went: has ended, will
  /// never start, or is not part of this run. `co_await run.settled("parse")`.
  /// @throws task_failure with error_code::unreachable if the runtime has ended
  spawning_task<void> settled(const std::string& task) const {
    const detail::runtime_hold held{*detail::handle_access::find(task_)};
    held.check();
    return detail::running_graph::settled(graph_, graph_->place_of(task));
  }

  /// The outcome of a task: its value if `T` is what its body returns, or only whether it
  /// completed. One that never started has the error_code::cancelled; if it was skipped, the cause
  /// is why.
  /// @returns error_code::invalid_state if it is not settled, or not part of this run
  /// @throws std::invalid_argument if `T` is neither void nor what the body returns
  template <class T = void>
  task_result<T> outcome(const std::string& task) const {
    const auto place = graph_->place_of(task);
    auto error = graph_->outcome(place);
    if (!error)
      return task_error{error_code::invalid_state, task + " has not ended yet"};
    if (*error)
      return *std::move(error);
    if constexpr (std::is_void_v<T>) {
      return {};
    } else {
      const auto handle = graph_->handle(place);
      const auto* typed = std::any_cast<spawning_task<T>>(&handle);
      if (typed == nullptr)
        throw std::invalid_argument{task + " returns something else than what is asked for"};
      return typed->await();
    }
  }

  /// Blocks until a task is settled; await() and outcome() in one.
  template <class T = void>
  task_result<T> await(const std::string& task) const {
    if (graph_->outcome(graph_->place_of(task)))
      return outcome<T>(task);
    if (auto waited = settled(task).await(); waited.is_err())
      return waited.error();
    return outcome<T>(task);
  }

private:
  friend class task_graph;

  graph_run(std::shared_ptr<detail::running_graph> graph, spawning_task<graph_counts> task)
      : graph_(std::move(graph)), task_(std::move(task)) {}

  std::shared_ptr<detail::running_graph> graph_;
  spawning_task<graph_counts> task_;
};

} // namespace sweet
