// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/task/task_context.hpp>

#include <sweet/actors/runtime/cell/limit_timers.hpp>
#include <sweet/actors/runtime/cell/recovery_record.hpp>
#include <sweet/actors/runtime/cell/task_log.hpp>
#include <sweet/actors/runtime/cell/task_outcome.hpp>
#include <sweet/actors/runtime/cell/task_reference.hpp>
#include <sweet/actors/runtime/cell/task_reports.hpp>
#include <sweet/actors/runtime/cell/task_signals.hpp>
#include <sweet/actors/runtime/cell/task_wait.hpp>
#include <sweet/actors/runtime/cell/time_limits.hpp>
#include <sweet/actors/runtime/cell/visible_task.hpp>
#include <sweet/actors/runtime/runtime.hpp>
#include <sweet/actors/runtime/threads/scheduler.hpp>
#include <sweet/actors/task/sleep.hpp>
#include <sweet/messages/cancelled.hpp>

#include <caf/actor.hpp>

#include <algorithm>

#include <utility>

namespace sweet::inline v0_5 {

task_id task_context::id() const {
  return detail::id_of(detail::visible_task(*cell_));
}

std::string task_context::name() const {
  return detail::name_of(detail::visible_task(*cell_));
}

task_id task_context::parent() const {
  auto& task = detail::visible_task(*cell_);
  return detail::id_of(detail::visible_task(*task.parent.load(std::memory_order_relaxed)));
}

std::uint32_t task_context::attempt() const noexcept {
  return detail::attempt_of(*cell_);
}

std::vector<task_id> task_context::children() const {
  std::vector<task_id> ids;
  if (detail::cell* child = cell_->children) {
    do {
      ids.push_back(detail::id_of(*child));
      child = child->next();
    } while (child != cell_->children);
  }
  return ids;
}

task_status task_context::status() const noexcept {
  return detail::status_of(*cell_);
}

task_priority task_context::priority() const noexcept {
  return cell_->priority();
}

runtime& task_context::runtime() const {
  return detail::scheduler_of(*cell_).owner();
}

std::string task_context::node() const {
  return runtime().node();
}

std::string task_context::working_directory() const {
  return detail::working_directory_of(*cell_);
}

void task_context::progress(std::uint64_t done, std::uint64_t total, std::string text) const {
  detail::set_progress(detail::visible_task(*cell_), {done, total, std::move(text)});
}

std::optional<task_metrics> task_context::metrics() const noexcept {
  return detail::metrics_of(detail::visible_task(*cell_));
}

void task_context::log(log_level level, std::string text) const {
  detail::log_as(*cell_, level, std::move(text));
}

cancellation_level task_context::level() const noexcept {
  return cell_->level();
}

std::stop_token task_context::stop_token() const {
  return detail::stop_token_of(*cell_);
}

void task_context::checkpoint() const {
  if (!detail::is_interrupted(*cell_) || detail::is_unwinding(*cell_))
    return;
  detail::note_heard(*cell_);
  throw cancelled{};
}

std::chrono::steady_clock::time_point task_context::deadline() const noexcept {
  return detail::deadline_of(*cell_);
}

std::chrono::nanoseconds task_context::time_left() const noexcept {
  const auto at = deadline();
  if (at == clock::time_point::max())
    return std::chrono::nanoseconds::max();
  return std::max(at - detail::scheduler_of(*cell_).timers().now(), clock::duration::zero());
}

caf::actor task_context::actor() const {
  return detail::actor_as<caf::actor>(detail::visible_task(*cell_));
}

sleep_awaiter task_context::sleep_for(std::chrono::nanoseconds d) const noexcept {
  return sleep_awaiter{*cell_, d};
}

yield_awaiter task_context::yield() const noexcept {
  return yield_awaiter{*cell_};
}

} // namespace sweet::inline v0_5
