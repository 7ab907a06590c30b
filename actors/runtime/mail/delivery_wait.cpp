// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/mail/delivery_wait.hpp>

#include <sweet/actors/runtime/cell/block_layout.hpp>
#include <sweet/actors/runtime/cell/task_signals.hpp>
#include <sweet/actors/runtime/cell/task_wait.hpp>
#include <sweet/actors/runtime/cell/workplace.hpp>
#include <sweet/actors/runtime/home/task_home.hpp>
#include <sweet/messages/cancelled.hpp>
#include <sweet/strategies/later.hpp>

#include <mutex>
#include <utility>

namespace sweet::inline v0_5::detail {

delivery_wait::delivery_wait(cell& self, wait_reason reason) noexcept
    : task_(self), reason_(reason) {
  static constexpr wait_ops operations{
      .retract = [](wait_source& s,
                    cell&) noexcept { return static_cast<delivery_wait&>(s).retract_wait(); },
      .describe =
          [](const wait_source& s, wait_view& view) noexcept {
            static_cast<const delivery_wait&>(s).describe(view);
          }};
  wait_source::ops = &operations;
  timer_entry::fire = [](timer_entry& e) noexcept {
    auto& wait = static_cast<delivery_wait&>(e);
    cell& task = wait.task_;
    if (wait.end(over | expired) == handover::wakes)
      wake(task);
  };
}

void delivery_wait::expire_after(std::chrono::nanoseconds timeout) noexcept {
  // Most waits are for ever, and need no timer.
  if (timeout == std::chrono::nanoseconds::max())
    return;
  task_home& home = home_of(task_);
  armed_ = true;
  home.timers().arm(*this, later(home.timers().now(), timeout), timer_shard());
}

delivery_wait::handover delivery_wait::end(std::uint8_t how) noexcept {
  auto s = state_.load(std::memory_order_relaxed);
  do
    if ((s & over) != 0)
      return handover::refused;
  while (!state_.compare_exchange_weak(s, static_cast<std::uint8_t>(s | how),
                                       std::memory_order_acq_rel, std::memory_order_relaxed));
  return (s & waiting) != 0 ? handover::wakes : handover::accepted;
}

void delivery_wait::stop() noexcept {
  if (std::exchange(armed_, false))
    home_of(task_).timers().cancel(*this);
  if (std::exchange(stopped_, true))
    return;
  // The thread that hands something over has taken the wait out of its place before, and is done
  // with it.
  if ((state_.load(std::memory_order_acquire) & (over | expired)) == over)
    return;
  std::lock_guard guard{mutex_of(task_)};
  leave();
}

bool delivery_wait::is_over() const noexcept {
  return (state_.load(std::memory_order_acquire) & over) != 0;
}

bool delivery_wait::has_expired() const noexcept {
  return (state_.load(std::memory_order_acquire) & expired) != 0;
}

bool delivery_wait::announce() noexcept {
  auto s = state_.load(std::memory_order_acquire);
  do
    if ((s & over) != 0)
      return false;
  // Acquire, even if this fails: shows what has been handed over.
  while (!state_.compare_exchange_weak(s, static_cast<std::uint8_t>(s | waiting),
                                       std::memory_order_acq_rel, std::memory_order_acquire));
  return true;
}

bool delivery_wait::retract_wait() noexcept {
  constexpr auto others = static_cast<std::uint8_t>(~waiting);
  return (state_.fetch_and(others, std::memory_order_acq_rel) & over) == 0;
}

void delivery_wait::describe(wait_view& view) const noexcept {
  view.on = reason_;
  view.holder = expected_from_;
  if (armed_)
    view.until = home_of(task_).timers().due_of(*this);
}

bool delivery_wait::suspend() noexcept {
  // The wait is announced to the task first: the delivery may come, and wake the task, before
  // announce() returns.
  task_.begin_wait(*this);
  if (announce())
    return true;
  task_.end_wait();
  return false;
}

void delivery_wait::finish() {
  stop();
  // A delivery that came while the wait was being interrupted is not lost: the next wait is
  // interrupted.
  if (is_over())
    return;
  note_heard(task_);
  throw cancelled{};
}

} // namespace sweet::inline v0_5::detail
