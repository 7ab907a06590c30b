#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "job_file.hpp"
#include "run_events.hpp"

namespace sweet::command {

/// Formats a rate: "623/s", "45.2/s", "3.1/min".
[[nodiscard]] std::string rate_text(double per_second);

/// How far each-jobs are, by the events of a run.
class items_progress {
public:
  /// @param file outlives it
  explicit items_progress(const job_file& file) : file_(file), jobs_(file.jobs.size()) {}

  void begin(std::size_t job, std::chrono::nanoseconds at);
  /// Counts an item. @returns how many items of its job have failed
  std::uint64_t add(const item_ended& x);
  void set_total(const items_counted& x) { jobs_[x.job].counts.total = x.total; }
  void end(std::size_t job) { jobs_[job].runs = false; }

  /// Returns "resize: 120 of 2000 items, 3 failed, 45.2/s, 42 s left" for each running each-job;
  /// empty if none runs.
  [[nodiscard]] std::string text(std::chrono::nanoseconds at) const;

private:
  struct state {
    bool runs = false;
    std::chrono::nanoseconds begun{0};
    items_summary counts;
  };

  static std::string text_of(const std::string& name, state x, std::chrono::nanoseconds at);

  const job_file& file_;
  std::vector<state> jobs_;
};

} // namespace sweet::command
