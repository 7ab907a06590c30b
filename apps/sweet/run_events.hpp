#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <sys/types.h>

#include <sweet/actors/process/process_result.hpp>
#include <sweet/messages/cancellation_level.hpp>

namespace sweet::command {

/// How a started job has ended.
enum class job_outcome : std::uint8_t { succeeded, failed, timed_out, interrupted };

/// What happens during a run, in the order in which it happens. Jobs are places in job_file::jobs.
struct job_started {
  std::size_t job = 0;
};

/// What has become of the items of an each-job.
struct items_summary {
  std::uint64_t succeeded = 0;
  /// Failed and timed out.
  std::uint64_t failed = 0;
  /// Items that were stopped before they had an outcome of their own.
  std::uint64_t interrupted = 0;
  /// How many there are; empty: their source was not read to its end.
  std::optional<std::uint64_t> total{};
  std::chrono::nanoseconds wall{0};

  [[nodiscard]] std::uint64_t ended() const noexcept { return succeeded + failed + interrupted; }

  /// How many have ended per second.
  [[nodiscard]] double rate() const noexcept {
    const auto seconds = std::chrono::duration<double>(wall).count();
    return seconds > 0 ? static_cast<double>(ended()) / seconds : 0;
  }
};

struct job_ended {
  std::size_t job = 0;
  job_outcome outcome = job_outcome::succeeded;
  /// What a person reads: "exit 2", "SIGSEGV", "timed out after 10.00 s"; empty: it succeeded.
  std::string reason{};
  /// Empty: no process was started.
  std::optional<process_result> process{};
  /// Empty: it is no each-job.
  std::optional<items_summary> items{};
};

/// An item of an each-job, after its last attempt.
struct item_ended {
  std::size_t job = 0;
  /// Counted from 0, in the order of the source.
  std::uint64_t index = 0;
  std::string item{};
  job_outcome outcome = job_outcome::succeeded;
  /// What a person reads, as for a job; empty: the item succeeded.
  std::string reason{};
  std::uint32_t attempts = 0;
  /// Empty: no process was started.
  std::optional<process_result> process{};
};

/// The source of an each-job has come to its end.
struct items_counted {
  std::size_t job = 0;
  std::uint64_t total = 0;
};

struct job_skipped {
  std::size_t job = 0;
  /// The need that did not succeed.
  std::size_t because = 0;
};

/// A process of a service serves. The event job_started has told its start; a job_ended of a
/// service tells that its first start has failed.
struct service_ready {
  std::size_t job = 0;
  /// From the start of the process.
  std::chrono::nanoseconds after{0};
};

/// How a process of a service ended: because it was told to, by itself with success, or otherwise.
enum class service_end : std::uint8_t { stopped, ended, failed };

struct service_ended {
  std::size_t job = 0;
  service_end how = service_end::stopped;
  /// What a person reads: "exit 0", "SIGKILL", or why no process was started.
  std::string reason{};
  /// Whether the end calls for a restart.
  bool restarts = false;
  /// Empty: no process was started. Its output is the last lines.
  std::optional<process_result> process{};
  /// What the last check of the service has said and printed; empty: the service served, or has no
  /// check.
  std::string last_check{};
};

/// A supervisor has restarted services too often and has given up, which ends the run.
struct supervisor_failed {
  /// A place in job_file::supervisors.
  std::size_t supervisor = 0;
  /// What the supervisor has restarted, when and why.
  std::string reason{};
};

/// Processes whose jobs are not known were still there when all jobs had ended.
struct strays_ended {
  /// How many were stopped.
  std::size_t stopped = 0;
  /// The processes that could not be stopped.
  std::vector<pid_t> still_running{};
};

struct run_interrupted {
  /// `none`: the interrupt came before any job was started, and none will be.
  cancellation_level level = cancellation_level::graceful;
  std::size_t running = 0;
};

/// Jobs wait for a node.
struct jobs_wait {
  std::string why;
};

using run_event =
    std::variant<job_started, job_ended, job_skipped, item_ended, items_counted, service_ready,
                 service_ended, supervisor_failed, strays_ended, run_interrupted, jobs_wait>;

/// The whole run.
struct run_summary {
  std::size_t succeeded = 0;
  /// Failed and timed out.
  std::size_t failed = 0;
  std::size_t skipped = 0;
  /// Stopped by an interrupt or because a supervisor failed, or never started because of it.
  std::size_t interrupted = 0;
  std::chrono::nanoseconds wall{0};
  /// Whether a supervisor failed.
  bool gave_up = false;

  /// 0: all succeeded, 1: a job or supervisor failed or a job was skipped, 130: the run was
  /// interrupted.
  [[nodiscard]] int exit_code() const noexcept {
    return interrupted > 0 && !gave_up ? 130 : failed + skipped > 0 ? 1 : 0;
  }
};

} // namespace sweet::command
