// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "job_runner.hpp"

#include <sweet/actors/process/end_processes.hpp>
#include <sweet/messages/cancelled.hpp>
#include <sweet/messages/task_failure.hpp>

#include <algorithm>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "duration_text.hpp"
#include "each_run.hpp"
#include "job_process.hpp"
#include "process_attempt.hpp"

namespace sweet::command {

namespace {

constexpr std::chrono::milliseconds patience_with_strays{500};

} // namespace

job_runner::job_runner(const job_file& file, std::size_t at_once, event_queue& events,
                       const orphan_guard& guard)
    : file_(file), at_once_(at_once), events_(events), guard_(guard), room_(events),
      services_(file, events, guard, room_), begun_(file.jobs.size()) {}

void job_runner::start(runtime& rt, bool all_own) {
  all_own_ = all_own;
  services_.start(rt, [this] { give_up(); });
  task_graph graph{"run"};
  graph.at_once(at_once_).observe([this](const graph_change& change) { changed(change); });
  for (std::size_t i = 0; i < file_.jobs.size(); ++i)
    add(graph, i);
  run_.emplace(graph.start(rt));
}

void job_runner::add(task_graph& graph, std::size_t place) {
  const auto& job = file_.jobs[place];
  std::vector<std::string> needs;
  needs.reserve(job.needs.size());
  for (const auto need : job.needs)
    needs.push_back(file_.jobs[need].name);
  const auto body = [this, place](task_context ctx) {
    const auto& what = file_.jobs[place];
    return what.service                   ? services_.start_service(ctx, place)
           : what.each                    ? run_each(ctx, this, place)
           : nodes_ && !what.node.empty() ? run_on_node(ctx, this, place)
                                          : run_job(ctx, this, place);
  };
  graph
      .add(job.name, body,
           // Set for an each-job only: the timeout of a single process counts from its start.
           [timeout = job.each ? job.timeout : std::nullopt](const auto& any) {
             // A job reports itself how its children have ended.
             const auto task = any.on_child_failure(child_failure::collect);
             return timeout ? task.timeout(*timeout) : task;
           })
      .depends_on(needs)
      .group(job.group)
      .priority(job.priority);
}

void job_runner::wait() {
  // The events tell the outcome; this only waits.
  (void)run_->await();
  const auto is_service = [](const job& x) { return x.service.has_value(); };
  if (std::all_of(file_.jobs.begin(), file_.jobs.end(), is_service))
    services_.wait();
  services_.stop();
  end_strays();
}

// The jobs of strays are not known, so if any job may leave daemons, all strays are spared.
void job_runner::end_strays() {
  const auto may_stay = [](const job& x) { return x.leaves_daemons; };
  if (!all_own_ || std::any_of(file_.jobs.begin(), file_.jobs.end(), may_stay))
    return;
  auto ended = end_orphans(patience_with_strays);
  if (ended.stopped > 0 || !ended.still_running.empty())
    events_.push(strays_ended{ended.stopped, std::move(ended.still_running)});
}

std::size_t job_runner::interrupt(cancellation_level level) {
  {
    std::lock_guard lock{mutex_};
    interrupted_ = true;
  }
  const auto running = run_->cancel(level) + services_.serving();
  services_.stop_soon(level);
  return running;
}

// Called by a supervisor that gives up, once its services have been started: so the run has begun.
void job_runner::give_up() {
  {
    std::lock_guard lock{mutex_};
    gave_up_ = true;
  }
  run_->cancel(cancellation_level::graceful, "a supervisor of services has given up");
}

run_summary job_runner::summary() const {
  std::lock_guard lock{mutex_};
  auto result = summary_;
  for (std::size_t i = 0; i < file_.jobs.size(); ++i) {
    if (!begun_[i] || !file_.jobs[i].service)
      continue;
    if (services_.failed(i))
      ++result.failed;
    else if (!interrupted_ && !gave_up_)
      ++result.succeeded;
  }
  result.gave_up = gave_up_;
  result.interrupted = file_.jobs.size() - result.succeeded - result.failed - result.skipped;
  result.wall = events_.elapsed();
  return result;
}

async<void> job_runner::run_job(task_context ctx, job_runner* self, std::size_t place) {
  using stop = process_attempt::stop;
  const auto& job = self->file_.jobs[place];
  const auto spec = process_of(job, self->guard_);
  auto started = self->room_.start(ctx, spec, process_room::purpose::job);
  for (retry_pause pause; !started;) {
    co_await ctx.sleep_for(pause.next());
    auto again = self->room_.start(ctx, spec, process_room::purpose::job);
    if (again)
      started.emplace(*std::move(again));
  }
  self->began(place);
  if (started->is_err()) {
    self->ended({place, job_outcome::failed, started->error().message(), {}});
    throw task_failure{started->error()};
  }
  const auto attempt = process_attempt::watch(ctx, std::move(*started).value(), job.timeout);
  for (auto level = cancellation_level::none; !attempt->is_over();)
    level = co_await attempt->wait(level);
  for (auto* process = attempt->unwatched(); process && !process->ended();)
    process->heed(co_await process->wait());

  job_ended end{place, job_outcome::succeeded, {}, attempt->take()};
  const auto& result = *end.process;
  if (attempt->stopped() == stop::by_limit) {
    end.outcome = job_outcome::timed_out;
    end.reason = "timed out after " + duration_text(*job.timeout);
  } else if (attempt->stopped() == stop::by_task) {
    end.outcome = job_outcome::interrupted;
    end.reason = to_string(result.status);
  } else if (end.reason = failure_of(result); !end.reason.empty()) {
    end.outcome = job_outcome::failed;
  }
  self->report_and_throw(std::move(end));
}

async<void> job_runner::run_on_node(task_context ctx, job_runner* self, std::size_t place) {
  self->began(place);
  const auto& what = self->file_.jobs[place];
  const auto run =
      self->nodes_->prepare(what, place, {what.argv, what.inputs, what.outputs, what.timeout});
  auto level = ctx.level();
  do {
    run->start(ctx);
    while (!run->over().is_set())
      level = co_await detail::event_access::wait_shielded(run->over(), level);
  } while (run->is_to_be_repeated(level));
  self->report_and_throw(run->end(level));
}

void job_runner::report_and_throw(job_ended end) {
  const auto reason = end.reason;
  const auto outcome = end.outcome;
  ended(std::move(end));
  if (outcome == job_outcome::interrupted)
    throw cancelled{};
  if (outcome != job_outcome::succeeded)
    throw std::runtime_error{reason};
}

async<void> job_runner::run_each(task_context ctx, job_runner* self, std::size_t place) {
  using reason = each_run::stop_reason;
  self->began(place);
  const auto& what = self->file_.jobs[place];
  const auto items = std::make_shared<each_run>(
      what, place, self->at_once_, self->events_,
      item_places{self->guard_, self->room_, what.node.empty() ? nullptr : self->nodes_});
  items->start(ctx);
  const auto stop = [&] {
    items->stop(self->interrupted() ? reason::interrupt : reason::job_timeout);
  };
  for (auto level = cancellation_level::none; !items->is_over();) {
    level = co_await items->wait(level);
    if (level != cancellation_level::none)
      stop();
  }
  // A reader of items that waits is cancelled with this task: the stream may have ended before the
  // loop called stop().
  if (items->was_cancelled())
    stop();
  auto end = items->end();
  const auto outcome = end.outcome;
  const auto why = end.reason;
  self->ended(std::move(end));
  if (outcome == job_outcome::failed)
    throw std::runtime_error{why};
  if (outcome != job_outcome::succeeded)
    throw cancelled{};
}

bool job_runner::interrupted() const {
  std::lock_guard lock{mutex_};
  return interrupted_ || gave_up_;
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
  const auto is_service = file_.jobs[change.task].service.has_value();
  if (is_service && change.state == graph_task_state::running)
    begun_[change.task] = true;
  // Once the run is stopped no job starts any more, and none is reported as skipped or failed for
  // that.
  if (interrupted_ || gave_up_ || !is_settled(change.state))
    return;
  if (is_service && begun_[change.task]) {
    if (change.state != graph_task_state::completed)
      events_.push(job_ended{change.task,
                             job_outcome::failed,
                             "did not start: " + change.error.root_cause().message(),
                             {}});
    return;
  }
  if (begun_[change.task])
    return;
  if (change.state != graph_task_state::skipped)
    return report({change.task, job_outcome::failed, change.error.message(), {}});
  ++summary_.skipped;
  events_.push(job_skipped{change.task, change.because});
}

} // namespace sweet::command
