#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/wire/event_link.hpp>
#include <sweet/actors/runtime/cell/task_wait.hpp>
#include <sweet/actors/task/awaiting_task.hpp>
#include <sweet/messages/cancellation_level.hpp>
#include <sweet/messages/wait_reason.hpp>

#include <atomic>
#include <cstdint>

namespace sweet::inline v0_5::detail {

/// A queue of links to one task of a stream: any number of threads push, and the consumer takes.
///
/// The queue is one word: `nothing`, `sleeping` if the consumer sleeps, or the newest link. So a
/// push is one compare-and-swap, and the thread that replaces `sleeping` wakes the consumer: no
/// wake-up can be lost, and nothing besides this word has to be ordered.
class inlet {
public:
  /// @param reason what the consumer waits for here, as snapshots show it
  explicit inlet(wait_reason reason = wait_reason::events) noexcept : reason_(reason) {}
  inlet(const inlet&) = delete;
  inlet& operator=(const inlet&) = delete;

  /// Pushes a link. Any thread; the last touch of the link, and of this unless the consumer sleeps.
  void push(event_link& link) noexcept { push(link, link); }
  /// Pushes several links, which are linked from the newest to the oldest. Any thread; the last
  /// touch of the links, and of this unless the consumer sleeps.
  void push(event_link& newest, event_link& oldest) noexcept;

  /// Takes all links that have come, the oldest first; null if none has. The consumer.
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
    explicit awaiter_base(inlet& in) noexcept { source_.in = &in; }

    bool await_ready() const noexcept { return !source_.in->is_empty(); }
    bool await_suspend(awaiting_task h) noexcept { return start_waiting(h.task()); }

  protected:
    bool start_waiting(cell& c) noexcept;

    struct source : wait_source {
      inlet* in = nullptr;
    };
    source source_;
  };

  struct awaiter : awaiter_base {
    using awaiter_base::awaiter_base;
    void await_resume() const noexcept {}
  };
  class shielded_awaiter : public awaiter_base {
  public:
    shielded_awaiter(inlet& in, cancellation_level seen) noexcept : awaiter_base(in) {
      source_.shielded = true;
      source_.shield = seen;
    }
    bool await_suspend(awaiting_task h) noexcept {
      waiting_ = &h.task();
      return start_waiting(*waiting_);
    }
    cancellation_level await_resume() const noexcept {
      return waiting_ != nullptr ? waiting_->level() : source_.shield;
    }

  private:
    cell* waiting_ = nullptr;
  };

public:
  /// Waits until something has come: `co_await in.wait()`. Cancelling the task stops its body
  /// there.
  auto wait() noexcept { return awaiter{*this}; }

  /// Waits until something has come, or the task's level of cancellation rises above `seen`:
  /// `co_await in.wait_shielded(seen)`. @returns the task's level; `seen` if something lay there
  auto wait_shielded(cancellation_level seen) noexcept { return shielded_awaiter{*this, seen}; }

private:
  static constexpr std::uintptr_t nothing = 0;
  static constexpr std::uintptr_t sleeping = 1;

  bool announce(cell& consumer) noexcept;
  bool retract() noexcept;

  /// Release by the thread that pushes, acquire by the consumer: everything written to the link
  /// before is visible. Release by the consumer that goes to sleep, acquire by the thread that
  /// wakes it: `sleeper_` is visible.
  std::atomic<std::uintptr_t> head_{nothing};
  cell* sleeper_ = nullptr;
  const wait_reason reason_;
};

} // namespace sweet::inline v0_5::detail
