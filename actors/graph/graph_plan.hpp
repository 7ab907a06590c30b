#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/task/task_context.hpp>
#include <sweet/strategies/dependencies/dependency_plan.hpp>
#include <sweet/strategies/dependencies/graph_failure.hpp>
#include <sweet/strategies/dependencies/graph_status.hpp>

#include <any>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sweet::inline v0_5::detail {

/// A task of a graph that has been started: a spawning_task<T>, which holds `task`.
struct started_task {
  cell* task = nullptr;
  std::any handle{};
};

/// Starts a task of a graph as a child of the task of `ctx`.
using graph_starter = std::function<started_task(task_context ctx, const std::string& name,
                                                 std::optional<task_priority> priority)>;

/// Describes a run of a graph: a task_graph whose names have been looked up and checked.
struct graph_plan {
  struct task {
    std::string name;
    /// The part of the tree in which the task lies: an index into `groups`, or their number for
    /// directly below the run.
    std::size_t part = 0;
    std::optional<task_priority> priority{};
    std::shared_ptr<const graph_starter> start;
  };

  std::string name;
  std::vector<task> tasks;
  std::vector<std::string> groups;
  dependency_lists needs;
  std::vector<bool> selected;
  std::size_t at_once = dependency_plan::no_limit;
  graph_failure on_failure = graph_failure::leave_others;
  std::function<void(const graph_change&)> observe;
};

} // namespace sweet::inline v0_5::detail
