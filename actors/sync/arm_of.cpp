// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/sync/arm_of.hpp>

#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/actors/runtime/cell/workplace.hpp>
#include <sweet/actors/runtime/home/task_home.hpp>
#include <sweet/strategies/later.hpp>

#include <thread>

namespace sweet::inline v0_5::detail {

namespace {

/// Claims the wait of an arm that no mutex keeps in place. @param told the last that is touched
/// here if another arm has won; otherwise the task waits for the wake-up
void claim_and_wake(wait_arm& arm, std::atomic<bool>& told) noexcept {
  const bool wakes = arm.claim();
  const sleeper who = arm.who;
  told.store(true, std::memory_order_release);
  if (wakes)
    who.wake();
}

/// Waits for the few instructions that another thread is within claim_and_wake().
void wait_until(const std::atomic<bool>& told) noexcept {
  while (!told.load(std::memory_order_acquire))
    std::this_thread::yield();
}

} // namespace

sleep_arm::sleep_arm(const sleep_awaiter& sleep) noexcept
    : sleep_arm(sleep_access::task(sleep), sleep_access::duration(sleep), std::nullopt) {}

sleep_arm::sleep_arm(cell& task, std::chrono::nanoseconds duration) noexcept
    : sleep_arm(task, duration, later(home_of(task).timers().now(), duration)) {}

sleep_arm::sleep_arm(cell& task, std::chrono::nanoseconds duration,
                     std::optional<clock::time_point> due) noexcept
    : task_(task), duration_(duration), due_(due) {
  fire = [](timer_entry& e) noexcept {
    auto& arm = static_cast<sleep_arm&>(e);
    if (arm.claim())
      arm.who.wake();
  };
}

bool sleep_arm::enter() {
  if (duration_.count() <= 0) {
    claim();
    return false;
  }
  auto& timers = home_of(task_).timers();
  if (!due_)
    due_ = later(timers.now(), duration_);
  timers.arm(*this, *due_, timer_shard());
  return true;
}

bool sleep_arm::leave() noexcept {
  // Waits for a fire() that is under way.
  return home_of(task_).timers().cancel(*this);
}

outcome_arm::outcome_arm(cell& target) noexcept : target_(target) {
  ended = [](end_waiter& w) noexcept {
    auto& arm = static_cast<outcome_arm&>(w);
    claim_and_wake(arm, arm.told_);
  };
}

bool outcome_arm::enter() {
  // Relaxed: add_waiter() publishes it, under the mutex of the task.
  told_.store(false, std::memory_order_relaxed);
  if (add_waiter(target_, *this))
    return true;
  claim();
  return false;
}

bool outcome_arm::leave() noexcept {
  if (remove_waiter(target_, *this))
    return true;
  wait_until(told_);
  return false;
}

event_arm::event_arm(async_event& event) noexcept : event_(event) {
  event_set = [](event_waiter& w) noexcept {
    auto& arm = static_cast<event_arm&>(w);
    claim_and_wake(arm, arm.told_);
  };
}

bool event_arm::enter() {
  // Relaxed: entering the event publishes it.
  told_.store(false, std::memory_order_relaxed);
  if (event_access::enter(event_, *this))
    return true;
  claim();
  return false;
}

bool event_arm::leave() noexcept {
  if (event_access::leave(event_, *this))
    return true;
  wait_until(told_);
  return false;
}

} // namespace sweet::inline v0_5::detail
