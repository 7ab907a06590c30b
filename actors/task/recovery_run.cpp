// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/task/recovery_run.hpp>

#include <sweet/actors/runtime/cell/task_meter.hpp>
#include <sweet/actors/runtime/cell/task_reference.hpp>
#include <sweet/actors/runtime/cell/task_start.hpp>
#include <sweet/actors/runtime/home/task_home.hpp>
#include <sweet/actors/task/task_context.hpp>
#include <sweet/messages/fails_with.hpp>
#include <sweet/strategies/recovery/place_in_jitter.hpp>

namespace sweet::inline v0_5::detail {

namespace {

/// Returns a number that differs from task to task and from attempt to attempt and, since the clock
/// runs on, from process to process. Under a virtual clock it is the same each time.
double jitter_of(cell& task, std::uint32_t attempt) {
  const auto now = home_of(task).timers().now().time_since_epoch().count();
  return place_in_jitter(static_cast<std::uint64_t>(now), id_of(task).value, attempt);
}

} // namespace

std::chrono::nanoseconds recovery_run::time_left() const noexcept {
  return context_access::of(task_).time_left();
}

bool recovery_run::admit() {
  wait_ = std::chrono::nanoseconds{0};
  if (plan_.breaker) {
    call_ = plan_.breaker->try_call();
    if (!call_)
      return reject("the circuit breaker is open");
  }
  if (plan_.limit) {
    const auto wait = plan_.limit->take_within(time_left());
    if (!wait)
      return reject("the rate limit would let it start at the deadline or later");
    wait_ = *wait;
    record_.stage.store(recovery_stage::rate_limited, std::memory_order_relaxed);
  }
  return true;
}

bool recovery_run::reject(const char* why) {
  call_.reset();
  error_ = task_error{error_code::rejected, why}.with_cause(std::move(error_));
  return false;
}

void recovery_run::note_attempt() noexcept {
  // No other thread writes the number.
  record_.attempt.store(record_.attempt.load(std::memory_order_relaxed) + 1,
                        std::memory_order_relaxed);
  record_.stage.store(recovery_stage::attempting, std::memory_order_relaxed);
}

void recovery_run::start_attempt(cell& child) {
  set_attempt(child);
  if (auto* meter = task_meter::find(task_))
    meter->watch(child);
  start_child(task_, child);
  child_ = &child;
}

bool recovery_run::take_error() {
  if (child_ == nullptr)
    return true;
  error_ = outcome_error(*child_);
  if (!error_)
    return false;
  abandoned_ = !child_->is_done();
  drop_child(*std::exchange(child_, nullptr));
  return true;
}

bool recovery_run::attempt_ended() {
  const bool failed = take_error();
  if (call_ && !failed)
    call_->succeeded();
  // An attempt that outlasts the deadline ends as cancelled, but tells something about the service.
  else if (call_ && (error_.code() != error_code::cancelled || time_left().count() == 0))
    call_->failed();
  call_.reset();
  return !failed;
}

bool recovery_run::tries_again() {
  if (abandoned_ || task_.level() != cancellation_level::none)
    return false;
  const auto attempt = record_.attempt.load(std::memory_order_relaxed);
  try {
    const auto delay = plan_.retry.next(error_, attempt, time_left(), jitter_of(task_, attempt));
    if (!delay)
      return false;
    wait_ = *delay;
  } catch (...) {
    error_ = error_of_exception().with_cause(std::move(error_));
    return false;
  }
  record_.stage.store(recovery_stage::backing_off, std::memory_order_relaxed);
  return true;
}

void recovery_run::fail() const {
  // A task that was cancelled itself has a reason of its own.
  if (error_.code() == error_code::cancelled && task_.level() != cancellation_level::none)
    throw cancelled{};
  throw fails_with{error_};
}

bool recovery_run::falls_back() const noexcept {
  return plan_.fallback && error_.code() != error_code::cancelled &&
         task_.level() == cancellation_level::none;
}

recovery_run::join_awaiter recovery_run::fallback() {
  record_.stage.store(recovery_stage::in_fallback, std::memory_order_relaxed);
  last_attempt_ = std::move(error_);
  const auto make = [this]() -> cell& {
    return plan_.fallback(last_attempt_, plan_.blocking_fallback);
  };
  start(make);
  return {*this, &recovery_run::fallback_ended};
}

bool recovery_run::fallback_ended() {
  if (!take_error())
    return true;
  if (error_.code() != error_code::cancelled)
    error_ = task_error{error_code::recovery_failed, "the fallback failed as well"}.with_causes(
        {std::move(last_attempt_), std::move(error_)});
  return false;
}

} // namespace sweet::inline v0_5::detail
