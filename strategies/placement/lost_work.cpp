// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/placement/lost_work.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace sweet::inline v0_5 {

lost_work::lost_work(lost_work_options options) : options_(options) {
  if (options.nodes_taken_down == 0 || options.nodes_lost == 0)
    throw std::invalid_argument{"lost work: the numbers of nodes have to be positive"};
}

std::uint32_t lost_work::placed(task_id task, const incarnation& node, std::string node_name,
                                std::uint32_t budget) {
  const auto [found, is_new] = tasks_.try_emplace(task);
  auto& x = found->second;
  if (is_new)
    x.budget = budget;
  x.node = node.start();
  x.node_name = std::move(node_name);
  x.started = false;
  return ++x.attempt;
}

void lost_work::started(task_id task, std::uint32_t attempt, const incarnation& node) {
  if (auto* x = present(task, attempt, node))
    x->started = true;
}

bool lost_work::handed_back(task_id task, std::uint32_t attempt, const incarnation& node) {
  auto* x = present(task, attempt, node);
  if (x == nullptr || x->started)
    return false;
  x->node.reset();
  return true;
}

bool lost_work::result(task_id task, std::uint32_t attempt, const incarnation& node) {
  if (present(task, attempt, node) == nullptr)
    return false;
  tasks_.erase(task);
  return true;
}

void lost_work::forget(task_id task) {
  tasks_.erase(task);
}

std::vector<lost_task> lost_work::lost(const incarnation& node, const std::string& why) {
  std::vector<lost_task> all;
  for (auto found = tasks_.begin(); found != tasks_.end();) {
    const auto task = found->first;
    auto& x = found->second;
    if (x.node != node.start()) {
      ++found;
      continue;
    }
    x.node.reset();
    x.losses.push_back({x.node_name, why, x.started});
    lost_task lost{.task = task, .attempt = x.attempt + 1, .avoid = {}, .error = {}};
    for (const auto& l : x.losses)
      lost.avoid.push_back(l.name);
    lost.error = failure(x);
    if (lost.error) {
      lost.attempt = 0;
      found = tasks_.erase(found);
    } else {
      x.budget -= x.started ? 1 : 0;
      ++found;
    }
    all.push_back(std::move(lost));
  }
  return all;
}

std::optional<incarnation> lost_work::where(task_id task) const {
  const auto found = tasks_.find(task);
  return found == tasks_.end() ? std::nullopt : found->second.node;
}

std::vector<std::pair<task_id, std::uint32_t>> lost_work::on(const incarnation& node) const {
  std::vector<std::pair<task_id, std::uint32_t>> found;
  for (const auto& [task, x] : tasks_)
    if (x.node == node.start())
      found.emplace_back(task, x.attempt);
  return found;
}

lost_work::entry* lost_work::present(task_id task, std::uint32_t attempt, const incarnation& node) {
  const auto found = tasks_.find(task);
  if (found == tasks_.end() || found->second.attempt != attempt ||
      found->second.node != node.start())
    return nullptr;
  return &found->second;
}

/// Why a task that has just lost its node fails; empty if it is placed again.
task_error lost_work::failure(const entry& x) const {
  const auto taken_down = std::ranges::count(x.losses, true, &loss::started);
  std::string message;
  if (taken_down >= options_.nodes_taken_down)
    message = std::to_string(taken_down) + " nodes were lost while it ran on them";
  else if (x.losses.size() >= options_.nodes_lost)
    message = std::to_string(x.losses.size()) + " nodes were lost that it was placed on";
  else if (x.losses.back().started && x.budget == 0)
    message = "its node was lost, and it has no attempts left";
  else
    return {};
  std::vector<task_error> history;
  for (const auto& l : x.losses)
    history.emplace_back(error_code::unreachable,
                         l.name + ": " + l.why + (l.started ? "" : " (it had not started)"));
  return task_error{error_code::unreachable, message}.with_causes(std::move(history));
}

} // namespace sweet::inline v0_5
