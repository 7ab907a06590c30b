// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/sync/interval.hpp>

#include <sweet/actors/runtime/cell/workplace.hpp>
#include <sweet/actors/runtime/home/task_home.hpp>
#include <sweet/actors/runtime/runtime.hpp>
#include <sweet/actors/task/task_context.hpp>
#include <sweet/strategies/later.hpp>

#include <stdexcept>

namespace sweet::inline v0_5 {

namespace detail {

tick_arm::tick_arm(interval& of) noexcept : interval_(of) {
  fire = [](timer_entry& e) noexcept {
    auto& arm = static_cast<tick_arm&>(e);
    if (arm.claim())
      arm.who.wake();
  };
}

bool tick_arm::enter() {
  auto& timers = interval_.home_->timers();
  if (interval_.due_ <= timers.now()) {
    claim();
    return false;
  }
  timers.arm(*this, interval_.due_, timer_shard());
  return true;
}

bool tick_arm::leave() noexcept {
  // Waits for a fire() that is under way.
  return interval_.home_->timers().cancel(*this);
}

void tick_arm::describe(wait_view& view) const noexcept {
  view = {.on = wait_reason::timer, .until = interval_.due_};
}

tick_arm::value_type tick_arm::take() noexcept {
  const auto due = interval_.due_;
  interval_.due_ =
      next_tick(due, interval_.home_->timers().now(), interval_.period_, interval_.missed_);
  return due;
}

tick_arm::value_type tick_arm::nothing() const noexcept {
  return interval_.due_;
}

} // namespace detail

interval::interval(task_context ctx, std::chrono::nanoseconds period, missed_ticks missed)
    : interval(detail::home_of(detail::context_access::get(ctx)), period, missed) {}

interval::interval(runtime& rt, std::chrono::nanoseconds period, missed_ticks missed)
    : interval(rt.home(), period, missed) {}

interval::interval(detail::task_home& home, std::chrono::nanoseconds period, missed_ticks missed)
    : home_(&home), period_(period), missed_(missed), due_(home.timers().now()) {
  if (period.count() <= 0)
    throw std::invalid_argument{"the period of an interval must be positive"};
}

void interval::reset_after(std::chrono::nanoseconds d) noexcept {
  due_ = detail::later(home_->timers().now(), d);
}

} // namespace sweet::inline v0_5
