#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/process/orphan_guard.hpp>
#include <sweet/actors/task/async.hpp>
#include <sweet/actors/task/async_event.hpp>
#include <sweet/actors/task/spawning_task.hpp>
#include <sweet/actors/task/task_context.hpp>

#include <cstddef>
#include <mutex>
#include <optional>
#include <vector>

#include "event_queue.hpp"
#include "job_file.hpp"
#include "job_plan.hpp"

namespace sweet {

class runtime;

} // namespace sweet

namespace sweet::command {

class job_ticket;

/// Runs the jobs of a file as one tree of tasks: the run, below it a task for each group, below
/// that one for each job that has been started; jobs of no group lie directly below the run.
///
/// A job's task is made when the plan lets the job start, so that its timeout counts from there.
/// Each group has a list of jobs to start, which the plan fills whenever a job ends.
class job_runner {
public:
  /// All of them must outlive the tasks.
  /// @param at_once how many jobs may run at a time
  job_runner(const job_file& file, std::size_t at_once, event_queue& events,
             const orphan_guard& guard);

  /// Starts the run; call it once.
  spawning_task<void> start(runtime& rt);

  /// Says that jobs that are cancelled from now on are so because of an interrupt.
  /// @returns how many are running
  std::size_t interrupt();

  /// The counts. @pre the run has ended
  run_summary summary() const;

private:
  friend class job_ticket;

  /// The jobs of a group that are to be started.
  struct start_list {
    std::vector<std::size_t> jobs;
    /// How many jobs of the group have neither ended nor been skipped.
    std::size_t open = 0;
    /// What the group waits for while there is nothing to do.
    async_event* news = nullptr;
  };

  static async<void> run_group(task_context ctx, job_runner* self, std::size_t group);
  static async<void> run_job(task_context ctx, job_ticket ticket);

  /// Where jobs of no group are.
  std::size_t no_group() const noexcept { return groups_.size() - 1; }
  void start_groups(task_context ctx);
  void start_job(task_context ctx, std::size_t job);
  process_spec spec_of(std::size_t job) const;
  bool interrupted() const;
  void never_ran(std::size_t job);
  void finish(job_ended end);

  /// What a group has to do next: the jobs to start; none, and `news` will be set when there are
  /// some; nothing, if all its jobs are over.
  std::optional<std::vector<std::size_t>> next_jobs(std::size_t group, async_event& news);
  /// The group waits no longer.
  void forget_news(std::size_t group);

  // With the lock.
  void hand_out();
  void close(std::size_t job);

  const job_file& file_;
  event_queue& events_;
  const orphan_guard& guard_;
  std::vector<std::size_t> group_of_;

  mutable std::mutex mutex_;
  job_plan plan_;
  /// In the order of the file; at the end that of the jobs of no group.
  std::vector<start_list> groups_;
  run_summary summary_;
  std::size_t running_ = 0;
  bool interrupted_ = false;
};

} // namespace sweet::command
