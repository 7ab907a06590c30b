#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <cstddef>
#include <queue>
#include <vector>

#include "job_file.hpp"

namespace sweet::command {

/// Which job may start when: those whose needs have all succeeded, the most urgent first and then
/// in the file's order, so many at once. Knows jobs by their place in the file; no threads, no
/// time.
class job_plan {
public:
  /// @param at_once how many jobs may run at a time, at least 1
  job_plan(const job_file& file, std::size_t at_once);

  job_plan(const job_plan&) = delete;
  job_plan& operator=(const job_plan&) = delete;

  /// The jobs to start now, in this order; they count as running from here on.
  [[nodiscard]] std::vector<std::size_t> start();

  /// A job that never starts, and the need that did not succeed.
  struct skipped_job {
    std::size_t job;
    std::size_t because;

    bool operator==(const skipped_job&) const = default;
  };

  /// Notes the end of a running job.
  /// @returns the jobs that will never start because of it, each after what it needs
  std::vector<skipped_job> finish(std::size_t job, bool succeeded);

  /// Whether every job has ended or was skipped.
  [[nodiscard]] bool done() const noexcept { return open_ == 0; }

private:
  struct entry {
    task_priority priority = task_priority::normal;
    bool skipped = false;
    std::size_t missing = 0;
    std::vector<std::size_t> needed_by;
  };

  struct later {
    const std::vector<entry>& jobs;

    bool operator()(std::size_t a, std::size_t b) const {
      return jobs[a].priority != jobs[b].priority ? jobs[a].priority > jobs[b].priority : a > b;
    }
  };

  std::vector<entry> jobs_;
  std::priority_queue<std::size_t, std::vector<std::size_t>, later> ready_{later{jobs_}};
  std::size_t free_;
  std::size_t open_;
};

} // namespace sweet::command
