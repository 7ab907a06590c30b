#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/task_wait.hpp>
#include <sweet/actors/task/awaiting_task.hpp>
#include <sweet/messages/cancellation_level.hpp>
#include <sweet/messages/cancelled.hpp>

#include <atomic>
#include <cstdint>

namespace sweet {

/// Something that happens outside of the tasks: any thread sets it, at most one task waits for it
/// at a time. The bridge from callbacks and other threads to coroutines.
///
/// set() is the last touch of the event by its caller: the waiting task may destroy it then.
class async_event {
public:
  async_event() noexcept = default;
  async_event(const async_event&) = delete;
  async_event& operator=(const async_event&) = delete;

  /// Any thread; once it is set, that changes nothing until reset().
  void set() noexcept;
  bool is_set() const noexcept;
  /// For the task that waits for it, while it does not wait: what is set from now on counts. What
  /// happened before the event was set is visible.
  void reset() noexcept { state_.exchange(0, std::memory_order_acq_rel); }

private:
  class awaiter_base {
  public:
    bool await_ready() const noexcept { return event_.is_set(); }
    bool await_suspend(detail::awaiting_task h) { return start_waiting(h.task()); }

  protected:
    explicit awaiter_base(async_event& event) noexcept : event_(event) {}

    bool start_waiting(detail::cell& c);

    struct source : detail::wait_source {
      async_event* event = nullptr;
    };
    async_event& event_;
    source source_;
    detail::cell* waiting_ = nullptr;
  };

  class awaiter : public awaiter_base {
  public:
    explicit awaiter(async_event& event) noexcept : awaiter_base(event) {}
    void await_resume() const {
      if (event_.is_set()) [[likely]]
        return;
      detail::note_thrown(*waiting_);
      throw cancelled{};
    }
  };

  class shielded_awaiter : public awaiter_base {
  public:
    shielded_awaiter(async_event& event, cancellation_level seen) noexcept : awaiter_base(event) {
      source_.shielded = true;
      source_.shield = seen;
    }
    cancellation_level await_resume() const noexcept;
  };

public:
  /// `co_await event`: until it is set. @throws cancelled if the task is cancelled while it waits;
  /// std::logic_error if another task waits for it already
  auto operator co_await() noexcept { return awaiter{*this}; }

  /// `co_await event.wait_shielded(seen)`: until it is set, or the task's level of cancellation
  /// rises above `seen`. A cancellation is not thrown: look at is_set() afterwards.
  /// @returns the task's level then; `seen` if the event had been set before
  /// @throws std::logic_error if another task waits for it already
  auto wait_shielded(cancellation_level seen) noexcept { return shielded_awaiter{*this, seen}; }

private:
  static constexpr std::uintptr_t was_set = 1;

  /// 0, the waiting task, or was_set. Release by set() and acquire by who finds it set: what the
  /// setter did before is visible; release by the task that enters itself, acquire by set().
  std::atomic<std::uintptr_t> state_{0};
};

} // namespace sweet
