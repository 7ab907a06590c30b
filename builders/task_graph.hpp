#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/graph/graph_plan.hpp>
#include <sweet/actors/graph/graph_run.hpp>
#include <sweet/actors/runtime/runtime.hpp>
#include <sweet/builders/async_task.hpp>

#include <concepts>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

namespace sweet::inline v0_5 {

/// Named tasks that depend on each other and run as one tree: each starts once all its dependencies
/// have completed.
///
///     sweet::task_graph graph{"build"};
///     graph.add("fetch", fetch);
///     graph.add("compile", compile).depends_on("fetch");
///     graph.add("test", test, [](auto task) { return task.timeout(30s); }).depends_on("compile");
///     auto run = graph.start(rt);                // or graph.start(rt, {"compile"})
///     sweet::task_result<sweet::graph_counts> outcome = run.await();
///
/// A description: nothing runs before start(), and each start() makes a run of its own. The graph
/// is not thread safe; the graph_run that start() returns is.
class task_graph {
public:
  /// A task that was added to a graph, for saying more about it at once. It refers to the graph,
  /// which has to stay where it is.
  class added {
  public:
    /// Makes the task start after all of these have completed. Names are those of tasks, or of
    /// groups, which stand for all their members; they may be added later.
    template <std::convertible_to<std::string>... Names>
    added& depends_on(Names&&... names) {
      (graph_.entries_[place_].needs.emplace_back(std::forward<Names>(names)), ...);
      return *this;
    }
    /// Makes the task start after all of these have completed. Names are those of tasks, or of
    /// groups, which stand for all their members; they may be added later.
    added& depends_on(const std::vector<std::string>& names);

    /// Puts the task into a group: a task of the tree, below which the members run. Default: none.
    added& group(std::string name);

    /// Sets the priority of the task. Of the tasks that can start, the most urgent goes first, and
    /// among equals the one that was added first. Default: normal in this order, and the priority
    /// of the run for the task itself.
    added& priority(task_priority priority);

  private:
    friend class task_graph;
    added(task_graph& graph, std::size_t place) noexcept : graph_(graph), place_(place) {}

    task_graph& graph_;
    std::size_t place_;
  };

  /// Makes a graph without tasks.
  /// @param name of the task of a run, in snapshots and errors
  explicit task_graph(std::string name = "graph") : name_(std::move(name)) {}

  /// Adds a task with settings. The body is called as `body(task_context)` or `body()` and returns
  /// what any body may, see spawn(); each run has a copy of it.
  /// @param name unique within the graph
  /// @param body the body of the task
  /// @param configure gets the builder of the task, which has its name, and returns it with more
  /// settings: `[](auto task) { return task.timeout(30s).blocking(); }`. Called whenever the task
  /// is about to be started; an exception of it is the failure of the task.
  /// @throws std::invalid_argument if the name is empty or taken
  template <class F, class Configure>
  added add(std::string name, F&& body, Configure configure) {
    using function = std::decay_t<F>;
    using value = detail::body_value<function>;
    static_assert(std::is_copy_constructible_v<function>,
                  "a graph can be started any number of times: its bodies have to be copyable");
    return add_entry(std::move(name),
                     [body = function(std::forward<F>(body)),
                      configure = std::move(configure)](task_context ctx, const std::string& own,
                                                        std::optional<task_priority> priority) {
                       auto task = async_task::to<value>(ctx).name(own);
                       const child_task<value> child =
                           configure(priority ? task.priority(*priority) : task).run(body);
                       auto handle = child.share();
                       auto& started = *detail::handle_access::find(handle);
                       return detail::started_task{&started, std::move(handle)};
                     });
  }

  /// Adds a task with the default settings. The body is called as `body(task_context)` or `body()`
  /// and returns what any body may, see spawn(); each run has a copy of it.
  /// @param name unique within the graph
  /// @param body the body of the task
  /// @throws std::invalid_argument if the name is empty or taken
  template <class F>
  added add(std::string name, F&& body) {
    return add(std::move(name), std::forward<F>(body), [](auto task) { return task; });
  }

  /// Limits how many tasks run at the same time. Default: no limit.
  /// @throws std::invalid_argument for 0
  task_graph& at_once(std::size_t tasks);

  /// Sets what the failure of a task does to tasks that do not depend on it. Default:
  /// graph_failure::leave_others.
  task_graph& on_failure(graph_failure what);

  /// Sets a function that is called with each change of a task to another state, from `running` on,
  /// in the order of the changes. Any thread calls it, one at a time. It should be quick, and must
  /// not use the run; an exception of it goes to the log.
  task_graph& observe(std::function<void(const graph_change&)> observer);

  /// Returns the number of tasks.
  std::size_t size() const noexcept { return entries_.size(); }

  /// Checks that the graph can be started.
  /// @throws std::invalid_argument if a name does not exist, a group has the name of a task, or
  /// tasks wait for each other; the message names those: "a -> b -> a"
  void check() const;

  /// Runs all tasks, under the root of the runtime. Any thread.
  /// @throws std::invalid_argument if check() fails, before anything is started
  /// @throws std::bad_alloc
  graph_run start(runtime& rt) const;
  /// Runs the named tasks and groups, and all that these depend on, under the root of the runtime.
  /// Any thread.
  /// @throws std::invalid_argument if check() fails or a name does not exist, before anything is
  /// started
  /// @throws std::bad_alloc
  graph_run start(runtime& rt, const std::vector<std::string>& names) const;

  /// Runs all tasks as a child of the task of `ctx`. That task does not end before the run; its
  /// cancellation cancels the run; and a run with a failed task is a child that has failed.
  /// @throws std::invalid_argument if check() fails, before anything is started
  /// @throws cancelled if the task of `ctx` was killed
  /// @throws std::bad_alloc
  graph_run start(task_context ctx) const;
  /// Runs the named tasks and groups, and all that these depend on, as a child of the task of
  /// `ctx`. That task does not end before the run; its cancellation cancels the run; and a run with
  /// a failed task is a child that has failed.
  /// @throws std::invalid_argument if check() fails or a name does not exist, before anything is
  /// started
  /// @throws cancelled if the task of `ctx` was killed
  /// @throws std::bad_alloc
  graph_run start(task_context ctx, const std::vector<std::string>& names) const;

private:
  struct entry {
    std::string name;
    std::vector<std::string> needs;
    std::string group;
    std::optional<task_priority> priority;
    std::shared_ptr<const detail::graph_starter> start;
  };

  added add_entry(std::string name, detail::graph_starter start);
  /// @param names what is to be run; null: all
  detail::graph_plan plan(const std::vector<std::string>* names) const;
  graph_run run(detail::graph_plan plan, runtime& rt) const;
  graph_run run(detail::graph_plan plan, task_context ctx) const;

  std::string name_;
  std::vector<entry> entries_;
  std::unordered_map<std::string, std::size_t> places_;
  std::size_t at_once_ = dependency_plan::no_limit;
  graph_failure on_failure_ = graph_failure::leave_others;
  std::function<void(const graph_change&)> observe_;
};

} // namespace sweet::inline v0_5
