#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/task_priority.hpp>
#include <sweet/strategies/dependencies/dependency_cycles.hpp>
#include <sweet/strategies/dependencies/graph_task_state.hpp>

#include <cstddef>
#include <limits>
#include <queue>
#include <vector>

namespace sweet::inline v0_5 {

/// Decides which tasks of a graph may start when, and which never will. A task may start once all
/// of its needs have completed; the most urgent start first, then by place, and only so many run at
/// once. The plan knows tasks by their place, no threads, and no time. Not thread safe.
///
/// Each operation takes time in proportion to the tasks whose state it changes and their
/// dependents, cancel() and cancel_all() in proportion to the graph.
class dependency_plan {
public:
  /// The number of tasks at once that sets no limit.
  static constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();
  /// The place of no task.
  static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

  /// Plans a run of some tasks of a graph.
  /// @param needs the needs of each task, without cycles, see find_cycles(); a need given twice
  /// counts once
  /// @param priorities one per task; empty if all are equally urgent
  /// @param at_once how many tasks may run at a time, at least 1
  /// @param selected which tasks are to be run: with each one all that it needs, see with_needs()
  dependency_plan(const dependency_lists& needs, const std::vector<task_priority>& priorities,
                  std::size_t at_once, const std::vector<bool>& selected);
  /// Plans a run of all tasks of a graph.
  /// @param needs the needs of each task, without cycles, see find_cycles(); a need given twice
  /// counts once
  /// @param priorities one per task; empty if all are equally urgent
  /// @param at_once how many tasks may run at a time, at least 1
  dependency_plan(const dependency_lists& needs, const std::vector<task_priority>& priorities,
                  std::size_t at_once);

  dependency_plan(const dependency_plan&) = delete;
  dependency_plan& operator=(const dependency_plan&) = delete;

  /// Returns the tasks to start now, in this order; they count as running from here on.
  [[nodiscard]] std::vector<std::size_t> start();

  /// Records the end of a running task.
  /// @param task its place
  /// @param how completed, failed or cancelled
  /// @returns the tasks that are skipped because of it, each after the ones it needs
  std::vector<std::size_t> finish(std::size_t task, graph_task_state how);

  /// What is to be done with tasks that were cancelled.
  struct cancellation {
    /// Tasks that had not started and never will, each after the ones it needs.
    std::vector<std::size_t> dropped;
    /// Tasks that are running and have to be cancelled; finish() is told how they end.
    std::vector<std::size_t> running;

    friend bool operator==(const cancellation&, const cancellation&) = default;
  };

  /// Cancels a task and all that depend on it, directly or not, unless they have ended.
  cancellation cancel(std::size_t task);
  /// Cancels all tasks that have not ended.
  cancellation cancel_all();

  /// Returns the state of a task.
  /// @pre `task` is the place of a task
  [[nodiscard]] graph_task_state state_of(std::size_t task) const { return tasks_[task].state; }

  /// Returns the place of the task that is to blame for the state of a task. For a waiting task
  /// that is the first need that has not completed; for a skipped one, and for one that was
  /// cancelled along with a need before it started, that need; else `none`.
  [[nodiscard]] std::size_t because_of(std::size_t task) const;

  /// Returns how many tasks are in a state.
  [[nodiscard]] std::size_t count(graph_task_state state) const;

  /// Tells whether every task has ended or will never start.
  [[nodiscard]] bool done() const noexcept { return open_ == 0; }

  /// Returns the number of tasks of the graph.
  [[nodiscard]] std::size_t size() const noexcept { return tasks_.size(); }

private:
  struct entry {
    task_priority priority = task_priority::normal;
    graph_task_state state = graph_task_state::unselected;
    std::size_t missing = 0;
    std::size_t because = none;
    std::vector<std::size_t> needs;
    std::vector<std::size_t> needed_by;
  };

  struct later {
    const std::vector<entry>& tasks;

    bool operator()(std::size_t a, std::size_t b) const {
      return tasks[a].priority != tasks[b].priority ? tasks[a].priority > tasks[b].priority : a > b;
    }
  };

  bool is_pending(std::size_t task) const noexcept {
    const auto s = tasks_[task].state;
    return s == graph_task_state::waiting || s == graph_task_state::ready;
  }
  void settle(std::size_t task, graph_task_state how, std::size_t because);

  std::vector<entry> tasks_;
  /// May hold tasks that have been cancelled since.
  std::priority_queue<std::size_t, std::vector<std::size_t>, later> ready_{later{tasks_}};
  std::size_t free_;
  std::size_t open_ = 0;
};

} // namespace sweet::inline v0_5
