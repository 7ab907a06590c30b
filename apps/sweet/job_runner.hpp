#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/graph/graph_run.hpp>
#include <sweet/actors/process/orphan_guard.hpp>
#include <sweet/actors/task/async.hpp>
#include <sweet/actors/task/task_context.hpp>
#include <sweet/builders/task_graph.hpp>
#include <sweet/messages/cancellation_level.hpp>

#include <cstddef>
#include <mutex>
#include <optional>
#include <vector>

#include "event_queue.hpp"
#include "job_file.hpp"
#include "process_room.hpp"
#include "remote_jobs.hpp"
#include "service_runner.hpp"

namespace sweet::command {

/// Runs the jobs of a file as a task_graph, each job as a process, and tells what happens as
/// events. A service is a task of the graph until it serves.
///
/// The body of a job reports how the job ended, once it has begun; the graph reports the jobs whose
/// body never began.
class job_runner {
public:
  /// All arguments must outlive the run.
  /// @param at_once how many jobs may run at a time
  job_runner(const job_file& file, std::size_t at_once, event_queue& events,
             const orphan_guard& guard);

  job_runner(const job_runner&) = delete;
  job_runner& operator=(const job_runner&) = delete;

  /// Has jobs run on nodes that say so; without it, all run here. @pre start() was not called
  void use(remote_jobs& nodes) noexcept { nodes_ = &nodes; }

  /// Starts the run; call it once.
  /// @param all_own whether all orphans that this process has adopted come from its jobs
  void start(runtime& rt, bool all_own);

  /// Blocks until all is over: the jobs have ended, then the services have been stopped, then
  /// processes that have hidden from both. If there are only services, waits for their end first.
  void wait();

  /// Stops the run. Any thread.
  /// @returns how many jobs and services were running
  std::size_t interrupt(cancellation_level level);

  /// Returns the counts of the run. @pre wait() has returned
  run_summary summary() const;

private:
  static async<void> run_job(task_context ctx, job_runner* self, std::size_t job);
  static async<void> run_on_node(task_context ctx, job_runner* self, std::size_t job);
  static async<void> run_each(task_context ctx, job_runner* self, std::size_t job);

  void add(task_graph& graph, std::size_t job);
  void give_up();
  void end_strays();
  bool interrupted() const;
  void began(std::size_t job);
  void ended(job_ended end);
  /// Reports the end of a job, and throws what its task ends with unless it has succeeded.
  void report_and_throw(job_ended end);
  void changed(const graph_change& change);

  // Called under the lock.
  void report(job_ended end);

  const job_file& file_;
  const std::size_t at_once_;
  event_queue& events_;
  const orphan_guard& guard_;

  remote_jobs* nodes_ = nullptr;
  process_room room_;
  service_runner services_;
  std::optional<graph_run> run_;
  bool all_own_ = false;

  mutable std::mutex mutex_;
  std::vector<bool> begun_; ///< jobs whose body has begun, and will report the end
  run_summary summary_;
  bool interrupted_ = false;
  bool gave_up_ = false;
};

} // namespace sweet::command
