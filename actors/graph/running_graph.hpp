#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/graph/graph_plan.hpp>
#include <sweet/actors/runtime/cell/end_waiter.hpp>
#include <sweet/actors/task/async.hpp>
#include <sweet/actors/task/async_event.hpp>
#include <sweet/actors/task/spawning_task.hpp>
#include <sweet/actors/task/task_context.hpp>
#include <sweet/strategies/dependencies/dependency_plan.hpp>
#include <sweet/strategies/dependencies/graph_status.hpp>

#include <any>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace sweet::inline v0_5::detail {

/// Runs a task_graph, and keeps its outcomes afterwards. Below the run's task lies one task for
/// each group, and below each of these lie the tasks of the group; tasks of no group lie directly
/// below the run's task.
///
/// A task can only be started in the context of the task above it. A part is the run or a group: it
/// has a queue of tasks that its task is to start, which the plan fills whenever a task has ended.
/// Thread safe.
class running_graph {
public:
  running_graph(graph_plan plan, runtime& rt);
  running_graph(const running_graph&) = delete;
  running_graph& operator=(const running_graph&) = delete;

  /// Starts the run's task as a top-level task; once.
  static spawning_task<graph_counts> start(const std::shared_ptr<running_graph>& self);
  /// Starts the run's task as a child of the task of `ctx`; once.
  static spawning_task<graph_counts> start(const std::shared_ptr<running_graph>& self,
                                           task_context ctx);

  /// Returns the place of a task in the plan. @throws std::invalid_argument if there is no such
  /// task
  std::size_t place_of(const std::string& task) const;

  graph_status status(std::size_t task) const;
  std::vector<graph_status> statuses() const;
  std::size_t count(graph_task_state state) const;

  /// Cancels a task, or the members of a group, with all tasks that depend on them.
  /// @throws std::invalid_argument if there is neither such a task nor such a group
  void cancel(const std::string& name, cancellation_level level, const std::string& reason);
  /// Lets no task start any more. @returns how many are running
  std::size_t close();

  /// Starts a task that ends when `task` is settled.
  static spawning_task<void> settled(const std::shared_ptr<running_graph>& self, std::size_t task);
  /// The error of a task; empty if it completed.
  /// @returns nothing if the task is not settled
  std::optional<task_error> outcome(std::size_t task) const;
  /// The spawning_task of a task; empty if the task was never started.
  std::any handle(std::size_t task) const;

private:
  struct record : end_waiter {
    running_graph* graph = nullptr;
    started_task started;
    /// The level asked for while the task was on its way to be started.
    cancellation_level level = cancellation_level::none;
    task_error error;
    std::vector<async_event*> waiting;
  };

  /// The tasks that a part has to start.
  struct start_list {
    std::vector<std::size_t> to_start; ///< from `next` on
    std::size_t next = 0;
    std::size_t open = 0; ///< tasks of the part that are not settled
    async_event* news = nullptr;
  };

  /// Belongs to the task of a part. When that task ends, even if its body never ran, the ticket
  /// settles the tasks that the part has not started.
  class part_ticket {
  public:
    part_ticket(std::shared_ptr<running_graph> graph, std::size_t part) noexcept
        : graph_(std::move(graph)), part_(part) {}
    part_ticket(part_ticket&&) noexcept = default;
    part_ticket& operator=(part_ticket&&) = delete;
    ~part_ticket() {
      if (graph_ != nullptr)
        graph_->part_ends(part_);
    }

    std::size_t part() const noexcept { return part_; }

  private:
    std::shared_ptr<running_graph> graph_;
    std::size_t part_;
  };

  /// Running tasks, to be cancelled without the lock, because a stop callback may be the user's
  /// code.
  using running_tasks = std::vector<started_task>;

  /// The body of the task of a part.
  /// @param tickets the last is the part's own, the others are those of parts that it starts
  static async<graph_counts> run_part(task_context ctx, std::shared_ptr<running_graph> graph,
                                      std::vector<part_ticket> tickets);
  /// Makes the task of a part, which runs run_part(). It is not started yet.
  static cell& make_part(const std::string& name, std::shared_ptr<running_graph> graph,
                         std::vector<part_ticket> tickets);
  static async<void> wait_for(std::shared_ptr<running_graph> graph, std::size_t task);
  static std::vector<part_ticket> tickets_for(const std::shared_ptr<running_graph>& self);

  std::size_t top() const noexcept { return plan_.groups.size(); }
  /// Returns the next task that a part has to start; dependency_plan::none if there is none yet,
  /// and `news` is set when that changes; nothing if the part is over.
  std::optional<std::size_t> next_task(std::size_t part, async_event& news);
  void forget_news(std::size_t part);
  void start_task(task_context ctx, std::size_t task);
  void task_ended(std::size_t task);
  void part_ends(std::size_t part) noexcept;
  task_result<graph_counts> result() const;
  bool wait_or_settled(std::size_t task, async_event& news);
  void forget_wait(std::size_t task, async_event& news);

  // Called with the lock held.
  running_tasks finish(std::size_t task, graph_task_state how, task_error error);
  void drop(const std::vector<std::size_t>& tasks);
  running_tasks raise(const std::vector<std::size_t>& tasks, cancellation_level level);
  void settle(std::size_t task, task_error error);
  void hand_out();
  void wake(start_list& p);
  void tell(std::size_t task) noexcept;
  graph_status status_of(std::size_t task) const;
  task_error error_of_unstarted(std::size_t task) const;

  const graph_plan plan_;
  runtime& runtime_;
  std::unordered_map<std::string_view, std::size_t> places_; ///< of the tasks in plan_

  mutable std::mutex mutex_;
  dependency_plan schedule_;
  std::vector<record> records_;
  std::vector<start_list> parts_; ///< of the groups; the last one is of the run itself
  task_error first_failure_;
  bool closed_ = false;
};

} // namespace sweet::inline v0_5::detail
