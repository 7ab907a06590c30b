#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/wire/event_link.hpp>
#include <sweet/actors/runtime/cell/task_wait.hpp>
#include <sweet/actors/task/awaiting_task.hpp>
#include <sweet/messages/cancellation_level.hpp>

#include <atomic>
#include <cstdint>

namespace sweet::detail {

/// What comes to an actor of a stream: any number of threads push, one task takes.
///
/// One word: nothing, that the consumer sleeps, or the newest of the links that lie there. So a
/// push is one compare-and-swap, and who replaces `sleeping` wakes the consumer: there is no moment
/// in which a wake-up can be lost, and nothing to order besides this word.
class inlet {
public:
  inlet() noexcept = default;
  inlet(const inlet&) = delete;
  inlet& operator=(const inlet&) = delete;

  /// Any thread; the last touch of the link, and of this unless the consumer sleeps.
  void push(event_link& link) noexcept { push(link, link); }
  /// The same for several that are linked from the newest to the oldest.
  void push(event_link& newest, event_link& oldest) noexcept;

  /// All that has come, the oldest first; null if nothing has. The consumer.
  event_link* take_all() noexcept;

  /// Blocks the thread of the consumer, a body that runs, until something has come.
  /// @throws cancelled if its task is cancelled; task_failure if too many bodies block already
  void block(cell& consumer);

  /// Whether nothing has come. The consumer.
  bool is_empty() const noexcept { return head_.load(std::memory_order_relaxed) <= sleeping; }

  /// Whether the consumer has nothing to do. A hint, for any thread.
  bool consumer_sleeps() const noexcept {
    return head_.load(std::memory_order_relaxed) == sleeping;
  }

private:
  class awaiter_base {
  public:
    awaiter_base(inlet& in, bool shielded, cancellation_level seen) noexcept : in_(in) {
      source_.shielded = shielded;
      source_.shield = seen;
    }

    bool await_ready() const noexcept { return !in_.is_empty(); }
    bool await_suspend(awaiting_task h) noexcept { return start_waiting(h.task()); }

  protected:
    bool start_waiting(cell& c) noexcept;

    struct source : wait_source {
      inlet* in = nullptr;
    };
    inlet& in_;
    source source_;
    cell* waiting_ = nullptr;
  };

  struct awaiter : awaiter_base {
    explicit awaiter(inlet& in) noexcept : awaiter_base(in, false, {}) {}
    void await_resume() const noexcept {}
  };
  struct shielded_awaiter : awaiter_base {
    shielded_awaiter(inlet& in, cancellation_level seen) noexcept : awaiter_base(in, true, seen) {}
    cancellation_level await_resume() const noexcept {
      return waiting_ != nullptr ? waiting_->level() : source_.shield;
    }
  };

public:
  /// `co_await in.wait()`: until something has come. Cancelling the task stops its body there.
  auto wait() noexcept { return awaiter{*this}; }

  /// `co_await in.wait_shielded(seen)`: until something has come, or the task's level of
  /// cancellation rises above `seen`. @returns the task's level; `seen` if something lay there
  auto wait_shielded(cancellation_level seen) noexcept { return shielded_awaiter{*this, seen}; }

private:
  static constexpr std::uintptr_t nothing = 0;
  static constexpr std::uintptr_t sleeping = 1;

  bool announce(cell& consumer) noexcept;
  bool retract() noexcept;

  /// Release by who pushes, acquire by the consumer: what was written to the link before is
  /// visible. Release by the consumer that goes to sleep, acquire by who wakes it: `sleeper_`.
  std::atomic<std::uintptr_t> head_{nothing};
  cell* sleeper_ = nullptr;
};

} // namespace sweet::detail
