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

namespace sweet::inline v0_5 {

/// A run of a task_graph. Copyable, for any thread, valid after the end; dropping it changes
/// nothing.
///
/// Functions that take the name of a task throw std::invalid_argument if the graph has no such
/// task.
class [[nodiscard]] graph_run {
public:
  /// Blocks until every task of the run has ended or will never start, from any thread; see
  /// spawning_task::await().
  /// @returns the counts; error_code::failure if a task failed, with the error of the first such
  /// task as its cause; error_code::cancelled if the run was cancelled before it was over
  /// @throws cancelled if a body calls this and its task is cancelled meanwhile
  task_result<graph_counts> await() const { return task_.await(); }

  /// Blocks until every task of the run has ended or will never start, at most for `timeout`; a
  /// negative one is no limit. Any thread.
  /// @returns the counts; error_code::timeout if the run goes on; error_code::failure if a task
  /// failed, with the error of the first such task as its cause; error_code::cancelled if the run
  /// was cancelled before it was over
  /// @throws cancelled if a body calls this and its task is cancelled meanwhile
  task_result<graph_counts> await(std::chrono::nanoseconds timeout) const {
    return task_.await(timeout);
  }

  /// Waits for the end of the run: `co_await run` gives the counts.
  /// Cancelling the awaiting task stops its body at this wait.
  /// @throws task_failure if a task failed or the run was cancelled
  auto operator co_await() const noexcept { return task_.operator co_await(); }

  /// Waits for the end of the run: `co_await run.result()` gives the counts or the error as a
  /// task_result.
  /// Cancelling the awaiting task stops its body at this wait.
  auto result() const noexcept { return task_.result(); }

  /// Tells whether the run is over.
  bool is_done() const noexcept { return task_.is_done(); }

  /// Returns the task of the run, below which all other tasks lie. Cancelling it cancels the run.
  const spawning_task<graph_counts>& task() const noexcept { return task_; }

  /// Cancels the whole run: no more tasks start, and those that run are asked to stop. Any thread.
  /// @param level how hard
  /// @param reason for the error of the run, and of the tasks that are cancelled
  /// @returns how many tasks were running
  std::size_t cancel(cancellation_level level = cancellation_level::graceful,
                     const std::string& reason = {}) const {
    const auto running = graph_->close();
    task_.cancel(level, reason);
    return running;
  }

  /// Cancels a task, or all tasks of a group, and everything that depends on them, directly or not.
  /// Tasks that have not started never do, running ones are asked to stop, and those that have
  /// ended stay as they are. Any thread.
  /// @param name of the task or group
  /// @param level how hard
  /// @param reason for the errors of the tasks
  /// @throws std::invalid_argument if the graph has no such task or group
  void cancel(const std::string& name, cancellation_level level = cancellation_level::graceful,
              const std::string& reason = {}) const {
    graph_->cancel(name, level, reason);
  }

  /// Returns the state of a task, and the reason for it.
  /// @throws std::invalid_argument if the graph has no such task
  graph_status status(const std::string& task) const {
    return graph_->status(graph_->place_of(task));
  }

  /// Returns the states of all tasks, and the reasons for them, in the order in which the tasks
  /// were added; all at one moment.
  std::vector<graph_status> statuses() const { return graph_->statuses(); }

  /// Returns how many tasks are in a state.
  std::size_t count(graph_task_state state) const { return graph_->count(state); }

  /// Returns a task that completes as soon as the named one is settled: it has ended, will never
  /// start, or is not part of this run. `co_await run.settled("parse")`.
  /// @throws task_failure with error_code::unreachable if the runtime has ended
  /// @throws std::invalid_argument if the graph has no such task
  spawning_task<void> settled(const std::string& task) const {
    const detail::runtime_hold held{*detail::handle_access::find(task_)};
    held.check();
    return detail::running_graph::settled(graph_, graph_->place_of(task));
  }

  /// Returns the outcome of a task: its value if `T` is what its body returns, or only whether it
  /// completed if `T` is void. A task that never started has error_code::cancelled; if it was
  /// skipped, the cause says why.
  /// @returns error_code::invalid_state if the task is not settled, or not part of this run
  /// @throws std::invalid_argument if the graph has no such task, or `T` is neither void nor the
  /// type that the body returns
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

  /// Blocks until a task is settled, and returns its outcome(). Any thread.
  /// @throws cancelled if a body calls this and its task is cancelled meanwhile
  /// @throws std::invalid_argument if the graph has no such task, or `T` is neither void nor the
  /// type that the body returns
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

} // namespace sweet::inline v0_5
