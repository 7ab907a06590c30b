// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/task/async_event.hpp>

#include <sweet/actors/runtime/cell/task_signals.hpp>
#include <sweet/actors/runtime/cell/task_wait.hpp>

#include <stdexcept>

namespace sweet::inline v0_5 {

void async_event::set() noexcept {
  const auto before = state_.exchange(was_set, std::memory_order_acq_rel);
  if (before == 0 || before == was_set)
    return;
  auto& w = *reinterpret_cast<detail::event_waiter*>(before);
  w.event_set(w);
}

bool async_event::is_set() const noexcept {
  return state_.load(std::memory_order_acquire) == was_set;
}

bool async_event::enter(detail::event_waiter& w) {
  std::uintptr_t expected = 0;
  if (state_.compare_exchange_strong(expected, reinterpret_cast<std::uintptr_t>(&w),
                                     std::memory_order_acq_rel, std::memory_order_acquire))
    return true;
  if (expected != was_set)
    throw std::logic_error{
        "another task waits for this async_event already: it has one waiter at a "
        "time; give each task an event of its own, or let them await a task"};
  return false;
}

bool async_event::leave(detail::event_waiter& w) noexcept {
  auto expected = reinterpret_cast<std::uintptr_t>(&w);
  return state_.compare_exchange_strong(expected, 0, std::memory_order_acq_rel,
                                        std::memory_order_acquire);
}

bool async_event::awaiter_base::start_waiting(detail::cell& c) {
  source_.event = &event_;
  source_.task = &c;
  source_.event_set = [](detail::event_waiter& w) noexcept {
    detail::wake(*static_cast<source&>(w).task);
  };
  source_.retract = [](detail::wait_source& s, detail::cell&) noexcept {
    auto& waiting = static_cast<source&>(s);
    return waiting.event->leave(waiting);
  };
  c.begin_wait(source_);
  try {
    if (event_.enter(source_))
      return true;
  } catch (...) {
    c.end_wait();
    throw;
  }
  c.end_wait();
  return false;
}

cancellation_level async_event::shielded_awaiter::await_resume() const noexcept {
  return source_.task != nullptr ? source_.task->level() : source_.shield;
}

} // namespace sweet::inline v0_5
