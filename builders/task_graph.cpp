// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/builders/task_graph.hpp>

#include <stdexcept>
#include <string_view>

namespace sweet::inline v0_5 {

namespace {

// Gathers the mistakes of a graph, so that one attempt to start shows them all.
class problems {
public:
  explicit problems(const std::string& graph) : text_("graph " + graph + ": ") {}

  void add(std::string_view what) {
    text_.append(any_ ? "; " : "").append(what);
    any_ = true;
  }

  void throw_if_any() const {
    if (any_)
      throw std::invalid_argument{text_};
  }

private:
  std::string text_;
  bool any_ = false;
};

} // namespace

task_graph::added& task_graph::added::depends_on(const std::vector<std::string>& names) {
  auto& needs = graph_.entries_[place_].needs;
  needs.insert(needs.end(), names.begin(), names.end());
  return *this;
}

task_graph::added& task_graph::added::group(std::string name) {
  graph_.entries_[place_].group = std::move(name);
  return *this;
}

task_graph::added& task_graph::added::priority(task_priority priority) {
  graph_.entries_[place_].priority = priority;
  return *this;
}

task_graph::added task_graph::add_entry(std::string name, detail::graph_starter start) {
  if (name.empty())
    throw std::invalid_argument{"graph " + name_ + ": a task has to have a name"};
  if (!places_.emplace(name, entries_.size()).second)
    throw std::invalid_argument{"graph " + name_ + ": there is a task " + name + " already"};
  entries_.push_back({.name = std::move(name),
                      .needs = {},
                      .group = {},
                      .priority = {},
                      .start = std::make_shared<const detail::graph_starter>(std::move(start))});
  return {*this, entries_.size() - 1};
}

task_graph& task_graph::at_once(std::size_t tasks) {
  if (tasks == 0)
    throw std::invalid_argument{"at_once(): give at least 1, or leave it out for no limit"};
  at_once_ = tasks;
  return *this;
}

task_graph& task_graph::on_failure(graph_failure what) {
  on_failure_ = what;
  return *this;
}

task_graph& task_graph::observe(std::function<void(const graph_change&)> observer) {
  observe_ = std::move(observer);
  return *this;
}

detail::graph_plan task_graph::plan(const std::vector<std::string>* names) const {
  detail::graph_plan result{.name = name_,
                            .tasks = {},
                            .groups = {},
                            .needs = dependency_lists(entries_.size()),
                            .selected = {},
                            .at_once = at_once_,
                            .on_failure = on_failure_,
                            .observe = observe_};
  problems wrong{name_};
  struct group {
    std::size_t part;
    std::vector<std::size_t> members;
  };
  std::unordered_map<std::string_view, group> groups;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const auto& name = entries_[i].group;
    if (name.empty())
      continue;
    auto [found, is_new] = groups.try_emplace(name, group{result.groups.size(), {}});
    found->second.members.push_back(i);
    if (!is_new)
      continue;
    result.groups.push_back(name);
    if (places_.contains(name))
      wrong.add("a task and a group are both named " + name);
  }
  auto find = [&](const std::string& name, std::vector<std::size_t>& places) {
    if (const auto task = places_.find(name); task != places_.end())
      places.push_back(task->second);
    else if (const auto some = groups.find(name); some != groups.end())
      places.insert(places.end(), some->second.members.begin(), some->second.members.end());
    else
      return false;
    return true;
  };
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const auto& e = entries_[i];
    const auto part = e.group.empty() ? result.groups.size() : groups.at(e.group).part;
    result.tasks.push_back(
        {.name = e.name, .part = part, .priority = e.priority, .start = e.start});
    for (const auto& need : e.needs)
      if (!find(need, result.needs[i]))
        wrong.add(e.name + " depends on " + need + ", which does not exist");
  }
  if (const auto cycles = find_cycles(result.needs, 1); !cycles.empty()) {
    std::vector<std::string_view> all;
    all.reserve(entries_.size());
    for (const auto& e : entries_)
      all.push_back(e.name);
    wrong.add("these wait for each other: " + to_string(cycles.front(), all));
  }
  std::vector<std::size_t> wanted;
  if (names != nullptr)
    for (const auto& name : *names)
      if (!find(name, wanted))
        wrong.add("there is no task or group " + name);
  wrong.throw_if_any();
  result.selected = names != nullptr ? with_needs(result.needs, wanted)
                                     : std::vector<bool>(entries_.size(), true);
  return result;
}

void task_graph::check() const {
  static_cast<void>(plan(nullptr));
}

graph_run task_graph::run(detail::graph_plan plan, runtime& rt) const {
  auto graph = std::make_shared<detail::running_graph>(std::move(plan), rt);
  auto task = detail::running_graph::start(graph);
  return {std::move(graph), std::move(task)};
}

graph_run task_graph::run(detail::graph_plan plan, task_context ctx) const {
  auto graph = std::make_shared<detail::running_graph>(std::move(plan), ctx.runtime());
  auto task = detail::running_graph::start(graph, ctx);
  return {std::move(graph), std::move(task)};
}

graph_run task_graph::start(runtime& rt) const {
  return run(plan(nullptr), rt);
}

graph_run task_graph::start(runtime& rt, const std::vector<std::string>& names) const {
  return run(plan(&names), rt);
}

graph_run task_graph::start(task_context ctx) const {
  return run(plan(nullptr), ctx);
}

graph_run task_graph::start(task_context ctx, const std::vector<std::string>& names) const {
  return run(plan(&names), ctx);
}

} // namespace sweet::inline v0_5
