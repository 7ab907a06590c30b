// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "link_supervisors.hpp"

#include <sweet/strategies/dependencies/dependency_cycles.hpp>
#include <sweet/strategies/dependencies/dependency_plan.hpp>

#include <algorithm>
#include <set>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "job_keys.hpp"

namespace sweet::command {

namespace {

// Lists all places, each after the places that it needs. @pre no cycle
std::vector<std::size_t> in_order(const dependency_lists& needs) {
  std::vector<std::size_t> result;
  dependency_plan plan{needs, {}, 1};
  for (auto next = plan.start(); !next.empty(); next = plan.start()) {
    result.push_back(next.front());
    plan.finish(next.front(), graph_task_state::completed);
  }
  return result;
}

// Lists for each supervisor the supervisors of the services that its own services need, also by way
// of jobs.
dependency_lists needs_of_supervisors(const job_file& file) {
  dependency_lists needs;
  for (const auto& job : file.jobs)
    needs.push_back(job.needs);
  std::vector<std::set<std::size_t>> below(file.jobs.size());
  dependency_lists result(file.supervisors.size());
  for (const auto place : in_order(needs)) {
    const auto& job = file.jobs[place];
    for (const auto need : job.needs) {
      below[place].insert(below[need].begin(), below[need].end());
      if (file.jobs[need].service)
        below[place].insert(file.jobs[need].service->supervisor);
    }
    if (!job.service)
      continue;
    const auto own = job.service->supervisor;
    for (const auto other : below[place])
      if (other != own)
        result[own].push_back(other);
  }
  return result;
}

void sort_supervisors(job_file& file, const std::vector<std::size_t>& order) {
  std::vector<std::size_t> place_of(order.size());
  std::vector<supervisor_settings> sorted;
  for (const auto from : order) {
    place_of[from] = sorted.size();
    sorted.push_back(std::move(file.supervisors[from]));
  }
  file.supervisors = std::move(sorted);
  for (auto& job : file.jobs)
    if (job.service)
      job.service->supervisor = place_of[job.service->supervisor];
}

// A value that could not be read has been reported already.
void refuse_keys_of_services(const table_entry& group, error_list& errors) {
  for (const auto& key : job_keys()) {
    const auto found = group.given.find(key.name);
    if (found != group.given.end() && found->second.good && !key.places.has(key_place::group))
      errors.add(found->second.place,
                 fmt::format("`{}` in [group.{}] is for services, and the group has none; remove "
                             "it, or add kind = \"service\" to a job of it",
                             key.name, group.name.value));
  }
}

} // namespace

void link_supervisors(job_file& file, const std::vector<table_entry>& groups, error_list& errors) {
  std::unordered_map<std::string_view, std::size_t> of_group;
  for (auto& job : file.jobs) {
    if (!job.service)
      continue;
    auto place = file.supervisors.size();
    if (!job.group.empty())
      place = of_group.emplace(job.group, place).first->second;
    if (place == file.supervisors.size())
      file.supervisors.push_back({.name = job.group.empty() ? job.name : job.group});
    job.service->supervisor = place;
  }
  std::vector<text_place> places(file.supervisors.size());
  for (const auto& group : groups) {
    const auto found = of_group.find(group.name.value);
    if (found == of_group.end()) {
      refuse_keys_of_services(group, errors);
      continue;
    }
    places[found->second] = group.name.place;
    auto& settings = file.supervisors[found->second];
    auto name = std::move(settings.name);
    settings = group.supervisor;
    settings.name = std::move(name);
  }
  if (!errors.empty() || file.supervisors.empty())
    return;
  const auto needs = needs_of_supervisors(file);
  for (const auto& cycle : find_cycles(needs)) {
    std::string text;
    for (const auto place : cycle.nodes)
      text += file.supervisors[place].name + " -> ";
    errors.add(places[cycle.nodes.back()],
               fmt::format("services of these groups need each other, so none could be stopped "
                           "first: {}{}; put them into one group",
                           text, file.supervisors[cycle.nodes.front()].name));
  }
  if (errors.empty())
    sort_supervisors(file, in_order(needs));
}

} // namespace sweet::command
