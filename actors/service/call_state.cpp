// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/service/call_state.hpp>

#include <sweet/actors/runtime/cell/cancel.hpp>
#include <sweet/actors/runtime/cell/workplace.hpp>
#include <sweet/actors/runtime/home/task_home.hpp>
#include <sweet/messages/cancellation_level.hpp>
#include <sweet/messages/duration_text.hpp>
#include <sweet/strategies/later.hpp>

#include <mutex>
#include <utility>

namespace sweet::inline v0_5::detail {

bool call_state::is_wanted() const noexcept {
  // Relaxed, here and below: a call that has just become unwanted may run to its first wait.
  return wanted_.load(std::memory_order_relaxed);
}

void call_state::begin_body(cell& body) noexcept {
  std::lock_guard guard{mutex_};
  body_ = &body;
  if (!is_wanted())
    stop_body();
}

void call_state::end_body() noexcept {
  std::lock_guard guard{mutex_};
  body_ = nullptr;
}

void call_state::stop_body() noexcept {
  if (body_ != nullptr)
    cancel_task(*body_, cancellation_level::graceful, "nobody waits for the answer to this call");
}

bool call_state::claim() noexcept {
  // Relaxed: only who is first matters; the answer has a mutex of its own.
  return !answered_.exchange(true, std::memory_order_relaxed);
}

void call_state::fail(task_error why) noexcept {
  if (claim())
    answer_with(std::move(why));
}

void call_state::expire_after(task_home& home, std::chrono::nanoseconds timeout) {
  home_ = &home;
  timeout_ = timeout;
  timer_.of = this;
  // Deferred out of the wheel's lock: cancelling a body calls functions of the user's.
  timer_.fire = [](timer_entry& e) noexcept {
    auto& fired = static_cast<timer&>(e);
    fired.kept = fired.of->shared_from_this();
    fired.of->home_->timers().defer(fired);
  };
  timer_.call = [](deferred_call& d) noexcept {
    const auto call = std::move(static_cast<timer&>(d).kept);
    call->expire();
  };
  home.timers().arm(timer_, later(home.timers().now(), timeout), timer_shard());
}

void call_state::describe(wait_view& view) const noexcept {
  view.on = wait_reason::answer;
  // Relaxed: snapshots name the task, and touch it by no more than its address.
  if (server_ != nullptr)
    view.holder = server_->load(std::memory_order_relaxed);
  if (home_ != nullptr)
    view.until = home_->timers().due_of(timer_);
}

void call_state::expire() noexcept {
  wanted_.store(false, std::memory_order_relaxed);
  fail(error_or_spare(error_code::timeout, [this] {
    return task_error{error_code::timeout, "the call was not done within " + to_text(timeout_)};
  }));
  std::lock_guard guard{mutex_};
  stop_body();
}

void call_state::abandon() noexcept {
  if (home_ != nullptr)
    home_->timers().cancel(timer_);
  if (!claim())
    return;
  wanted_.store(false, std::memory_order_relaxed);
  std::lock_guard guard{mutex_};
  stop_body();
}

} // namespace sweet::inline v0_5::detail
