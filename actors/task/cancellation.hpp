#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/task_reference.hpp>
#include <sweet/actors/task/shared_awaiter.hpp>
#include <sweet/messages/cancellation_answer.hpp>
#include <sweet/messages/cancellation_level.hpp>

#include <chrono>
#include <string>
#include <utility>

namespace sweet::inline v0_5 {

/// The wait for the answer to a cancellation. cancel() makes the request, and then returns the
/// wait; dropping the wait takes nothing back.
///
///     task.cancel();                                                    // and forget
///     auto answer = co_await task.cancel(sweet::cancellation_level::kill, "shutting down");
///     auto answer = task.cancel().await(2s);                            // outside of coroutines
///
/// A counted handle; thread safe as handles are. Valid after the end of the runtime, too: the
/// answer then tells how the task had ended.
class cancellation {
public:
  /// Shares the reference to the task.
  cancellation(const cancellation& other) noexcept : cell_(other.cell_), asked_(other.asked_) {
    detail::add_reference(*cell_);
  }
  /// Refers to the task of `other`.
  cancellation& operator=(const cancellation& other) noexcept {
    auto copy = other;
    std::swap(cell_, copy.cell_);
    std::swap(asked_, copy.asked_);
    return *this;
  }
  /// Drops the reference; the task is cancelled all the same.
  ~cancellation() { detail::release_reference(*cell_); }

  /// Returns the answer as of now; its outcome is `running` if the task has none yet.
  cancellation_answer now() const;

  /// Blocks until the task has an outcome, as spawning_task::await() does; at most for `timeout`,
  /// unless that is negative.
  /// @returns the answer; its outcome is `running` if the task has none yet
  /// @throws cancelled if a body calls this and its task is cancelled meanwhile
  cancellation_answer await(std::chrono::nanoseconds timeout = std::chrono::nanoseconds{-1}) const;

  /// Waits until the task has an outcome: `co_await task.cancel()` gives the cancellation_answer.
  /// Cancelling the awaiting task stops its body at this wait.
  auto operator co_await() const noexcept { return awaiter{*this}; }

  /// Raises the level of a task. For the library: handles call it.
  static cancellation request(detail::cell& c, cancellation_level level, const std::string& reason);

private:
  class awaiter : public detail::shared_awaiter_base {
  public:
    explicit awaiter(const cancellation& what) noexcept
        : shared_awaiter_base(*what.cell_), what_(what) {}
    cancellation_answer await_resume() const { return what_.now(); }

  private:
    const cancellation& what_;
  };

  cancellation(detail::cell& c, std::chrono::steady_clock::time_point asked) noexcept
      : cell_(&c), asked_(asked) {}

  detail::cell* cell_;
  std::chrono::steady_clock::time_point asked_;
};

} // namespace sweet::inline v0_5
