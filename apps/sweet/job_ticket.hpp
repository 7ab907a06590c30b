#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <cstddef>
#include <utility>

#include "job_runner.hpp"

namespace sweet::command {

/// The right and the duty of one task to run one job. Whatever becomes of the task, also if its
/// body never runs, the runner learns that the job is over.
class job_ticket {
public:
  job_ticket(job_runner& runner, std::size_t job) noexcept : runner_(&runner), job_(job) {}

  job_ticket(job_ticket&& other) noexcept
      : runner_(std::exchange(other.runner_, nullptr)), job_(other.job_) {}

  job_ticket& operator=(job_ticket&&) = delete;

  ~job_ticket() {
    if (runner_)
      runner_->never_ran(job_);
  }

  [[nodiscard]] job_runner& runner() const noexcept { return *runner_; }

  [[nodiscard]] std::size_t job() const noexcept { return job_; }

  /// Ends the duty.
  void finish(job_ended end) { std::exchange(runner_, nullptr)->finish(std::move(end)); }

private:
  job_runner* runner_;
  std::size_t job_;
};

} // namespace sweet::command
