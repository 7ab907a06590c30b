#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/cancellation_level.hpp>

#include <atomic>
#include <cstdint>

namespace sweet::inline v0_5::detail {

struct cell;

// The inbox of a task: one word through which other threads signal the task, and by which a task
// that waits changes hands.
//
//   bits      set by              cleared by   says
//   blocked   context, holder     any          the task waits; the clearing thread schedules it
//   token     child, wait_source  context      the wait of the task is over
//   event     any                 context      side_block::events says what has happened
//   nudge     any                 context      the task looks at its wait again
//   level     any                 context      the cancellation level asked for
//   arrivals  children            context      the newest ended child; each links to the one before
//
// Rules
// 1. A task that goes to wait sets `blocked`, as the last thing that it does, and only upon an
//    empty inbox: the task looks at earlier news first.
// 2. Every change by another thread clears `blocked`. The thread that has cleared it owns the task
//    and queues it; from that moment on the task may be running.
// 3. The release of try_block() and the acquire of the change that clears `blocked` hand all that
//    the task did to the thread that runs it next.
// 4. A holder owns a waiting task for a moment, by try_hold(), to read what the task waits for. It
//    runs nothing of the task, and gives it back by try_block() or, if news has come meanwhile,
//    queues it. See held_wait.
// 5. A token comes once for each wait that was announced and not taken back.

/// The inbox at one moment.
class inbox_word {
public:
  static constexpr std::uintptr_t blocked = 1;
  static constexpr std::uintptr_t token = 2;
  static constexpr std::uintptr_t event = 4;
  static constexpr std::uintptr_t nudge = 8;
  static constexpr unsigned level_shift = 4; ///< 2 bits
  static constexpr std::uintptr_t level_mask = 3u << level_shift;
  /// The bits below the pointer; cells are aligned to 64 bytes.
  static constexpr std::uintptr_t tags = 63;
  /// The bits that absorb_signals() takes in.
  static constexpr std::uintptr_t signals = event | nudge | level_mask;

  explicit constexpr inbox_word(std::uintptr_t bits) noexcept : bits_(bits) {}

  bool is_blocked() const noexcept { return (bits_ & blocked) != 0; }
  bool has_token() const noexcept { return (bits_ & token) != 0; }
  bool has_event() const noexcept { return (bits_ & event) != 0; }
  bool has_nudge() const noexcept { return (bits_ & nudge) != 0; }
  bool has_signals() const noexcept { return (bits_ & signals) != 0; }
  bool has_arrivals() const noexcept { return (bits_ & ~tags) != 0; }
  /// Whether there are signals or arrivals.
  bool has_news() const noexcept { return (bits_ & ~(blocked | token)) != 0; }
  bool asks_for_level() const noexcept { return (bits_ & level_mask) != 0; }
  /// Whether the level asked for is kill or kill_hard.
  bool asks_to_kill() const noexcept { return (bits_ & (2u << level_shift)) != 0; }
  cancellation_level level() const noexcept {
    return static_cast<cancellation_level>((bits_ & level_mask) >> level_shift);
  }
  cell* newest_arrival() const noexcept { return reinterpret_cast<cell*>(bits_ & ~tags); }

  static constexpr std::uintptr_t of(cancellation_level l) noexcept {
    return static_cast<std::uintptr_t>(l) << level_shift;
  }

private:
  std::uintptr_t bits_;
};

/// The inbox word itself, with all its transitions.
class task_inbox {
public:
  // -- looking ------------------------------------------------------------------------------------

  /// A hint: news that comes a moment later wakes the task.
  inbox_word peek() const noexcept { return inbox_word{word_.load(std::memory_order_relaxed)}; }
  /// Acquire: shows what the waker did before it brought the token.
  inbox_word see() const noexcept { return inbox_word{word_.load(std::memory_order_acquire)}; }
  /// In one order with signal(), for the maker of a stop source: see request_stop().
  inbox_word see_in_order() const noexcept {
    return inbox_word{word_.load(std::memory_order_seq_cst)};
  }

  // -- the maker ----------------------------------------------------------------------------------

  /// Relaxed, here and in begin_with(): starting the task publishes the word.
  void begin() noexcept { word_.store(0, std::memory_order_relaxed); }
  void begin_with(cancellation_level l) noexcept {
    word_.store(inbox_word::of(l), std::memory_order_relaxed);
  }

  // -- a thread that looks at blocks --------------------------------------------------------------

  /// Takes a task that waits, and has no news, for a moment. Acquire: with the release of the
  /// try_block() with which the task went to wait, what it did before is visible. If this fails, it
  /// orders nothing. @returns false if the task does not wait
  bool try_hold() noexcept {
    auto v = inbox_word::blocked;
    return word_.compare_exchange_strong(v, 0, std::memory_order_acquire,
                                         std::memory_order_relaxed);
  }

  // -- the task's context -------------------------------------------------------------------------

  /// Goes to wait: a thread that signals the task schedules it, and the task may be running
  /// elsewhere when this returns. Release: rule 3. Acquire: if this fails, the caller looks at what
  /// has arrived.
  /// @returns false if there is something to look at
  bool try_block() noexcept {
    auto v = word_.load(std::memory_order_relaxed);
    do {
      if (v != 0)
        return false;
    } while (!word_.compare_exchange_weak(v, inbox_word::blocked, std::memory_order_acq_rel,
                                          std::memory_order_acquire));
    return true;
  }
  /// Acquire: shows what the waker did before. @returns whether the token had come
  bool take_token() noexcept {
    return (word_.fetch_and(~inbox_word::token, std::memory_order_acquire) & inbox_word::token) !=
           0;
  }
  /// Clears a token that see() has shown. Relaxed: see() was the acquire.
  void clear_token() noexcept { word_.fetch_and(~inbox_word::token, std::memory_order_relaxed); }
  /// Acquire: shows what the senders did before they signalled. @returns the inbox before
  inbox_word take_signals() noexcept {
    return inbox_word{word_.fetch_and(~inbox_word::signals, std::memory_order_acq_rel)};
  }
  /// Acquire: the results of the children are visible. @returns the inbox before
  inbox_word take_arrivals() noexcept {
    return inbox_word{word_.fetch_and(inbox_word::tags, std::memory_order_acq_rel)};
  }

  // -- any thread that may touch the task ---------------------------------------------------------

  /// Sets bits and raises the level asked for. Release: the task sees what the caller did before.
  /// Acquire: rule 3. Sequentially consistent, for request_stop().
  /// @returns the inbox before: if it shows `blocked`, the caller schedules the task
  inbox_word signal(std::uintptr_t bits, cancellation_level level) noexcept {
    const auto asked = inbox_word::of(level);
    auto v = word_.load(std::memory_order_relaxed);
    std::uintptr_t raised = 0;
    do
      raised = (v & inbox_word::level_mask) < asked ? (v & ~inbox_word::level_mask) | asked : v;
    while (!word_.compare_exchange_weak(v, (raised & ~inbox_word::blocked) | bits,
                                        std::memory_order_seq_cst, std::memory_order_relaxed));
    return inbox_word{v};
  }

  /// The effect of bring_token().
  struct brought {
    bool was_blocked; ///< the caller runs the task next
    bool in_person;   ///< the task was blocked on this wait: there is no token to take
  };
  /// Brings the token, on the thread that ends the wait. Release: the task sees what the caller did
  /// before. Acquire: rule 3; a blocked task still has the wait with which it blocked, because it
  /// cannot go on before this.
  /// @param waits_for_it whether a task that is blocked waits for a token of this kind
  template <class F>
  brought bring_token(F&& waits_for_it) noexcept {
    auto v = word_.load(std::memory_order_acquire);
    brought result{};
    std::uintptr_t next = 0;
    do {
      result.was_blocked = (v & inbox_word::blocked) != 0;
      result.in_person = result.was_blocked && waits_for_it();
      next = (v & ~inbox_word::blocked) | (result.in_person ? 0 : inbox_word::token);
    } while (!word_.compare_exchange_weak(v, next, std::memory_order_acq_rel,
                                          std::memory_order_acquire));
    return result;
  }

  /// Puts an ended child on top of those that have arrived; `link` keeps the child below. Release:
  /// the parent sees the child's end. Acquire: rule 3. @returns whether the caller schedules the
  /// parent
  bool push_arrival(cell& child, cell*& link) noexcept {
    const auto self = reinterpret_cast<std::uintptr_t>(&child);
    auto v = word_.load(std::memory_order_relaxed);
    do
      link = reinterpret_cast<cell*>(v & ~inbox_word::tags);
    while (!word_.compare_exchange_weak(v, self | (v & inbox_word::tags & ~inbox_word::blocked),
                                        std::memory_order_acq_rel, std::memory_order_relaxed));
    return (v & inbox_word::blocked) != 0;
  }

private:
  std::atomic<std::uintptr_t> word_{0};
};

} // namespace sweet::inline v0_5::detail
