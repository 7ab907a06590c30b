#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/recovery_record.hpp>
#include <sweet/actors/runtime/cell/task_children.hpp>
#include <sweet/actors/runtime/cell/task_outcome.hpp>
#include <sweet/actors/runtime/cell/task_wait.hpp>
#include <sweet/actors/runtime/cell/visible_task.hpp>
#include <sweet/actors/task/awaiting_task.hpp>
#include <sweet/actors/task/recovery_plan.hpp>
#include <sweet/actors/task/take_outcome.hpp>
#include <sweet/messages/cancelled.hpp>

#include <chrono>
#include <optional>
#include <utility>

namespace sweet::inline v0_5::detail {

/// Recovers one task step by step, driven by the task's coroutine: see recover(). There is one
/// attempt or fallback at a time, as a child.
class recovery_run {
public:
  /// Waits until the attempt, or fallback, has ended with all its children, whatever happens to the
  /// task meanwhile: cancellation reaches the attempt by itself.
  class join_awaiter {
  public:
    bool await_ready() const noexcept { return run_.child_ == nullptr; }
    bool await_suspend(awaiting_task) const noexcept {
      return wait_for_child(run_.task_, *run_.child_, wait_kind::join);
    }
    /// @returns whether the attempt has completed; otherwise fail() says why not
    bool await_resume() const { return (run_.*ended_)(); }

  private:
    friend recovery_run;
    join_awaiter(recovery_run& run, bool (recovery_run::*ended)()) noexcept
        : run_(run), ended_(ended) {}

    recovery_run& run_;
    bool (recovery_run::*ended_)();
  };

  /// @pre the task has a recovery_record
  recovery_run(cell& task, recovery_plan plan) noexcept
      : task_(task), record_(*recovery_of(task)), plan_(std::move(plan)) {}
  recovery_run(const recovery_run&) = delete;
  recovery_run& operator=(const recovery_run&) = delete;

  /// Asks breaker and rate limit for an attempt, which has to wait() before it starts.
  /// @returns false if there must be none: fail() says why
  bool admit();

  /// Starts an attempt that `make` makes. `co_await` joins it.
  template <class Make>
  join_awaiter attempt(Make& make) {
    note_attempt();
    start(make);
    return {*this, &recovery_run::attempt_ended};
  }

  /// Decides after a failed attempt. @returns whether there is another one, after wait()
  bool tries_again();

  /// @returns whether there is a fallback for this error
  bool falls_back() const noexcept;

  /// Starts the fallback. `co_await` joins it.
  join_awaiter fallback();

  /// How long to wait next.
  std::chrono::nanoseconds wait() const noexcept { return wait_; }

  /// Ends the task without a value.
  [[noreturn]] void fail() const;

  /// Takes the value of the attempt or fallback that has completed.
  template <class T>
  T take() {
    cell& child = *std::exchange(child_, nullptr);
    struct consume_at_end {
      cell& c;
      ~consume_at_end() { consume(c); }
    } at_end{child};
    auto outcome = outcome_of_child<T>(child);
    if constexpr (!std::is_void_v<T>)
      return std::move(outcome).value();
  }

private:
  /// Makes a child and starts it; an exception that this throws counts as the error of an attempt.
  template <class Make>
  void start(Make& make) {
    try {
      cell& child = make();
      start_attempt(child);
    } catch (const cancelled&) {
      throw;
    } catch (...) {
      error_ = error_of_exception();
    }
  }
  void start_attempt(cell& child);
  bool reject(const char* why);
  void note_attempt() noexcept;
  std::chrono::nanoseconds time_left() const noexcept;
  bool take_error();
  bool attempt_ended();
  bool fallback_ended();

  cell& task_;
  recovery_record& record_;
  recovery_plan plan_;
  std::optional<circuit_breaker::call> call_;
  std::chrono::nanoseconds wait_{0};
  task_error error_;
  task_error last_attempt_; ///< during the fallback
  cell* child_ = nullptr;
  bool abandoned_ = false; ///< an attempt is left behind at kill_hard, and may still run
};

} // namespace sweet::inline v0_5::detail
