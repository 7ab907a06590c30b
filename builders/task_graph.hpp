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

namespace sweet {

/// Named tasks that depend on each other, to be run as one tree: each as soon as everything that it
/// depends on has completed.
///
///     sweet::task_graph graph{"build"};
///     graph.add("fetch", fetch);
///     graph.add("compile", compile).depends_on("fetch");
///     graph.add("test", test, [](auto task) { return task.timeout(30s); }).depends_on("compile");
///     auto run = graph.start(rt);                // or graph.start(rt, {"compile"})
///     sweet::task_result<sweet::graph_counts> outcome = run.await();
///
/// A description: nothing runs before start(), and each start() makes a run of its own. Not thread
/// safe; the graph_run that start() returns is.
class task_graph {
public:
  /// A task that has been added, for saying more about it at once: it refers to the graph.
  class added {
  public:
    /// It starts after all of these have completed: names of tasks, or of groups, which stand for
    /// all their members. They may be added later.
    template <std::convertible_to<std::string>... Names>
    added& depends_on(Names&&... names) {
      (graph_.entries_[place_].needs.emplace_back(std::forward<Names>(names)), ...);
      return *this;
    }
    added& depends_on(const std::vector<std::string>& names);

    /// The group that it belongs to: a task of the tree, below which its members run. Default:
    /// none.
    added& group(std::string name);

    /// Which goes first of those that could start, among equals the one that was added first; and
    /// the priority of the task. Default: normal, and that of the run.
    added& priority(task_priority priority);

  private:
    friend class task_graph;
    added(task_graph& graph, std::size_t place) noexcept : graph_(graph), place_(place) {}

    task_graph& graph_;
    std::size_t place_;
  };

  /// @param name of the run's task in snapshots and errors
  explicit task_graph(std::string name = "graph") : name_(std::move(name)) {}

  /// Adds a task. The body is called as `body(task_context)` or `body()` and returns what any body
  /// may, see spawn(); each run has a copy of it.
  /// @param configure is given the builder of the task, which has its name, and returns it with
  /// more said: `[](auto task) { return task.timeout(30s).blocking(); }`. Called whenever the task
  /// is about to be started; what it throws is the task's failure.
  /// @throws std::invalid_argument if there is a task of that name, or it is empty
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

  /// The same without more to say.
  template <class F>
  added add(std::string name, F&& body) {
    return add(std::move(name), std::forward<F>(body), [](auto task) { return task; });
  }

  /// How many tasks may run at the same time. Default: as many as can.
  /// @throws std::invalid_argument for 0
  task_graph& at_once(std::size_t tasks);

  /// What the failure of a task does to those that do not depend on it. Default:
  /// graph_failure::leave_others.
  task_graph& on_failure(graph_failure what);

  /// Called with each change of a task from one state to another, from `running` on, in the order
  /// in which they happen: by any thread, by one at a time. It should be quick, and must not use
  /// the run; what it throws goes to the log.
  task_graph& observe(std::function<void(const graph_change&)> observer);

  /// How many tasks it has.
  std::size_t size() const noexcept { return entries_.size(); }

  /// @throws std::invalid_argument if the graph cannot be started: a name that does not exist, a
  /// group of the name of a task, or tasks that wait for each other, which are named:
  /// "a -> b -> a"
  void check() const;

  /// Runs all tasks, under the root of the runtime; from any thread.
  /// @throws std::invalid_argument as check() does, before anything is started
  graph_run start(runtime& rt) const;
  /// Runs what is named, tasks or groups, and all that these depend on.
  /// @throws std::invalid_argument likewise, and for names that do not exist
  graph_run start(runtime& rt, const std::vector<std::string>& names) const;

  /// The same as a child of the task of `ctx`: the task does not end before the run, its
  /// cancellation is the run's, and a run in which a task failed is a child that failed.
  /// @throws std::invalid_argument likewise; cancelled if the task of `ctx` has been killed
  graph_run start(task_context ctx) const;
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

} // namespace sweet
