#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/memory/block_header.hpp>
#include <sweet/messages/cancellation_level.hpp>
#include <sweet/messages/task_priority.hpp>

#include <caf/fwd.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace sweet::detail {

struct cell;

// One task is one block of memory, aligned to a cache line:
//
//   offset   0  caf::actor_control_block (56 bytes), then the pointer to the side block
//   offset  64  task_actor: caf::abstract_actor (56 bytes) and caf::resumable (8 bytes)
//   offset 128  cell: everything that a task which runs and ends touches
//   offset 192  the body: a callable or a coroutine frame; once the task has ended, its value
//
// The first two lines are made when the memory is first used and are touched again only by tasks
// that somebody looks at as CAF actors.

inline constexpr std::size_t actor_offset = 64;
inline constexpr std::size_t cell_offset = header_offset;

/// What a body did with its turn.
enum class step : std::uint8_t {
  suspended, ///< it waits; `cell::wait` says for what
  value,     ///< it returned, and its value is stored
  failed,    ///< it failed; `cell::result` holds the error
  cancelled, ///< it was unwound by cancellation
};

/// The operations of one type of body: a static table, shared by all tasks of that type.
struct body_ops {
  /// Starts the body or resumes it.
  step (*run)(cell&) noexcept;
  /// Destroys the body, ended or never started; moves a value that it still holds to the start of
  /// the body area.
  /// Null if there is nothing to destroy.
  void (*destroy_body)(cell&) noexcept;
  /// Destroys a stored value. Null if it needs none.
  void (*destroy_value)(cell&) noexcept;
  /// Answers a CAF request with a copy of the value.
  void (*reply)(cell&, caf::mailbox_element&);
};

/// Bits of `cell::state`: what threads other than the one that runs the task may change or need.
namespace state {
inline constexpr std::uint32_t live = 1u << 0;       ///< the block holds a task
inline constexpr std::uint32_t done = 1u << 1;       ///< ended; result and outcome are final
inline constexpr std::uint32_t awaited = 1u << 2;    ///< the parent waits for this child's token
inline constexpr std::uint32_t failed = 1u << 3;     ///< outcome: failed
inline constexpr std::uint32_t cancelled = 1u << 4;  ///< outcome: cancelled
inline constexpr std::uint32_t exposed = 1u << 5;    ///< CAF reference counts own the block
inline constexpr std::uint32_t top_level = 1u << 6;  ///< a child of the runtime's root
inline constexpr std::uint32_t grouped = 1u << 7;    ///< reports its end through the parent's inbox
inline constexpr std::uint32_t has_side = 1u << 8;   ///< the side block exists
inline constexpr std::uint32_t has_id = 1u << 9;     ///< the id has been drawn
inline constexpr std::uint32_t blocking = 1u << 10;  ///< the body runs on the blocking pool
inline constexpr std::uint32_t escalates = 1u << 11; ///< a failure fails the parent (fail_fast)
inline constexpr std::uint32_t collects = 1u << 12;  ///< failures of children stay on their handles
inline constexpr std::uint32_t expired = 1u << 13;   ///< its timeout has passed
inline constexpr std::uint32_t scope_failed = 1u << 14; ///< a child's failure cancels this task
inline constexpr std::uint32_t taken = 1u << 15; ///< a value that cannot be copied has been taken
inline constexpr unsigned level_shift = 16;      ///< 2 bits: the cancellation level so far
inline constexpr std::uint32_t level_mask = 3u << level_shift;
inline constexpr unsigned priority_shift = 18; ///< 3 bits: task_priority
inline constexpr std::uint32_t priority_mask = 7u << priority_shift;
inline constexpr std::uint32_t priority_unset = priority_mask; ///< takes the parent's
inline constexpr std::uint32_t contained = 1u << 21;           ///< its failure stays on its handle
inline constexpr std::uint32_t waiting = 1u << 22;       ///< not to be started before its turn
inline constexpr std::uint32_t attempt = 1u << 27;       ///< others see its parent in its place
inline constexpr std::uint32_t asked_to_stop = 1u << 28; ///< a level came, not of its own failure
inline constexpr std::uint32_t ending = 1u << 29; ///< its outcome is not given early any more
inline constexpr std::uint32_t counts_children = 1u << 31; ///< see task_meter
inline constexpr std::uint32_t resolved = 1u << 23;        ///< its outcome came before its end
inline constexpr std::uint32_t resolving = 1u << 24;       ///< ... from who needs the parent still
inline constexpr unsigned shield_shift =
    25; ///< 2 bits: up to this level the parent's does not count
inline constexpr std::uint32_t shield_mask = 3u << shield_shift;

inline constexpr std::uint32_t resolved_failed = 1u << 30; ///< ... and is a failure

/// It has an outcome, final, whether or not the task has ended.
inline constexpr std::uint32_t has_outcome = done | resolved;
/// The outcome is no value.
inline constexpr std::uint32_t no_value = failed | cancelled | resolved;

/// Ends of tasks with one of these take the long way.
inline constexpr std::uint32_t slow_end =
    exposed | top_level | grouped | has_side | failed | cancelled;
} // namespace state

/// Bits of `cell::inbox`, below the pointer to the newest ended child that reports through it.
namespace inbox {
inline constexpr std::uintptr_t blocked = 1; ///< the task waits; who clears this schedules it
inline constexpr std::uintptr_t token = 2;   ///< what the task waited for has happened
inline constexpr std::uintptr_t event = 4;   ///< `side_block::events` says what has happened
inline constexpr std::uintptr_t nudge = 8;   ///< look again at what you wait for
inline constexpr unsigned level_shift = 4;   ///< 2 bits: the cancellation level asked for
inline constexpr std::uintptr_t level_mask = 3u << level_shift;
inline constexpr std::uintptr_t tags = 63;
inline constexpr std::uintptr_t signals = tags & ~blocked;
} // namespace inbox

enum class phase : std::uint8_t {
  queued,   ///< the body has not started
  running,  ///< the body runs or waits
  draining, ///< the body has ended, the children have not
  ended,
};

/// What a task that is not running waits for.
enum class wait_kind : std::uint8_t {
  none,   ///< nothing: it can go on
  child,  ///< the token of the child in `result.pointer`
  source, ///< the token of the wait_source in `result.pointer`
  group,  ///< that the child_set in `result.pointer` is ready
  thread, ///< its body holds the thread in `result.pointer`, which decides itself
  yield,  ///< nothing, but everybody else goes first
  join,   ///< the token of a child that is waited for whatever happens meanwhile
};

/// The hot line of a task: one cache line, the only one besides the body that a task which is
/// spawned, runs, ends and is joined touches.
///
/// Ownership: "the task's context" is whoever runs the task at the moment; handing it over goes
/// through `inbox` (clearing `blocked`) and the scheduler's queues, which order memory.
struct alignas(cache_line) cell : block_header {
  /// See namespace state. Changed by read-modify-write only, once the task is published.
  std::atomic<std::uint32_t> state{0};
  /// Written by the task's context, read by snapshots: relaxed.
  std::atomic<phase> stage{phase::ended};
  /// Bits 0-2 wait_kind, 3 whether a value is stored, 4-5 the level already thrown into the body.
  /// Written by the task's context, read by snapshots: relaxed.
  std::atomic<std::uint8_t> mode{0};
  /// Which child_set of the parent a `grouped` child belongs to; 0 if it is only to be reaped.
  /// The parent's context.
  std::uint16_t group = 0;
  const body_ops* ops = nullptr;
  /// Fixed while the task lives; atomic because snapshots read it.
  std::atomic<cell*> parent{nullptr};
  /// The sibling spawned before this one; next() is the one after. A circular list. The parent's
  /// context.
  cell* prev = nullptr;
  /// The oldest child. The task's context; of an ended child of a group, the link to the next one.
  cell* children = nullptr;
  /// See namespace inbox; the upper bits link ended children of groups, newest first.
  std::atomic<std::uintptr_t> inbox{0};
  /// Small value, error, or (while it waits) what it waits for.
  union {
    std::uint64_t bits;
    void* pointer;
  } result{0};

  cell* next() const noexcept { return static_cast<cell*>(link); }
  void next(cell* sibling) noexcept { link = sibling; }

  /// The cell in front of a body, which is a coroutine's frame or an object made in the block.
  static cell& of_body(void* body) noexcept {
    // Hides from the compiler where the address comes from. As long as LLVM has not split a
    // coroutine its promise and frame are an object of their own to it, so that it drops writes to
    // the memory in front of them as out of bounds: values of coroutines were lost with clang -O2.
    // That the cell and the frame lie in one block is known only to block_pool.
    asm("" : "+r"(body));
    return *reinterpret_cast<cell*>(static_cast<std::byte*>(body) - (body_offset - cell_offset));
  }

  bool is_done() const noexcept {
    // Acquire pairs with the release of the completing read-modify-write: the result is visible.
    return (state.load(std::memory_order_acquire) & state::done) != 0;
  }
  /// Whether the outcome is known; the task may still be about to end.
  bool has_outcome() const noexcept {
    // Acquire, as above, and with the release of resolve_early().
    return (state.load(std::memory_order_acquire) & state::has_outcome) != 0;
  }

  wait_kind wait() const noexcept { return static_cast<wait_kind>(mode_bits() & 7); }
  void wait(wait_kind k) noexcept { set_mode(static_cast<std::uint8_t>(k), 7); }
  bool has_value() const noexcept { return (mode_bits() & 8) != 0; }
  void has_value(bool yes) noexcept { set_mode(yes ? 8 : 0, 8); }
  /// The highest level that has been thrown into the body.
  cancellation_level thrown() const noexcept {
    return static_cast<cancellation_level>((mode_bits() >> 4) & 3);
  }
  void thrown(cancellation_level l) noexcept {
    set_mode(static_cast<std::uint8_t>(static_cast<unsigned>(l) << 4), 3 << 4);
  }

  /// The level asked for so far, whether or not the task's context has seen it.
  cancellation_level level() const noexcept {
    auto seen = (state.load(std::memory_order_relaxed) & state::level_mask) >> state::level_shift;
    auto asked = (inbox.load(std::memory_order_relaxed) & inbox::level_mask) >> inbox::level_shift;
    return static_cast<cancellation_level>(asked > seen ? asked : seen);
  }
  /// Levels up to this one do not come from the parent.
  cancellation_level shield() const noexcept {
    // Sequentially consistent, see end_shield().
    return static_cast<cancellation_level>(
        (state.load(std::memory_order_seq_cst) & state::shield_mask) >> state::shield_shift);
  }
  task_priority priority() const noexcept {
    return static_cast<task_priority>(
        (state.load(std::memory_order_relaxed) & state::priority_mask) >> state::priority_shift);
  }
  /// Where the task waits in a queue of jobs.
  unsigned lane() const noexcept { return static_cast<unsigned>(priority()); }

private:
  std::uint8_t mode_bits() const noexcept { return mode.load(std::memory_order_relaxed); }
  void set_mode(std::uint8_t bits, std::uint8_t mask) noexcept {
    auto rest = static_cast<unsigned>(mode_bits()) & ~static_cast<unsigned>(mask);
    mode.store(static_cast<std::uint8_t>(rest | bits), std::memory_order_relaxed);
  }
};

static_assert(sizeof(cell) == cache_line);

} // namespace sweet::detail
