#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/blocking_wait.hpp>
#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/actors/runtime/cell/task_wait.hpp>
#include <sweet/actors/runtime/time/timer_wheel.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>

namespace sweet::inline v0_5::detail {

/// A body's wait for something that another thread hands to the task, or for the time after which
/// it waits no longer. It begins before it is awaited: an answer may come as soon as the request is
/// sent. A coroutine suspends in it, a callable blocks.
///
/// A thread that hands something over finds the wait under the task's mutex, and so can be sure
/// that it is there. The timer of the wait takes no mutex; it only ends the wait. Functions without
/// a note are for the task's context.
class delivery_wait : public wait_source, private timer_entry {
public:
  delivery_wait(const delivery_wait&) = delete;
  delivery_wait& operator=(const delivery_wait&) = delete;

  /// Whether the wait has been handed something, or its time has passed.
  bool is_over() const noexcept;

  cell& task() const noexcept { return task_; }

  /// Suspends the body, for await_suspend(). @returns false if the wait is over already
  bool suspend() noexcept;

  /// The wait as one that a body blocks in; see join_blocking().
  blocking_wait& as_blocking() noexcept { return blocking_; }

  /// Ends the wait for good: from now on nothing reaches it. @throws cancelled if it was
  /// interrupted
  void finish();

protected:
  delivery_wait(cell& self, wait_reason reason) noexcept;
  /// Derived classes call stop() in their destructors.
  ~delivery_wait() = default;

  /// Notes the task that is to hand something over: snapshots name it, and touch it by no more than
  /// its address. Before the wait.
  void expect_from(const cell& task) noexcept { expected_from_ = &task; }
  /// Makes the wait end by itself once `timeout` has passed. Called once.
  void expire_after(std::chrono::nanoseconds timeout) noexcept;
  bool has_expired() const noexcept;

  /// Stops the wait: from now on nothing reaches it. Repeating it changes nothing.
  void stop() noexcept;

  /// Takes the wait out of the place where it is looked for, if it is there. Under the task's
  /// mutex.
  virtual void leave() noexcept = 0;

  enum class handover : std::uint8_t {
    refused, ///< the time of the wait had passed
    accepted,
    wakes, ///< accepted; once the mutex is free the caller is to wake() the task
  };
  /// Ends the wait: it has been handed what it waits for, and is found nowhere any more. Under the
  /// task's mutex; any thread, which must not touch the wait again.
  [[nodiscard]] handover complete() noexcept { return end(over); }

private:
  static constexpr std::uint8_t over = 1;
  static constexpr std::uint8_t expired = 2;
  static constexpr std::uint8_t waiting = 4; ///< a token is due when the wait is over

  handover end(std::uint8_t how) noexcept;
  bool announce() noexcept;
  bool retract_wait() noexcept;
  void describe(wait_view& view) const noexcept;

  class blocking final : public blocking_wait {
  public:
    explicit blocking(delivery_wait& wait) noexcept : wait_(wait) {}
    bool is_ready() const noexcept override { return wait_.is_over(); }
    bool announce() noexcept override { return wait_.announce(); }
    bool retract() noexcept override { return wait_.retract_wait(); }
    void describe(wait_view& view) const noexcept override { wait_.describe(view); }

  private:
    delivery_wait& wait_;
  };

  cell& task_;
  blocking blocking_{*this};
  bool armed_ = false;
  bool stopped_ = false;
  const wait_reason reason_;
  const cell* expected_from_ = nullptr;
  /// Release by the thread that ends the wait, acquire by the task that sees it over. A thread that
  /// ends it with `waiting` set has the task, which waits for the token, to itself.
  std::atomic<std::uint8_t> state_{0};
};

} // namespace sweet::inline v0_5::detail
