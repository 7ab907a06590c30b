// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "process_attempt.hpp"

#include <sweet/actors/task/on_done.hpp>
#include <sweet/actors/task/scope.hpp>
#include <sweet/messages/cancelled.hpp>

#include <sweet/actors/process/pidfd.hpp>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <poll.h>

namespace sweet::command {

namespace {

/// How long a process that was killed may take to end.
constexpr std::chrono::milliseconds patience{1000};

bool ends_within(pid_t pid, std::chrono::milliseconds time) {
  const auto process = detail::open_pidfd(pid);
  pollfd ended{process.get(), POLLIN, 0};
  if (!process)
    return errno == ESRCH;
  return ::poll(&ended, 1, static_cast<int>(time.count())) != 0;
}

} // namespace

std::shared_ptr<process_attempt>
process_attempt::watch(task_context ctx, process_room::started_process process,
                       std::optional<std::chrono::nanoseconds> limit) {
  auto made = std::make_shared<process_attempt>(ctx, std::move(process));
  const auto body = [made](task_context own) { return run(own, made); };
  try {
    const auto child =
        limit ? ctx.with_timeout(*limit, body) : ctx.scope(child_failure::collect, body);
    child.on_done([made](const task_result<void>&) { made->end(); });
  } catch (const cancelled&) {
    made->end(); // A killed task starts no child; it waits for the process itself.
  }
  return made;
}

async<void> process_attempt::run(task_context, std::shared_ptr<process_attempt> self) {
  // Release, with the acquire of end().
  self->began_.store(true, std::memory_order_release);
  auto& process = self->process_->process;
  auto stopped = stop::none;
  while (!process.ended()) {
    const auto level = co_await process.wait();
    if (stopped == stop::none && level != cancellation_level::none)
      stopped = self->task_.level() == cancellation_level::none ? stop::by_limit : stop::by_task;
    process.heed(level);
  }
  self->own_ = {stopped, process.take()};
  self->process_.reset();
  // Release, with the acquire of end().
  self->has_own_.store(true, std::memory_order_release);
}

task_process* process_attempt::unwatched() noexcept {
  return began_.load(std::memory_order_acquire) || !process_ ? nullptr : &process_->process;
}

process_result process_attempt::take() noexcept {
  if (auto* process = unwatched()) {
    result_.process = process->take();
    process_.reset();
  }
  return std::move(result_.process);
}

void process_attempt::end() {
  if (has_own_.load(std::memory_order_acquire)) {
    result_ = std::move(own_);
  } else if (!began_.load(std::memory_order_acquire)) {
    result_.stopped = task_.level() == cancellation_level::none ? stop::by_limit : stop::by_task;
    process_->process.heed(std::max(task_.level(), cancellation_level::graceful));
  } else {
    // At kill_hard the task has its outcome while the body still waits for the process that it has
    // killed. This worker gives that process a moment to end; the body needs another worker to send
    // the signal.
    result_.process.pid = pid_;
    result_.process.status.known = false;
    if (!ends_within(pid_, patience))
      result_.process.still_running.push_back(pid_);
  }
  over_.set();
}

} // namespace sweet::command
