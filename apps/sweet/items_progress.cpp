// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "items_progress.hpp"

#include <fmt/format.h>

#include "duration_text.hpp"

namespace sweet::command {

std::string rate_text(double per_second) {
  if (per_second >= 99.95)
    return fmt::format("{:.0f}/s", per_second);
  if (per_second >= 0.95)
    return fmt::format("{:.1f}/s", per_second);
  return fmt::format("{:.1f}/min", per_second * 60);
}

void items_progress::begin(std::size_t job, std::chrono::nanoseconds at) {
  jobs_[job] = {file_.jobs[job].each.has_value(), at, {}};
}

std::uint64_t items_progress::add(const item_ended& x) {
  auto& counts = jobs_[x.job].counts;
  if (x.outcome == job_outcome::succeeded)
    ++counts.succeeded;
  else if (x.outcome == job_outcome::interrupted)
    ++counts.interrupted;
  else
    ++counts.failed;
  return counts.failed;
}

std::string items_progress::text(std::chrono::nanoseconds at) const {
  std::string result;
  for (std::size_t i = 0; i < jobs_.size(); ++i)
    if (jobs_[i].runs)
      result += (result.empty() ? "" : " | ") + text_of(file_.jobs[i].name, jobs_[i], at);
  return result;
}

std::string items_progress::text_of(const std::string& name, state x, std::chrono::nanoseconds at) {
  auto& counts = x.counts;
  counts.wall = at - x.begun;
  const auto ended = counts.ended();
  auto result = counts.total ? fmt::format("{}: {} of {} items", name, ended, *counts.total)
                             : fmt::format("{}: {} items", name, ended);
  if (counts.failed > 0)
    result += fmt::format(", {} failed", counts.failed);
  if (ended == 0)
    return result;
  result += ", " + rate_text(counts.rate());
  if (counts.total && *counts.total > ended) {
    const auto left = counts.wall / static_cast<std::int64_t>(ended) *
                      static_cast<std::int64_t>(*counts.total - ended);
    result += fmt::format(", {} left", duration_text(left));
  }
  return result;
}

} // namespace sweet::command
