#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/task_wait.hpp>
#include <sweet/actors/task/awaiting_task.hpp>
#include <sweet/messages/cancellation_level.hpp>
#include <sweet/messages/cancelled.hpp>

#include <atomic>
#include <cstdint>

namespace sweet::inline v0_5 {

namespace detail {

struct event_access;

/// What waits for an async_event in place of a coroutine.
struct event_waiter {
  /// Called once, by the thread that has set the event; the waiter may be gone when it returns.
  void (*event_set)(event_waiter&) noexcept = nullptr;
};

} // namespace detail

/// Wakes a task from outside of the tasks: any thread sets the event, and at most one task at a
/// time waits for it. An event is the bridge from callbacks and other threads to coroutines.
///
/// set() is the last touch of the event by its caller: the waiting task may destroy it then.
class async_event {
public:
  /// Makes an event that is not set.
  async_event() noexcept = default;
  async_event(const async_event&) = delete;
  async_event& operator=(const async_event&) = delete;

  /// Sets the event and wakes the waiting task, if there is one. An event that is set already stays
  /// so until reset(). Any thread.
  void set() noexcept;
  /// Tells whether the event is set; then all that happened before set() is visible to the caller.
  /// Any thread.
  bool is_set() const noexcept;
  /// Makes the event not set, so that the next set() counts. For the task that waits for the event,
  /// while it does not wait. All that happened before the former set() is visible to it.
  void reset() noexcept { state_.exchange(0, std::memory_order_acq_rel); }

private:
  class awaiter_base {
  public:
    bool await_ready() const noexcept { return source_.event->is_set(); }
    bool await_suspend(detail::awaiting_task h) { return start_waiting(h.task()); }

  protected:
    explicit awaiter_base(async_event& event) noexcept { source_.event = &event; }

    bool start_waiting(detail::cell& c);

    struct source : detail::wait_source {
      async_event* event = nullptr;
    };
    source source_;
  };

  class awaiter : public awaiter_base {
  public:
    explicit awaiter(async_event& event) noexcept : awaiter_base(event) {}
    void await_resume() const noexcept {}
  };

  class shielded_awaiter : public awaiter_base {
  public:
    shielded_awaiter(async_event& event, cancellation_level seen) noexcept : awaiter_base(event) {
      source_.shielded = true;
      source_.shield = seen;
    }
    bool await_suspend(detail::awaiting_task h) {
      waiting_ = &h.task();
      return start_waiting(*waiting_);
    }
    cancellation_level await_resume() const noexcept;

  private:
    detail::cell* waiting_ = nullptr;
  };

public:
  /// Waits until the event is set: `co_await event`.
  /// Cancelling the awaiting task stops its body at this wait.
  /// @throws std::logic_error if another task waits for the event already
  auto operator co_await() noexcept { return awaiter{*this}; }

private:
  friend struct detail::event_access;

  static constexpr std::uintptr_t was_set = 1;
  static constexpr std::uintptr_t no_task = 2; ///< added to an event_waiter

  /// Enters a task that waits, or an event_waiter. @returns false if the event is set
  /// @throws std::logic_error if another one waits
  bool enter(std::uintptr_t who);
  /// Takes it back. @returns false if it has been woken or called, or will be
  bool leave(std::uintptr_t who) noexcept;

  /// 0, who waits, or was_set. Release by set(), acquire by the thread that finds the event set:
  /// everything before set() is visible. Release by the one that enters itself, acquire by set().
  std::atomic<std::uintptr_t> state_{0};
};

namespace detail {

/// What the library does with an event besides.
struct event_access {
  /// See async_event::enter() and leave().
  static bool enter(async_event& event, event_waiter& w) {
    return event.enter(reinterpret_cast<std::uintptr_t>(&w) | async_event::no_task);
  }
  static bool leave(async_event& event, event_waiter& w) noexcept {
    return event.leave(reinterpret_cast<std::uintptr_t>(&w) | async_event::no_task);
  }

  /// Waits until the event is set, or the level of cancellation of the task rises above `seen`:
  /// `co_await event_access::wait_shielded(event, seen)`. The body goes on either way: it looks at
  /// is_set().
  /// @returns from the wait: the level of the task; `seen` if the event had been set before
  /// @throws std::logic_error if another task waits for the event already
  static auto wait_shielded(async_event& event, cancellation_level seen) noexcept {
    return async_event::shielded_awaiter{event, seen};
  }
};

} // namespace detail

} // namespace sweet::inline v0_5
