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

namespace sweet::detail {

/// A body's wait for something that another thread hands to the task, a message or an answer, or
/// for a time after which it waits no longer. A coroutine suspends in it, a callable blocks.
///
/// Who hands something over finds the wait under the task's mutex, and so can be sure that it is
/// there. Its timer takes no mutex, but only ends it. Functions without a note are for the task's
/// context.
class delivery_wait : public wait_source, private timer_entry {
public:
  delivery_wait(const delivery_wait&) = delete;
  delivery_wait& operator=(const delivery_wait&) = delete;

  /// Whether it has been handed something, or its time has passed.
  bool is_over() const noexcept;

  cell& task() const noexcept { return task_; }

  /// For await_suspend(): @returns false if it is over already
  bool suspend() noexcept;

  /// The wait as one that a body blocks in; see join_blocking().
  blocking_wait& as_blocking() noexcept { return blocking_; }

  /// After the wait: from now on nothing reaches it. @throws cancelled if it was interrupted
  void finish();

protected:
  explicit delivery_wait(cell& self) noexcept;
  /// Derived classes call stop() in theirs.
  ~delivery_wait() = default;

  /// Ends the wait by itself once `timeout` has passed. Once.
  void expire_after(std::chrono::nanoseconds timeout) noexcept;
  bool has_expired() const noexcept;

  /// From now on nothing reaches it. Repeating it changes nothing.
  void stop() noexcept;

  /// Takes it out of where it is looked for, if it is there. Under the task's mutex.
  virtual void leave() noexcept = 0;

  enum class handover : std::uint8_t {
    refused, ///< its time had passed
    accepted,
    wakes, ///< accepted; once the mutex is free the caller is to wake() the task
  };
  /// It has been handed what it waits for, and is found nowhere any more. Under the task's mutex;
  /// any thread, which must not touch it again.
  [[nodiscard]] handover complete() noexcept { return end(over); }

private:
  static constexpr std::uint8_t over = 1;
  static constexpr std::uint8_t expired = 2;
  static constexpr std::uint8_t waiting = 4; ///< a token is due when it is over

  handover end(std::uint8_t how) noexcept;
  bool announce() noexcept;
  bool retract_wait() noexcept;

  class blocking final : public blocking_wait {
  public:
    explicit blocking(delivery_wait& wait) noexcept : wait_(wait) {}
    bool is_ready() const noexcept override { return wait_.is_over(); }
    bool announce() noexcept override { return wait_.announce(); }
    bool retract() noexcept override { return wait_.retract_wait(); }

  private:
    delivery_wait& wait_;
  };

  cell& task_;
  blocking blocking_{*this};
  bool armed_ = false;
  bool stopped_ = false;
  /// Release by who ends it, acquire by the task that sees it over; who ends it with `waiting` set
  /// has the task, which waits for the token, to itself.
  std::atomic<std::uint8_t> state_{0};
};

} // namespace sweet::detail
