// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "job_runner.hpp"

#include <sweet/actors/task/cancelled.hpp>
#include <sweet/builders/task_graph.hpp>
#include <sweet/messages/task_failure.hpp>

#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

#include "duration_text.hpp"

namespace sweet::command {

job_runner::job_runner(const job_file& file, std::size_t at_once, event_queue& events,
                       const orphan_guard& guard)
    : file_(file), at_once_(at_once), events_(events), guard_(guard), begun_(file.jobs.size()) {}

graph_run job_runner::start(runtime& rt) {
  task_graph graph{"run"};
  graph.at_once(at_once_).observe([this](const graph_change& change) { changed(change); });
  for (std::size_t i = 0; i < file_.jobs.size(); ++i) {
    const auto& job = file_.jobs[i];
    std::vector<std::string> needs;
    needs.reserve(job.needs.size());
    for (const auto need : job.needs)
      needs.push_back(file_.jobs[need].name);
    graph
        .add(
            job.name, [this, i](task_context ctx) { return run_job(ctx, this, i); },
            [timeout = job.timeout](const auto& task) {
              return timeout ? task.timeout(*timeout) : task;
            })
        .depends_on(needs)
        .group(job.group)
        .priority(job.priority);
  }
  return graph.start(rt);
}

void job_runner::interrupt() {
  std::lock_guard lock{mutex_};
  interrupted_ = true;
}

run_summary job_runner::summary() const {
  std::lock_guard lock{mutex_};
  auto result = summary_;
  result.interrupted = file_.jobs.size() - result.succeeded - result.failed - result.skipped;
  result.wall = events_.elapsed();
  return result;
}

async<void> job_runner::run_job(task_context ctx, job_runner* self, std::size_t place) {
  const auto& job = self->file_.jobs[place];
  self->began(place);
  auto started = self->start_process(ctx, place);
  if (started.is_err()) {
    self->ended({place, job_outcome::failed, started.error().message(), {}});
    throw task_failure{started.error()};
  }
  auto process = std::move(started).value();
  auto interrupted = false;
  while (!process.ended()) {
    const auto level = co_await process.wait();
    // What comes first is why the job is stopped: an interrupt, or else its timeout.
    if (process.level() == cancellation_level::none)
      interrupted = self->interrupted();
    process.heed(level);
  }

  const auto stopped = process.level() != cancellation_level::none;
  const auto timed_out = stopped && !interrupted && job.timeout;
  job_ended end{place, job_outcome::succeeded, {}, process.take()};
  const auto& result = *end.process;
  if (timed_out) {
    end.outcome = job_outcome::timed_out;
    end.reason = "timed out after " + duration_text(*job.timeout);
  } else if (stopped) {
    end.outcome = job_outcome::interrupted;
    end.reason = to_string(result.status);
  } else if (!result.status.success()) {
    end.outcome = job_outcome::failed;
    end.reason = to_string(result.status);
  } else if (result.out.error() != 0) {
    end.outcome = job_outcome::failed;
    end.reason =
        "its output could not be kept: " + std::generic_category().message(result.out.error());
  }
  const auto reason = end.outcome == job_outcome::failed ? end.reason : std::string{};
  self->ended(std::move(end));
  if (stopped)
    throw cancelled{};
  if (!reason.empty())
    throw std::runtime_error{reason};
}

task_result<task_process> job_runner::start_process(task_context ctx, std::size_t job) const {
  const auto& what = file_.jobs[job];
  process_spec spec{what.argv};
  spec.env.insert(what.env.begin(), what.env.end());
  spec.cwd = what.cwd;
  spec.output = process_output::capture_merged;
  guard_.mark(spec);
  try {
    return task_process::start(ctx, spec);
  } catch (const std::system_error& e) {
    return task_error{error_code::io, e.what()};
  }
}

bool job_runner::interrupted() const {
  std::lock_guard lock{mutex_};
  return interrupted_;
}

void job_runner::began(std::size_t job) {
  std::lock_guard lock{mutex_};
  begun_[job] = true;
  events_.push(job_started{job});
}

void job_runner::ended(job_ended end) {
  std::lock_guard lock{mutex_};
  report(std::move(end));
}

void job_runner::report(job_ended end) {
  if (end.outcome == job_outcome::succeeded)
    ++summary_.succeeded;
  else if (end.outcome != job_outcome::interrupted)
    ++summary_.failed;
  events_.push(std::move(end));
}

void job_runner::changed(const graph_change& change) {
  std::lock_guard lock{mutex_};
  // After an interrupt nothing starts any more, so nothing is skipped or fails for that either.
  if (interrupted_ || begun_[change.task] || !is_settled(change.state))
    return;
  if (change.state != graph_task_state::skipped)
    return report({change.task, job_outcome::failed, change.error.message(), {}});
  ++summary_.skipped;
  events_.push(job_skipped{change.task, change.because});
}

} // namespace sweet::command
