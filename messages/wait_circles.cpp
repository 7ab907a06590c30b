// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/wait_circles.hpp>

#include <sweet/messages/printable.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_map>

namespace sweet::inline v0_5 {

namespace {

/// Who waits for whom, by the place of the tasks in a snapshot.
class wait_graph {
public:
  explicit wait_graph(std::span<const task_snapshot> tasks) : tasks_(tasks) {
    for (std::size_t x = 0; x < tasks.size(); ++x)
      by_id_.emplace(tasks[x].id.value, x);
    for (std::size_t x = 0; x < tasks.size(); ++x)
      if (const auto* parent = find(tasks[x].parent);
          parent != nullptr && tasks[*parent].wait.on == wait_reason::children)
        children_.emplace(*parent, x);
  }

  std::vector<wait_circle> find_circles() {
    std::vector<wait_circle> result;
    std::vector<state> seen(tasks_.size(), state::unseen);
    for (std::size_t start = 0; start < tasks_.size(); ++start)
      if (tasks_[start].wait && seen[start] == state::unseen)
        search_from(start, seen, result);
    return result;
  }

private:
  enum class state : std::uint8_t { unseen, on_path, left };

  const std::size_t* find(task_id id) const {
    const auto found = id ? by_id_.find(id.value) : by_id_.end();
    return found == by_id_.end() ? nullptr : &found->second;
  }

  std::vector<std::size_t> waited_for(std::size_t x) const {
    std::vector<std::size_t> result;
    const auto [first, last] = children_.equal_range(x);
    for (auto i = first; i != last; ++i)
      result.push_back(i->second);
    if (const auto* target = find(tasks_[x].wait.target))
      result.push_back(*target);
    return result;
  }

  /// Depth first: a wait for a task on the path closes a circle.
  void search_from(std::size_t start, std::vector<state>& seen, std::vector<wait_circle>& found) {
    struct position {
      std::size_t task;
      std::vector<std::size_t> ahead; ///< tasks that it waits for, and have not been looked at
    };
    std::vector<position> path;
    const auto enter = [&](std::size_t x) {
      seen[x] = state::on_path;
      path.push_back({x, waited_for(x)});
    };
    enter(start);
    while (!path.empty()) {
      if (path.back().ahead.empty()) {
        seen[path.back().task] = state::left;
        path.pop_back();
        continue;
      }
      const auto next = path.back().ahead.back();
      path.back().ahead.pop_back();
      if (seen[next] == state::unseen) {
        enter(next);
      } else if (seen[next] == state::on_path) {
        wait_circle circle;
        for (auto at = std::ranges::find(path, next, &position::task); at != path.end(); ++at)
          circle.push_back(tasks_[at->task].id);
        std::ranges::rotate(circle, std::ranges::min_element(circle, {}, &task_id::value));
        found.push_back(std::move(circle));
      }
    }
  }

  std::span<const task_snapshot> tasks_;
  std::unordered_map<std::uint64_t, std::size_t> by_id_;
  std::unordered_multimap<std::size_t, std::size_t> children_; ///< of those that wait for all
};

} // namespace

std::vector<wait_circle> find_wait_circles(const tree_snapshot& x) {
  return wait_graph{x.tasks}.find_circles();
}

std::string to_text(const std::vector<wait_circle>& circles, const tree_snapshot& x) {
  std::string result;
  std::unordered_map<task_id, const std::string*> names;
  if (!circles.empty())
    for (const auto& task : x.tasks)
      names.emplace(task.id, &task.name);
  const auto append = [&](task_id id) {
    result.append(to_string(id));
    if (const auto name = names.find(id); name != names.end() && !name->second->empty()) {
      result += ' ';
      detail::append_printable(result, *name->second);
    }
  };
  for (const auto& circle : circles) {
    result += "circle: ";
    for (const auto id : circle) {
      append(id);
      result += " waits for ";
    }
    append(circle.front());
    result += '\n';
  }
  return result;
}

} // namespace sweet::inline v0_5
