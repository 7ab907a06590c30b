#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/task_wait.hpp>
#include <sweet/actors/runtime/time/timer_wheel.hpp>
#include <sweet/actors/task/awaiting_task.hpp>

#include <chrono>

namespace sweet::inline v0_5 {

namespace detail {
struct sleep_access;
}

/// The wait that task_context::sleep_for() returns. It is awaited at once, by the task's own
/// coroutine.
class [[nodiscard]] sleep_awaiter {
public:
  /// Makes a wait for at least `d`. For the library.
  sleep_awaiter(detail::cell& c, std::chrono::nanoseconds d) noexcept : duration_(d) {
    timer_.sleeper = &c;
  }

  /// Takes a wait over that has not begun.
  sleep_awaiter(sleep_awaiter&& other) noexcept
      : sleep_awaiter(*other.timer_.sleeper, other.duration_) {}

  /// Tells whether the wait is over already.
  bool await_ready() const noexcept { return duration_.count() <= 0; }
  /// Suspends the task.
  /// @throws std::logic_error if the coroutine is of another task
  void await_suspend(detail::awaiting_task h) {
    h.check_owns(*timer_.sleeper);
    start_waiting();
  }
  /// Ends the wait.
  void await_resume() const noexcept {}

private:
  friend struct detail::sleep_access;

  void start_waiting() noexcept;

  struct timer : detail::timer_entry, detail::wait_source {
    detail::cell* sleeper = nullptr;
  };

  std::chrono::nanoseconds duration_;
  timer timer_;
};

namespace detail {

/// What a sleep is for, and how long it takes.
struct sleep_access {
  static cell& task(const sleep_awaiter& sleep) noexcept { return *sleep.timer_.sleeper; }
  static std::chrono::nanoseconds duration(const sleep_awaiter& sleep) noexcept {
    return sleep.duration_;
  }
};

} // namespace detail

/// The wait that task_context::yield() returns. It is awaited at once, by the task's own coroutine.
class [[nodiscard]] yield_awaiter {
public:
  /// Makes a wait for other tasks. For the library.
  explicit yield_awaiter(detail::cell& c) noexcept : cell_(&c) {}

  /// Returns false: the task always suspends.
  bool await_ready() const noexcept { return false; }
  /// Suspends the task.
  /// @throws std::logic_error if the coroutine is of another task
  void await_suspend(detail::awaiting_task h) const {
    h.check_owns(*cell_);
    cell_->begin_yield();
  }
  /// Ends the wait.
  void await_resume() const noexcept {}

private:
  detail::cell* cell_;
};

} // namespace sweet::inline v0_5
