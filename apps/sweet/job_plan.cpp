// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "job_plan.hpp"

namespace sweet::command {

job_plan::job_plan(const job_file& file, std::size_t at_once)
    : jobs_(file.jobs.size()), free_(at_once), open_(file.jobs.size()) {
  for (std::size_t i = 0; i < jobs_.size(); ++i) {
    jobs_[i].priority = file.jobs[i].priority;
    jobs_[i].missing = file.jobs[i].needs.size();
    for (auto need : file.jobs[i].needs)
      jobs_[need].needed_by.push_back(i);
  }
  for (std::size_t i = 0; i < jobs_.size(); ++i)
    if (jobs_[i].missing == 0)
      ready_.push(i);
}

std::vector<std::size_t> job_plan::start() {
  std::vector<std::size_t> result;
  for (; free_ > 0 && !ready_.empty(); --free_) {
    result.push_back(ready_.top());
    ready_.pop();
  }
  return result;
}

std::vector<job_plan::skipped_job> job_plan::finish(std::size_t job, bool succeeded) {
  ++free_;
  --open_;
  std::vector<skipped_job> skipped;
  if (succeeded) {
    for (auto next : jobs_[job].needed_by)
      if (--jobs_[next].missing == 0)
        ready_.push(next);
    return skipped;
  }
  // Breadth first: the list of the skipped is also that of those whose dependents are still to be
  // skipped.
  auto skip_dependents_of = [&](std::size_t lost) {
    for (auto next : jobs_[lost].needed_by) {
      if (jobs_[next].skipped)
        continue;
      jobs_[next].skipped = true;
      --open_;
      skipped.push_back({next, lost});
    }
  };
  skip_dependents_of(job);
  for (std::size_t i = 0; i < skipped.size(); ++i)
    skip_dependents_of(skipped[i].job);
  return skipped;
}

} // namespace sweet::command
