// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/dependencies/dependency_plan.hpp>

#include <algorithm>

namespace sweet::inline v0_5 {

dependency_plan::dependency_plan(const dependency_lists& needs,
                                 const std::vector<task_priority>& priorities, std::size_t at_once)
    : dependency_plan(needs, priorities, at_once, std::vector<bool>(needs.size(), true)) {}

dependency_plan::dependency_plan(const dependency_lists& needs,
                                 const std::vector<task_priority>& priorities, std::size_t at_once,
                                 const std::vector<bool>& selected)
    : tasks_(needs.size()), free_(at_once) {
  for (std::size_t i = 0; i < tasks_.size(); ++i) {
    if (!priorities.empty())
      tasks_[i].priority = priorities[i];
    if (!selected[i])
      continue;
    auto& own = tasks_[i].needs = needs[i];
    std::sort(own.begin(), own.end());
    own.erase(std::unique(own.begin(), own.end()), own.end());
    tasks_[i].missing = own.size();
    for (const auto need : own)
      tasks_[need].needed_by.push_back(i);
  }
  for (std::size_t i = 0; i < tasks_.size(); ++i)
    if (selected[i]) {
      ++open_;
      tasks_[i].state =
          tasks_[i].missing == 0 ? graph_task_state::ready : graph_task_state::waiting;
      if (tasks_[i].missing == 0)
        ready_.push(i);
    }
}

void dependency_plan::settle(std::size_t task, graph_task_state how, std::size_t because) {
  tasks_[task].state = how;
  tasks_[task].because = because;
  --open_;
}

std::vector<std::size_t> dependency_plan::start() {
  std::vector<std::size_t> result;
  while (free_ > 0 && !ready_.empty()) {
    const auto task = ready_.top();
    ready_.pop();
    if (tasks_[task].state != graph_task_state::ready)
      continue;
    tasks_[task].state = graph_task_state::running;
    result.push_back(task);
    --free_;
  }
  return result;
}

std::vector<std::size_t> dependency_plan::finish(std::size_t task, graph_task_state how) {
  ++free_;
  settle(task, how, none);
  std::vector<std::size_t> skipped;
  if (how == graph_task_state::completed) {
    for (const auto next : tasks_[task].needed_by)
      if (--tasks_[next].missing == 0 && tasks_[next].state == graph_task_state::waiting) {
        tasks_[next].state = graph_task_state::ready;
        ready_.push(next);
      }
    return skipped;
  }
  // Breadth first: the list of skipped tasks is also the queue of tasks whose dependents are still
  // to be skipped.
  auto skip_dependents_of = [&](std::size_t lost) {
    for (const auto next : tasks_[lost].needed_by)
      if (is_pending(next)) {
        settle(next, graph_task_state::skipped, lost);
        skipped.push_back(next);
      }
  };
  skip_dependents_of(task);
  for (std::size_t i = 0; i < skipped.size(); ++i)
    skip_dependents_of(skipped[i]);
  return skipped;
}

dependency_plan::cancellation dependency_plan::cancel(std::size_t task) {
  cancellation result;
  std::vector<bool> seen(tasks_.size());
  std::vector<std::size_t> all{task};
  seen[task] = true;
  auto cancel_one = [&](std::size_t one, std::size_t because) {
    if (is_pending(one)) {
      settle(one, graph_task_state::cancelled, because);
      result.dropped.push_back(one);
    } else if (tasks_[one].state == graph_task_state::running) {
      result.running.push_back(one);
    }
  };
  cancel_one(task, none);
  for (std::size_t i = 0; i < all.size(); ++i)
    for (const auto next : tasks_[all[i]].needed_by)
      if (!seen[next]) {
        seen[next] = true;
        all.push_back(next);
        cancel_one(next, all[i]);
      }
  return result;
}

dependency_plan::cancellation dependency_plan::cancel_all() {
  cancellation result;
  for (std::size_t i = 0; i < tasks_.size(); ++i)
    if (tasks_[i].state == graph_task_state::running)
      result.running.push_back(i);
    else if (is_pending(i)) {
      settle(i, graph_task_state::cancelled, none);
      result.dropped.push_back(i);
    }
  return result;
}

std::size_t dependency_plan::because_of(std::size_t task) const {
  const auto& t = tasks_[task];
  if (t.state != graph_task_state::waiting)
    return t.because;
  const auto missing = std::find_if(t.needs.begin(), t.needs.end(), [&](std::size_t need) {
    return tasks_[need].state != graph_task_state::completed;
  });
  return *missing;
}

std::size_t dependency_plan::count(graph_task_state state) const {
  return static_cast<std::size_t>(std::count_if(
      tasks_.begin(), tasks_.end(), [state](const entry& t) { return t.state == state; }));
}

} // namespace sweet::inline v0_5
