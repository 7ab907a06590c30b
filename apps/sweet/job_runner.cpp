// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "job_runner.hpp"

#include <sweet/actors/process/task_process.hpp>
#include <sweet/actors/task/cancelled.hpp>
#include <sweet/builders/async_task.hpp>
#include <sweet/messages/task_failure.hpp>

#include <algorithm>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "duration_text.hpp"
#include "job_ticket.hpp"

namespace sweet::command {

job_runner::job_runner(const job_file& file, std::size_t at_once, event_queue& events,
                       const orphan_guard& guard)
    : file_(file), events_(events), guard_(guard), plan_(file, at_once),
      groups_(file.groups.size() + 1) {
  group_of_.reserve(file.jobs.size());
  for (const auto& job : file.jobs) {
    auto at = std::find(file.groups.begin(), file.groups.end(), job.group);
    group_of_.push_back(static_cast<std::size_t>(at - file.groups.begin()));
    ++groups_[group_of_.back()].open;
  }
}

spawning_task<void> job_runner::start(runtime& rt) {
  {
    std::lock_guard lock{mutex_};
    hand_out();
  }
  return async_task::to<void>(rt)
      .name("run")
      .on_child_failure(child_failure::collect)
      .run(&run_group, this, no_group());
}

std::size_t job_runner::interrupt() {
  std::lock_guard lock{mutex_};
  interrupted_ = true;
  return running_;
}

run_summary job_runner::summary() const {
  std::lock_guard lock{mutex_};
  auto result = summary_;
  result.interrupted = file_.jobs.size() - result.succeeded - result.failed - result.skipped;
  result.wall = events_.elapsed();
  return result;
}

async<void> job_runner::run_group(task_context ctx, job_runner* self, std::size_t group) {
  if (group == self->no_group())
    self->start_groups(ctx);
  while (true) {
    async_event news;
    auto jobs = self->next_jobs(group, news);
    if (!jobs)
      co_return;
    for (auto job : *jobs)
      self->start_job(ctx, job);
    if (!jobs->empty())
      continue;
    struct at_end {
      job_runner* self;
      std::size_t group;
      ~at_end() { self->forget_news(group); }
    } forget{self, group};
    co_await news;
  }
}

async<void> job_runner::run_job(task_context ctx, job_ticket ticket) {
  auto& self = ticket.runner();
  const auto& job = self.file_.jobs[ticket.job()];
  self.events_.push(job_started{ticket.job()});
  auto started = task_process::start(ctx, self.spec_of(ticket.job()));
  if (started.is_err()) {
    ticket.finish({ticket.job(), job_outcome::failed, started.error().message(), {}});
    throw task_failure{started.error()};
  }
  auto process = std::move(started).value();
  auto interrupted = false;
  while (!process.ended()) {
    const auto level = co_await process.wait();
    // What comes first is why the job is stopped: an interrupt, or else its timeout.
    if (process.level() == cancellation_level::none)
      interrupted = self.interrupted();
    process.heed(level);
  }

  const auto stopped = process.level() != cancellation_level::none;
  const auto timed_out = stopped && !interrupted && job.timeout;
  job_ended end{ticket.job(), job_outcome::succeeded, {}, process.take()};
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
  ticket.finish(std::move(end));
  if (stopped)
    throw cancelled{};
  if (!reason.empty())
    throw std::runtime_error{reason};
}

void job_runner::start_groups(task_context ctx) {
  for (std::size_t i = 0; i < file_.groups.size(); ++i)
    (void)async_task::to<void>(ctx)
        .name(file_.groups[i])
        .on_child_failure(child_failure::collect)
        .run(&run_group, this, i);
}

void job_runner::start_job(task_context ctx, std::size_t job) {
  const auto& what = file_.jobs[job];
  auto task = async_task::to<void>(ctx).name(what.name).priority(what.priority);
  if (what.timeout)
    (void)task.timeout(*what.timeout).run(&run_job, job_ticket{*this, job});
  else
    (void)task.run(&run_job, job_ticket{*this, job});
}

process_spec job_runner::spec_of(std::size_t job) const {
  const auto& what = file_.jobs[job];
  process_spec result{what.argv};
  result.env.insert(what.env.begin(), what.env.end());
  result.cwd = what.cwd;
  result.output = process_output::capture_merged;
  guard_.mark(result);
  return result;
}

bool job_runner::interrupted() const {
  std::lock_guard lock{mutex_};
  return interrupted_;
}

void job_runner::never_ran(std::size_t job) {
  if (!interrupted()) {
    finish({job, job_outcome::failed, "its task was cancelled before it ran", {}});
    return;
  }
  std::lock_guard lock{mutex_};
  --running_;
}

void job_runner::finish(job_ended end) {
  const auto job = end.job;
  const auto outcome = end.outcome;
  std::lock_guard lock{mutex_};
  --running_;
  if (outcome == job_outcome::succeeded)
    ++summary_.succeeded;
  else if (outcome != job_outcome::interrupted)
    ++summary_.failed;
  events_.push(std::move(end));
  // After an interrupt nothing starts any more, so nothing is skipped either.
  if (interrupted_)
    return;
  close(job);
  for (const auto& skipped : plan_.finish(job, outcome == job_outcome::succeeded)) {
    ++summary_.skipped;
    events_.push(job_skipped{skipped.job, skipped.because});
    close(skipped.job);
  }
  hand_out();
}

std::optional<std::vector<std::size_t>> job_runner::next_jobs(std::size_t group,
                                                              async_event& news) {
  std::lock_guard lock{mutex_};
  auto& list = groups_[group];
  if (list.jobs.empty() && list.open == 0)
    return std::nullopt;
  if (list.jobs.empty())
    list.news = &news;
  return std::exchange(list.jobs, {});
}

void job_runner::forget_news(std::size_t group) {
  std::lock_guard lock{mutex_};
  groups_[group].news = nullptr;
}

void job_runner::hand_out() {
  for (auto job : plan_.start()) {
    auto& group = groups_[group_of_[job]];
    group.jobs.push_back(job);
    ++running_;
    if (group.news)
      std::exchange(group.news, nullptr)->set();
  }
}

void job_runner::close(std::size_t job) {
  auto& group = groups_[group_of_[job]];
  if (--group.open == 0 && group.news)
    std::exchange(group.news, nullptr)->set();
}

} // namespace sweet::command
