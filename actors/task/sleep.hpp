#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/task_wait.hpp>
#include <sweet/actors/runtime/time/timer_wheel.hpp>
#include <sweet/actors/task/awaiting_task.hpp>
#include <sweet/messages/cancelled.hpp>

#include <chrono>

namespace sweet {

/// What task_context::sleep_for() returns. Awaited at once, by the task's own coroutine.
class sleep_awaiter {
public:
  sleep_awaiter(detail::cell& c, std::chrono::nanoseconds d) noexcept : cell_(&c), duration_(d) {}

  bool await_ready() const noexcept { return duration_.count() <= 0; }
  void await_suspend(detail::awaiting_task h) {
    h.check_owns(*cell_);
    start_waiting();
  }
  /// @throws cancelled if the wait was interrupted
  void await_resume() const {
    if (duration_.count() <= 0 || timer_.fired) [[likely]]
      return;
    detail::note_thrown(*cell_);
    throw cancelled{};
  }

private:
  void start_waiting() noexcept;

  struct timer : detail::timer_entry, detail::wait_source {
    detail::cell* sleeper = nullptr;
    bool fired = false;
  };

  detail::cell* cell_;
  std::chrono::nanoseconds duration_;
  timer timer_;
};

/// What task_context::yield() returns. Awaited at once, by the task's own coroutine.
class yield_awaiter {
public:
  explicit yield_awaiter(detail::cell& c) noexcept : cell_(&c) {}

  bool await_ready() const noexcept { return false; }
  void await_suspend(detail::awaiting_task h) const {
    h.check_owns(*cell_);
    cell_->begin_yield();
  }
  /// @throws cancelled if the task has been cancelled
  void await_resume() const;

private:
  detail::cell* cell_;
};

} // namespace sweet
