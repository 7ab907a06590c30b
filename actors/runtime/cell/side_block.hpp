#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/actors/runtime/cell/cleanup.hpp>
#include <sweet/actors/runtime/cell/context_slot.hpp>
#include <sweet/actors/runtime/cell/recovery_record.hpp>
#include <sweet/actors/runtime/cell/stop_state.hpp>
#include <sweet/actors/runtime/cell/time_limits.hpp>
#include <sweet/actors/runtime/system/futex_mutex.hpp>
#include <sweet/actors/runtime/time/deferred_call.hpp>
#include <sweet/actors/runtime/time/timer_wheel.hpp>
#include <sweet/messages/cancellation_level.hpp>
#include <sweet/messages/task_error.hpp>

#include <caf/attachable.hpp>
#include <caf/mailbox_element.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace sweet::inline v0_5::detail {

class child_set;

struct end_waiter;

/// Bits of `side_block::events`.
namespace side_event {
inline constexpr std::uint32_t child_failed = 1;
inline constexpr std::uint32_t expired = 2;
inline constexpr std::uint32_t unshielded = 4;
} // namespace side_event

/// Raises the level of a cancelled task that does not end in time.
struct rising_level : timer_entry, deferred_call {
  cell* task = nullptr;
  cancellation_level from = cancellation_level::none; ///< none: not started
  bool stopped = false;                               ///< for good
  /// Whether the call has been deferred and not been made yet. If it is due again before, one call
  /// serves both. Relaxed: the level of the task says what is to be done.
  std::atomic<bool> deferred{false};
  /// Whether there was no memory to find all tasks that kill has to reach. Relaxed: only rise()
  /// uses it.
  std::atomic<bool> has_to_reach{false};
};

/// State that few tasks need. Made on first use; lives until the task's memory is released. Fields
/// without a note are written before the task is published, or belong to its context.
struct side_block {
  explicit side_block(cell& task) noexcept : owner(&task) {}
  side_block(const side_block&) = delete;
  side_block& operator=(const side_block&) = delete;
  ~side_block() {
    drop_closure();
    if (auto* state = stop.load(std::memory_order_relaxed))
      state->release();
  }

  /// Destroys the function object of a lambda coroutine, captures and all, if there is one.
  void drop_closure() noexcept {
    if (closure != nullptr)
      destroy_closure(std::exchange(closure, nullptr));
  }

  /// Lets go of what the program has left in a task that ends.
  void drop_functions() noexcept {
    drop_closure();
    cleanups.clear();
  }

  cell* owner;
  std::string name;
  /// Zero: none.
  std::chrono::nanoseconds timeout{0};
  struct timeout_timer : timer_entry {
    side_block* side = nullptr;
  } timer;
  /// Whether the body has claimed a value, one that cannot be copied, from another task, and has
  /// not heard since then that its time is over.
  bool claimed_in_time = false;
  /// Set with fetch_or(release) before the signal inbox_word::event; taken with exchange(acquire).
  std::atomic<std::uint32_t> events{0};
  /// Made by the body; the thread that cancels requests the stop. See request_stop() for the order.
  std::atomic<stop_state*> stop{nullptr};
  /// The object of a lambda coroutine, which must live as long as its frame.
  void* closure = nullptr;
  void (*destroy_closure)(void*) noexcept = nullptr;
  /// Null: none.
  std::unique_ptr<time_limits> limits;
  /// The last one is done first.
  std::vector<std::unique_ptr<cleanup>> cleanups;
  /// Bodies left behind at kill_hard: a count, relaxed.
  std::atomic<std::uint32_t> abandoned{0};
  /// Null unless the task recovers.
  std::unique_ptr<recovery_record> recovery;
  /// State for optional features of the task's context; see context_block. Any thread.
  context_slot context;
  /// Sets of children of this task by slot - 1; null if the slot is free.
  std::vector<child_set*> child_sets;
  /// Children of sets whose outcome came before their end, newest first. Release by the thread that
  /// resolves them, acquire by the task's context that takes all at once.
  std::atomic<cell*> resolved_children{nullptr};
  /// The next child in the parent's `resolved_children`; once its group knows that it has an
  /// outcome, the next one of which the group knows that.
  cell* next_resolved = nullptr;
  cell* prev_resolved = nullptr; ///< in the group

  // Guarded by the task's mutex, see mutex_of().
  task_error failure; ///< of the child that failed first
  task_error reason;  ///< why the task was cancelled, if a reason was given
  task_error early;   ///< the outcome that resolve_early() has given
  rising_level rising;
  end_waiter* waiters = nullptr;   ///< newest first
  caf::attachable_ptr attachables; ///< CAF's links and monitors
  std::vector<caf::mailbox_element_ptr> requests;

  futex_mutex mail_mutex; ///< guards the mailbox in the context block
  bool closed = false;    ///< the mailbox takes no messages any more; mail_mutex
};

/// Returns the side block, made if it did not exist. Any thread that may touch the task.
side_block& side_of(cell& c);

/// Returns the side block, or null.
side_block* find_side(cell& c) noexcept;

/// Returns the side block, made if it did not exist, where nothing may be thrown: if there is no
/// other memory, it is made in the side_reserve of the runtime. @returns null if the reserve is
/// used up, too
side_block* side_or_spare(cell& c) noexcept;

/// Deletes the side block of a task that no other thread holds.
void drop_side(cell& c) noexcept;

} // namespace sweet::inline v0_5::detail
