#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/runtime.hpp>
#include <sweet/actors/task/async_event.hpp>
#include <sweet/actors/task/task_context.hpp>
#include <sweet/messages/cancellation_level.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "interrupt_signals.hpp"
#include "job_file.hpp"
#include "node_options.hpp"
#include "run_events.hpp"
#include "visit_log.hpp"

namespace sweet::command {

/// What a node is to run, of a job or for one item of it.
struct remote_command_line {
  std::vector<std::string> argv;
  /// Files that go along and that come back, relative to the folder of the job.
  std::vector<std::string> inputs{};
  std::vector<std::string> outputs{};
  /// Waiting for a node is a part of it.
  std::optional<std::chrono::nanoseconds> timeout{};
};

/// A command that runs on a node. For the body of a task, which gets its end also if the task is
/// cancelled meanwhile:
///
///     auto level = ctx.level();
///     do {
///       run->start(ctx);
///       while (!run->over().is_set())
///         level = co_await detail::event_access::wait_shielded(run->over(), level);
///     } while (run->is_to_be_repeated(level));
///     job_ended end = run->end(level);
class remote_job {
public:
  virtual ~remote_job() = default;

  /// Starts it on a node, as a child of the task of `ctx`.
  virtual void start(task_context ctx) = 0;
  /// Is set when that is over. Of the last start.
  virtual async_event& over() = 0;
  /// Whether its node was lost, and it may be started again.
  virtual bool is_to_be_repeated(cancellation_level level) = 0;
  /// How it has ended. @pre it is over @param level of the task
  virtual job_ended end(cancellation_level level) = 0;
};

/// Runs jobs on the nodes of a cluster. Any thread.
class remote_jobs {
public:
  virtual ~remote_jobs() = default;

  /// Prepares a command for a node. @param what the job that it belongs to; outlives the run
  virtual std::unique_ptr<remote_job> prepare(const job& what, std::size_t place,
                                              remote_command_line line) = 0;

  /// Why jobs wait for a node, one line for each reason.
  [[nodiscard]] virtual std::vector<std::string> pending() const = 0;
};

/// A cluster that was joined, or the exit code if that has failed, which standard error says.
struct joined_cluster {
  std::unique_ptr<remote_jobs> jobs;
  int code = 0;
};

/// Joins the cluster that the flags and the file name.
/// @param log gets what the runtime logs
[[nodiscard]] joined_cluster join_cluster(runtime& rt, interrupt_signals& signals,
                                          const visit_log& log, const asking_options& options);

} // namespace sweet::command
