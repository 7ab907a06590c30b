// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/task/async_event.hpp>

#include <sweet/actors/runtime/cell/task_signals.hpp>
#include <sweet/actors/runtime/cell/task_wait.hpp>

#include <stdexcept>

namespace sweet::inline v0_5 {

void async_event::set() noexcept {
  const auto who = state_.exchange(was_set, std::memory_order_acq_rel);
  if (who == 0 || who == was_set)
    return;
  if ((who & no_task) == 0)
    return detail::wake(*reinterpret_cast<detail::cell*>(who));
  auto& w = *reinterpret_cast<detail::event_waiter*>(who - no_task);
  w.event_set(w);
}

bool async_event::is_set() const noexcept {
  return state_.load(std::memory_order_acquire) == was_set;
}

bool async_event::enter(std::uintptr_t who) {
  std::uintptr_t expected = 0;
  if (state_.compare_exchange_strong(expected, who, std::memory_order_acq_rel,
                                     std::memory_order_acquire))
    return true;
  if (expected != was_set)
    throw std::logic_error{
        "another task waits for this async_event already: it has one waiter at a "
        "time; give each task an event of its own, or let them await a task"};
  return false;
}

bool async_event::leave(std::uintptr_t who) noexcept {
  return state_.compare_exchange_strong(who, 0, std::memory_order_acq_rel,
                                        std::memory_order_acquire);
}

bool async_event::awaiter_base::start_waiting(detail::cell& c) {
  static constexpr detail::wait_ops operations{
      .retract = [](detail::wait_source& s, detail::cell& waiting) noexcept {
        return static_cast<source&>(s).event->leave(reinterpret_cast<std::uintptr_t>(&waiting));
      }};
  source_.ops = &operations;
  c.begin_wait(source_);
  try {
    if (source_.event->enter(reinterpret_cast<std::uintptr_t>(&c)))
      return true;
  } catch (...) {
    c.end_wait();
    throw;
  }
  c.end_wait();
  return false;
}

cancellation_level async_event::shielded_awaiter::await_resume() const noexcept {
  return waiting_ != nullptr ? waiting_->level() : source_.shield;
}

} // namespace sweet::inline v0_5
