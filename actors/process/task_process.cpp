// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/process/task_process.hpp>

#include <sweet/actors/runtime/cell/task_reports.hpp>
#include <sweet/actors/runtime/home/task_home.hpp>
#include <sweet/actors/runtime/runtime.hpp>
#include <sweet/strategies/later.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace sweet::inline v0_5 {

namespace {

detail::process_reactor& reactor_of(runtime& rt) {
  return rt.home().services().get<detail::process_reactor>();
}

// Whether an error is a shortage of something that others may give back.
bool may_pass(int error) {
  constexpr std::array errors{EMFILE, ENFILE, EAGAIN, ENOMEM, ENOSPC};
  return std::find(errors.begin(), errors.end(), error) != errors.end();
}

} // namespace

void task_process::prepare(runtime& rt) {
  reactor_of(rt);
}

bool task_process::adopt_orphans(runtime& rt) {
  return reactor_of(rt).adopt_orphans();
}

task_result<task_process> task_process::start(task_context ctx, const process_spec& spec) {
  auto s = std::make_shared<state>();
  auto placed = spec;
  placed.cwd = detail::folder_of(detail::context_access::get(ctx), spec.cwd);
  auto started = reactor_of(ctx.runtime()).start(placed, [s](process_result result) {
    s->result = std::move(result);
    s->event.set();
  });
  if (auto* failure = std::get_if<detail::spawn_failure>(&started))
    return task_error{may_pass(failure->error) ? error_code::resource_limit : error_code::io,
                      std::move(failure->message)};
  return task_process{std::move(s), std::get<detail::process_reactor::handle>(std::move(started)),
                      spec.grace};
}

task_process::task_process(std::shared_ptr<state> s, detail::process_reactor::handle handle,
                           std::chrono::milliseconds grace) noexcept
    : state_(std::move(s)), handle_(std::move(handle)), grace_(grace) {}

task_process::~task_process() {
  if (state_ && !state_->event.is_set())
    handle_.kill();
}

void task_process::heed(cancellation_level level) {
  if (level <= level_)
    return;
  level_ = level;
  if (level == cancellation_level::graceful)
    handle_.terminate(detail::in_nanoseconds(grace_));
  else
    given_up_ = handle_.kill() == EPERM;
}

process_result task_process::take() {
  if (state_->event.is_set())
    return std::move(state_->result);
  process_result unknown;
  unknown.pid = pid();
  unknown.status.known = false;
  unknown.still_running.push_back(pid());
  return unknown;
}

} // namespace sweet::inline v0_5
