// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/task/async_event.hpp>

#include <sweet/actors/runtime/cell/task_signals.hpp>
#include <sweet/actors/runtime/cell/task_wait.hpp>

#include <stdexcept>

namespace sweet::inline v0_5 {

void async_event::set() noexcept {
  const auto before = state_.exchange(was_set, std::memory_order_acq_rel);
  if (before != 0 && before != was_set)
    detail::wake(*reinterpret_cast<detail::cell*>(before));
}

bool async_event::is_set() const noexcept {
  return state_.load(std::memory_order_acquire) == was_set;
}

bool async_event::awaiter_base::start_waiting(detail::cell& c) {
  waiting_ = &c;
  source_.event = &event_;
  source_.retract = [](detail::wait_source& s, detail::cell& waiting) noexcept {
    auto expected = reinterpret_cast<std::uintptr_t>(&waiting);
    return static_cast<source&>(s).event->state_.compare_exchange_strong(
        expected, 0, std::memory_order_acq_rel, std::memory_order_acquire);
  };
  c.begin_wait(source_);
  std::uintptr_t expected = 0;
  if (event_.state_.compare_exchange_strong(expected, reinterpret_cast<std::uintptr_t>(&c),
                                            std::memory_order_acq_rel, std::memory_order_acquire))
    return true;
  c.end_wait();
  if (expected != was_set)
    throw std::logic_error{
        "another task waits for this async_event already: it has one waiter at a "
        "time; give each task an event of its own, or let them await a task"};
  return false;
}

cancellation_level async_event::shielded_awaiter::await_resume() const noexcept {
  return waiting_ != nullptr ? waiting_->level() : source_.shield;
}

} // namespace sweet::inline v0_5
