// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "link_entries.hpp"

#include <sweet/strategies/dependencies/dependency_cycles.hpp>

#include <algorithm>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "did_you_mean.hpp"
#include "job_file_each.hpp"
#include "job_keys.hpp"
#include "link_supervisors.hpp"

namespace sweet::command {

namespace {

constexpr std::size_t none = static_cast<std::size_t>(-1);

struct edge {
  std::size_t to;
  text_place place;
};

// Jobs and groups as one graph: a job waits for its own needs and for those of its group, a group
// for its members. Nodes are the jobs in order, then the groups in order.
class need_graph {
public:
  need_graph(job_file_entries& entries, error_list& errors)
      : entries_(entries), errors_(errors), edges_(entries.jobs.size() + entries.groups.size()),
        group_of_(entries.jobs.size(), none) {
    name_nodes();
    find_groups();
    find_needs();
    find_cycles();
  }

  // The place of a job's group in the entries, or `none`.
  [[nodiscard]] std::size_t group_of(std::size_t job) const { return group_of_[job]; }

  // The jobs that a job waits for: ascending, each once.
  [[nodiscard]] std::vector<std::size_t> needs_of(std::size_t job) const {
    std::vector<std::size_t> result;
    for (const auto& need : edges_[job]) {
      if (need.to < job_count()) {
        result.push_back(need.to);
      } else {
        for (const auto& member : edges_[need.to])
          result.push_back(member.to);
      }
    }
    std::sort(result.begin(), result.end());
    result.erase(std::unique(result.begin(), result.end()), result.end());
    return result;
  }

private:
  [[nodiscard]] std::size_t job_count() const { return entries_.jobs.size(); }

  void name_nodes() {
    for (std::size_t i = 0; i < job_count(); ++i)
      nodes_.emplace(entries_.jobs[i].name.value, i);
    for (std::size_t i = 0; i < entries_.groups.size(); ++i) {
      const auto& name = entries_.groups[i].name;
      auto [found, added] = nodes_.emplace(name.value, job_count() + i);
      if (!added)
        errors_.add(
            std::max(name.place, entries_.jobs[found->second].name.place),
            fmt::format(
                "a job and a group are both named `{}`; rename one, since `needs` may mean either",
                name.value));
    }
    known_.reserve(nodes_.size());
    for (const auto& [name, node] : nodes_)
      known_.push_back(name);
    // The map has no order, and equally near names must give the same advice every time.
    std::sort(known_.begin(), known_.end());
  }

  void find_groups() {
    std::vector<std::string_view> known;
    known.reserve(entries_.groups.size());
    for (const auto& group : entries_.groups)
      known.push_back(group.name.value);
    for (std::size_t i = 0; i < job_count(); ++i) {
      const auto& job = entries_.jobs[i];
      if (!job.group)
        continue;
      auto found = std::find(known.begin(), known.end(), job.group->value);
      if (found == known.end()) {
        errors_.add(job.group->place,
                    fmt::format("job `{}` is in group `{}`, which does not exist{}", job.name.value,
                                job.group->value,
                                hint(job.group->value, known,
                                     fmt::format("add [group.{}]", job.group->value))));
        continue;
      }
      group_of_[i] = static_cast<std::size_t>(found - known.begin());
      edges_[job_count() + group_of_[i]].push_back({i, job.group->place});
    }
    for (std::size_t i = 0; i < entries_.groups.size(); ++i) {
      const auto& name = entries_.groups[i].name;
      if (edges_[job_count() + i].empty())
        errors_.add(
            name.place,
            fmt::format("group `{0}` has no job; write group = \"{0}\" in a job, or remove it",
                        name.value));
    }
  }

  void find_needs() {
    std::vector<std::vector<edge>> of_group;
    of_group.reserve(entries_.groups.size());
    for (const auto& group : entries_.groups)
      of_group.push_back(look_up("group", group));
    for (std::size_t i = 0; i < job_count(); ++i) {
      edges_[i] = look_up("job", entries_.jobs[i]);
      if (group_of_[i] != none) {
        const auto& more = of_group[group_of_[i]];
        edges_[i].insert(edges_[i].end(), more.begin(), more.end());
      }
    }
  }

  std::vector<edge> look_up(std::string_view kind, const table_entry& entry) {
    std::vector<edge> result;
    for (const auto& need : entry.needs) {
      auto found = nodes_.find(need.value);
      if (found != nodes_.end())
        result.push_back({found->second, need.place});
      else
        errors_.add(need.place,
                    fmt::format("{} `{}` needs `{}`, which does not exist{}", kind,
                                entry.name.value, need.value,
                                hint(need.value, known_, "add it, or remove the need")));
    }
    return result;
  }

  static std::string hint(std::string_view name, const std::vector<std::string_view>& known,
                          std::string_view otherwise) {
    auto near = did_you_mean(name, known);
    return near.empty() ? fmt::format("; {}", otherwise) : near;
  }

  void find_cycles() {
    dependency_lists needs;
    for (const auto& edges : edges_) {
      auto& own = needs.emplace_back();
      for (const auto& edge : edges)
        own.push_back(edge.to);
    }
    for (const auto& cycle : sweet::find_cycles(needs)) {
      std::string text;
      for (const auto node : cycle.nodes)
        text += fmt::format("{} -> ", node_text(node));
      errors_.add(edges_[cycle.nodes.back()][cycle.closing_need].place,
                  fmt::format("these wait for each other: {}{}; remove one of the needs", text,
                              node_text(cycle.nodes.front())));
    }
  }

  [[nodiscard]] std::string node_text(std::size_t node) const {
    return node < job_count()
               ? entries_.jobs[node].name.value
               : fmt::format("group {}", entries_.groups[node - job_count()].name.value);
  }

  job_file_entries& entries_;
  error_list& errors_;
  std::vector<std::vector<edge>> edges_;
  std::vector<std::size_t> group_of_;
  std::unordered_map<std::string_view, std::size_t> nodes_;
  std::vector<std::string_view> known_;
};

// Merges the settings of its group into a job. The needs of the group are among `needs`.
job merged(table_entry own, const table_entry* group, std::vector<std::size_t> needs) {
  const auto place = own.kind == job_kind::service ? key_place::service : key_place::job;
  if (group)
    for (const auto& key : job_keys())
      if (key.places.has(place) && group->given.contains(key.name))
        key.field.inherit(own, *group, own.given.contains(key.name));
  job result{std::move(static_cast<job_settings&>(own)),
             std::move(own.name.value),
             {},
             std::move(needs),
             {}};
  if (group)
    result.group = group->name.value;
  if (own.kind == job_kind::service)
    result.service = std::move(own.service);
  return result;
}

// Standard input that one job has read is gone for the others.
void check_standard_input(const std::vector<table_entry>& jobs, error_list& errors) {
  const table_entry* reader = nullptr;
  for (const auto& job : jobs) {
    if (!job.each || !job.each->reads_standard_input())
      continue;
    if (reader)
      errors.add(job.given.at("each").place,
                 fmt::format("both `{}` and `{}` take their items from standard input; give one of "
                             "them a file",
                             reader->name.value, job.name.value));
    reader = &job;
  }
}

// The files of an each-job have places for its items, as its command has.
void read_files_of_items(job& to, text_place place, error_list& errors) {
  if (!to.each)
    return;
  if (const auto problem = read_each_files(to); !problem.empty())
    errors.add(place, fmt::format("`inputs` and `outputs` of job `{}`: {}", to.name, problem));
}

} // namespace

job_file link_entries(job_file_entries entries, error_list& errors) {
  job_file result;
  // If there are other errors, one of them may stand where a job was meant.
  if (entries.jobs.empty() && errors.empty())
    errors.add({1, 1}, R"(there is no job in this file; add [job.NAME] with run = "COMMAND")");
  need_graph graph{entries, errors};
  check_standard_input(entries.jobs, errors);
  for (std::size_t i = 0; i < entries.jobs.size(); ++i) {
    auto group = graph.group_of(i);
    const auto place = entries.jobs[i].name.place;
    result.jobs.push_back(merged(std::move(entries.jobs[i]),
                                 group == none ? nullptr : &entries.groups[group],
                                 graph.needs_of(i)));
    read_files_of_items(result.jobs.back(), place, errors);
  }
  link_supervisors(result, entries.groups, errors);
  for (auto& group : entries.groups)
    result.groups.push_back(std::move(group.name.value));
  return result;
}

} // namespace sweet::command
