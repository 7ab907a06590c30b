// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "service_runner.hpp"

#include <sweet/actors/supervisor/report_ready.hpp>
#include <sweet/actors/task/on_done.hpp>
#include <sweet/actors/task/sleep.hpp>
#include <sweet/actors/task/spawn.hpp>
#include <sweet/builders/supervisor.hpp>
#include <sweet/messages/cancelled.hpp>
#include <sweet/messages/task_failure.hpp>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

#include "job_process.hpp"
#include "service_output.hpp"
#include "service_ready.hpp"

namespace sweet::command {

service_runner::service_runner(const job_file& file, event_queue& events, const orphan_guard& guard,
                               process_room& room)
    : file_(file), events_(events), guard_(guard), room_(room), states_(file.jobs.size()) {}

void service_runner::start(runtime& rt, std::function<void()> gave_up) {
  gave_up_ = std::move(gave_up);
  for (std::size_t i = 0; i < file_.supervisors.size(); ++i) {
    const auto& what = file_.supervisors[i];
    trees_.push_back(supervisor_builder<runtime>{&rt, what.strategy}
                         .name(what.name)
                         .intensity(what.max_restarts, what.period)
                         .start());
    trees_.back().task().on_done([this, i](const task_result<void>& end) {
      if (end.is_err() && end.error().code() != error_code::cancelled)
        fail(i, end.error().message());
    });
  }
}

async<void> service_runner::start_service(task_context, std::size_t place) {
  const auto& what = file_.jobs[place];
  const auto& settings = *what.service;
  const auto body = [this, place](task_context ctx) { return serve(ctx, this, place); };
  const auto& tree = trees_[settings.supervisor];
  const auto start = settings.ready
                         ? tree.start_child(what.name, body, settings.restart, says_ready{},
                                            starts_within{settings.ready->within})
                         : tree.start_child(what.name, body, settings.restart, says_ready{});
  const auto result = co_await start.result();
  if (result.is_ok())
    co_return;
  set(place, state::failed);
  throw task_failure{result.error()};
}

async<void> service_runner::serve(task_context ctx, service_runner* self, std::size_t place) {
  const auto& what = self->file_.jobs[place];
  const auto& ready = what.service->ready;
  self->began(place);

  auto output = std::make_shared<service_output>(ready ? ready->log : std::string{});
  auto spec = process_of(what, self->guard_);
  spec.on_output = [output](std::string_view bytes) { output->add(bytes); };
  auto started = self->room_.start(ctx, spec, process_room::purpose::service);
  for (retry_pause pause; !started;) {
    co_await ctx.sleep_for(pause.next());
    if (auto again = self->room_.start(ctx, spec, process_room::purpose::service))
      started.emplace(*std::move(again));
  }
  if (started->is_err()) {
    self->tell({place, service_end::failed, started->error().message(), false, {}});
    throw task_failure{started->error()};
  }
  auto running = std::move(*started).value();
  auto& process = running.process;
  // Without a check the service serves at once, with no task to tell that: even a process that ends
  // at once did run.
  std::optional<child_task<void>> watch;
  if (ready)
    watch = ctx.spawn(tell_when_ready, self, place, ctx, output);
  else
    self->serves(ctx, place, {});
  while (!process.ended())
    process.heed(co_await process.wait());
  if (watch)
    watch->cancel();

  service_ended end{place, service_end::stopped, {}, false, process.take()};
  auto& result = *end.process;
  result.out.append(output->tail());
  end.reason = to_string(result.status);
  end.last_check = output->last_check();
  if (process.level() == cancellation_level::none)
    end.how = result.status.success() ? service_end::ended : service_end::failed;
  const auto how = end.how;
  const auto reason = end.reason;
  self->tell(std::move(end));
  if (how == service_end::stopped)
    throw cancelled{};
  if (how == service_end::failed)
    throw std::runtime_error{reason};
}

async<void> service_runner::tell_when_ready(task_context ctx, service_runner* self,
                                            std::size_t place, task_context service,
                                            std::shared_ptr<service_output> output) {
  const auto from = std::chrono::steady_clock::now();
  co_await until_ready(ctx, &self->file_.jobs[place], &self->guard_, &self->room_, output);
  output->set_last_check({});
  self->serves(service, place, std::chrono::steady_clock::now() - from);
}

void service_runner::began(std::size_t place) {
  std::lock_guard lock{mutex_};
  if (states_[place] != state::serving)
    states_[place] = state::starting;
  events_.push(job_started{place});
}

void service_runner::serves(task_context service, std::size_t place,
                            std::chrono::nanoseconds after) {
  {
    std::lock_guard lock{mutex_};
    states_[place] = state::serving;
    events_.push(service_ready{place, after});
  }
  report_ready(service);
}

void service_runner::tell(service_ended end) {
  {
    std::lock_guard lock{mutex_};
    auto& s = states_[end.job];
    const auto restart = file_.jobs[end.job].service->restart;
    const auto failed = end.how == service_end::failed;
    // If the first start fails, start_service() ends the service.
    if (end.how != service_end::stopped && s == state::serving) {
      end.restarts =
          restart == restart_type::permanent || (restart == restart_type::transient && failed);
      if (!end.restarts)
        s = failed ? state::failed : state::ended;
    }
    events_.push(std::move(end));
  }
  changed_.notify_all();
}

void service_runner::wait() {
  std::unique_lock lock{mutex_};
  changed_.wait(lock, [this] {
    return stopping_ || std::count(states_.begin(), states_.end(), state::serving) == 0;
  });
}

void service_runner::stop() {
  {
    std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  for (auto tree = trees_.rbegin(); tree != trees_.rend(); ++tree) {
    tree->stop();
    // The events have told how it ended.
    (void)tree->await();
  }
}

void service_runner::stop_soon(cancellation_level level) {
  {
    std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  changed_.notify_all();
  if (level >= cancellation_level::kill)
    for (auto tree = trees_.rbegin(); tree != trees_.rend(); ++tree)
      tree->stop(level);
}

std::size_t service_runner::serving() const {
  std::lock_guard lock{mutex_};
  return static_cast<std::size_t>(std::count(states_.begin(), states_.end(), state::serving));
}

bool service_runner::failed(std::size_t job) const {
  std::lock_guard lock{mutex_};
  return states_[job] == state::failed;
}

void service_runner::set(std::size_t place, state s) {
  {
    std::lock_guard lock{mutex_};
    states_[place] = s;
  }
  changed_.notify_all();
}

void service_runner::fail(std::size_t supervisor, const std::string& message) {
  {
    std::lock_guard lock{mutex_};
    stopping_ = true;
    for (std::size_t i = 0; i < file_.jobs.size(); ++i)
      if (file_.jobs[i].service && file_.jobs[i].service->supervisor == supervisor &&
          states_[i] != state::none)
        states_[i] = state::failed;
  }
  changed_.notify_all();
  events_.push(supervisor_failed{supervisor, message});
  gave_up_();
}

} // namespace sweet::command
