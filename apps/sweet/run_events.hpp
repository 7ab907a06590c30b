#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include <sweet/actors/process/process_result.hpp>
#include <sweet/messages/cancellation_level.hpp>

namespace sweet::command {

/// How a job ended that was started.
enum class job_outcome : std::uint8_t { succeeded, failed, timed_out, interrupted };

/// What happens during a run, in the order in which it happens. Jobs are places in job_file::jobs.
struct job_started {
  std::size_t job = 0;
};

struct job_ended {
  std::size_t job = 0;
  job_outcome outcome = job_outcome::succeeded;
  /// What a person reads: "exit 2", "SIGSEGV", "timed out after 10.00 s"; empty: it succeeded.
  std::string reason{};
  /// Empty: no process was started.
  std::optional<process_result> process{};
};

struct job_skipped {
  std::size_t job = 0;
  /// The need that did not succeed.
  std::size_t because = 0;
};

struct run_interrupted {
  cancellation_level level = cancellation_level::graceful;
  std::size_t running = 0;
};

using run_event = std::variant<job_started, job_ended, job_skipped, run_interrupted>;

/// The whole run.
struct run_summary {
  std::size_t succeeded = 0;
  /// Failed and timed out.
  std::size_t failed = 0;
  std::size_t skipped = 0;
  /// Stopped by an interrupt, or never started because of it.
  std::size_t interrupted = 0;
  std::chrono::nanoseconds wall{0};

  /// 0: all succeeded, 1: a job failed or was skipped, 130: the run was interrupted.
  [[nodiscard]] int exit_code() const noexcept {
    return interrupted > 0 ? 130 : failed + skipped > 0 ? 1 : 0;
  }
};

} // namespace sweet::command
