#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/task_inbox.hpp>
#include <sweet/actors/runtime/cell/task_state.hpp>
#include <sweet/actors/runtime/memory/block_header.hpp>
#include <sweet/messages/cancellation_level.hpp>
#include <sweet/messages/task_priority.hpp>

#include <caf/fwd.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sweet::inline v0_5::detail {

struct cell;
class child_set;
class task_host;
struct thread_state;
struct wait_source;

// One task is one block of memory, aligned to a cache line:
//
//   offset   0  caf::actor_control_block (56 bytes), then the pointer to the side block
//   offset  64  task_actor: caf::abstract_actor (56 bytes) and caf::resumable (8 bytes)
//   offset 128  cell: everything that a task which runs and ends touches
//   offset 192  the body: a callable or a coroutine frame; once the task has ended, its value
//
// The first two lines are made when the memory is first used. Later only tasks that have an id, a
// handle or a side block touch them.

inline constexpr std::size_t actor_offset = 64;
inline constexpr std::size_t cell_offset = header_offset;

/// How a turn of a body ended.
enum class step : std::uint8_t {
  suspended, ///< the body waits; cell::waits_for() says for what
  value,     ///< the body returned, and its value is stored
  failed,    ///< the body failed; cell::result holds the error
  cancelled, ///< cancellation ended the body
};

/// The operations of one type of body: a static table, shared by all tasks of that type.
struct body_ops {
  /// Starts the body or resumes it.
  step (*run)(cell&) noexcept = nullptr;
  /// Destroys the body, whether it has ended, waits or never started. A value that it still holds
  /// moves to the start of the body area. Null if there is nothing to destroy.
  void (*destroy_body)(cell&) noexcept = nullptr;
  /// Destroys a stored value. Null if it needs none.
  void (*destroy_value)(cell&) noexcept = nullptr;
  /// Answers a CAF request with a copy of the value.
  void (*reply)(cell&, caf::mailbox_element&) = nullptr;
  /// See lend_to_child(). Null: the body has nothing to lend.
  void (*lend)(cell&) noexcept = nullptr;
  /// The type of the body, as the compiler writes it; see type_text().
  std::string_view type{};
  /// Takes the turns of a task that runs_elsewhere() and blocks no thread; outlives the task.
  task_host* host = nullptr;
};

/// Where a task is in its life.
enum class phase : std::uint8_t {
  queued,   ///< the body has not started
  running,  ///< the body runs or waits
  stopping, ///< the body's frame is being destroyed at a wait
  draining, ///< the body has ended, the children have not
  ended,
};

/// What a task that is not running waits for.
enum class wait_kind : std::uint8_t {
  none,    ///< nothing: the task goes on, unless it is to stop
  came,    ///< the token of a child, which has come and need not be taken
  outcome, ///< the token of a child, for whatever outcome it has
  served,  ///< the token of a wait_source, which has come and need not be taken
  set,     ///< that a child_set is ready
  thread,  ///< the thread that the body blocks, which decides itself
  yield,   ///< nothing, but all other jobs go first
  join,    ///< the token of a child that is waited for whatever happens meanwhile
  stop,    ///< nothing: the task stops
  // note_came() clears the difference to `came` and to `served`.
  child = 8 | 1,  ///< the token of a child, for its value
  source = 8 | 3, ///< the token of a wait_source
};

/// What a level does to a coroutine that waits.
enum class stop_mode : std::uint8_t {
  destroy,  ///< its frame is destroyed there
  answer,   ///< the coroutine is resumed, and its wait answers: stopped_as_optional() and its like
  answered, ///< the coroutine has been resumed with that answer
  never,    ///< nothing happens: unstoppable()
};

/// The hot line of a task. A task that is spawned, runs, ends and is joined touches this cache line
/// and its body, and no other.
///
/// `state` and `inbox` are shared, see their classes. Every other field belongs to the task's
/// context (the thread that runs the task at the moment) or to the parent's, as its comment says.
struct alignas(cache_line) cell : block_header {
  task_state state;
  /// Bits 0-2 phase, 3-4 stop_mode. Written by the task's context, read by snapshots: relaxed.
  std::atomic<std::uint8_t> turn{static_cast<std::uint8_t>(phase::ended)};
  /// Bits 0-3 wait_kind, 4 whether a value is stored, 5-6 the level that the body has heard of, 7
  /// whether turns are not for workers: see runs_elsewhere(). Written by the task's context, read
  /// by snapshots: relaxed.
  std::atomic<std::uint8_t> mode{0};
  /// The slot of the parent's child_set to which a `grouped` child belongs; 0 if the child is only
  /// to be reaped. The parent's context.
  std::uint16_t group = 0;
  const body_ops* ops = nullptr;
  /// Fixed while the task lives; atomic because snapshots read it.
  std::atomic<cell*> parent{nullptr};
  /// The sibling spawned before this one; next() is the one after. A circular list. The parent's
  /// context.
  cell* prev = nullptr;
  /// The oldest child; the task's context. Once the task has ended, the link in its parent's inbox
  /// or child_set.
  cell* children = nullptr;
  task_inbox inbox;
  /// The outcome of the body or, while it waits, what it waits for: see waits_for(). The task's
  /// context.
  union {
    std::uint64_t bits; ///< a small value
    void* error;        ///< a released task_error; null: cancelled without a reason
    cell* child;
    wait_source* source;
    child_set* set;
    thread_state* thread;
  } result{0};

  cell* next() const noexcept { return static_cast<cell*>(link); }
  void next(cell* sibling) noexcept { link = sibling; }

  /// The cell in front of a body, which is a coroutine's frame or an object made in the block.
  static cell& of_body(void* body) noexcept {
    // Hides from the compiler where the address comes from. Until LLVM has split a coroutine, it
    // takes promise and frame for an object of their own, and drops writes in front of them as out
    // of bounds: values of coroutines were lost with clang -O2. Only block_pool knows that the cell
    // and the frame lie in one block.
    asm("" : "+r"(body));
    return *reinterpret_cast<cell*>(static_cast<std::byte*>(body) - (body_offset - cell_offset));
  }

  bool is_done() const noexcept { return state.see().is_done(); }
  /// Whether the outcome is known; the task may still be about to end.
  bool has_outcome() const noexcept { return state.see().has_outcome(); }

  phase stage() const noexcept { return static_cast<phase>(turn_bits() & 7); }
  /// Sets the phase, and goes back to stop_mode::destroy.
  void stage(phase p) noexcept {
    turn.store(static_cast<std::uint8_t>(p), std::memory_order_relaxed);
  }
  stop_mode on_stop() const noexcept { return static_cast<stop_mode>(turn_bits() >> 3); }
  void on_stop(stop_mode m) noexcept {
    turn.store(static_cast<std::uint8_t>((turn_bits() & 7u) | static_cast<unsigned>(m) << 3),
               std::memory_order_relaxed);
  }

  wait_kind waits_for() const noexcept { return static_cast<wait_kind>(mode_bits() & 15); }
  void begin_wait(cell& child, wait_kind kind) noexcept {
    result.child = &child;
    set_wait(kind);
  }
  void begin_wait(wait_source& source) noexcept {
    result.source = &source;
    set_wait(wait_kind::source);
  }
  void begin_wait(child_set& set) noexcept {
    result.set = &set;
    set_wait(wait_kind::set);
  }
  void begin_wait(thread_state& thread) noexcept {
    result.thread = &thread;
    set_mode(static_cast<std::uint8_t>(wait_kind::thread) | elsewhere, 15 | elsewhere);
  }
  void end_thread_wait() noexcept { set_mode(0, 15 | elsewhere); }
  /// Begins to wait for the end of a child, once the body has ended. The result stays.
  void begin_drain() noexcept { set_wait(wait_kind::child); }
  void begin_yield() noexcept { set_wait(wait_kind::yield); }
  /// Makes a coroutine stop instead of waiting: it was told to before.
  void begin_stop() noexcept { set_wait(wait_kind::stop); }
  /// Notes that the token has come for which the task is blocked.
  void note_came() noexcept { set_mode(0, 8); }
  void end_wait() noexcept { set_wait(wait_kind::none); }

  /// Whether a worker does not run the task, but hands the turn on: to the thread that the body
  /// blocks, or to the task_host.
  bool runs_elsewhere() const noexcept { return (mode_bits() & elsewhere) != 0; }
  /// Has body_ops::host take all turns. Called by the maker; the body must not block a thread.
  void give_to_host() noexcept { set_mode(elsewhere, elsewhere); }

  bool has_value() const noexcept { return (mode_bits() & 16) != 0; }
  void has_value(bool yes) noexcept { set_mode(yes ? 16 : 0, 16); }
  /// The highest level that the body has heard of: a wait has ended by it, or `cancelled` was
  /// thrown.
  cancellation_level heard() const noexcept {
    return static_cast<cancellation_level>((mode_bits() >> 5) & 3);
  }
  void heard(cancellation_level l) noexcept {
    set_mode(static_cast<std::uint8_t>(static_cast<unsigned>(l) << 5), 3 << 5);
  }

  /// The level asked for so far, whether or not the task's context has seen it.
  cancellation_level level() const noexcept {
    return std::max(state.peek().level(), inbox.peek().level());
  }
  /// Whether the level asked for is kill or kill_hard.
  bool is_killed() const noexcept {
    return state.peek().is_killed() || inbox.peek().asks_to_kill();
  }
  /// Levels up to this one do not come from the parent. In order: see task_state::end_shield().
  cancellation_level shield() const noexcept { return state.see_in_order().shield(); }
  task_priority priority() const noexcept { return state.peek().priority(); }
  /// The lane in which the task waits in a queue of jobs.
  unsigned lane() const noexcept { return static_cast<unsigned>(priority()); }

private:
  static constexpr std::uint8_t elsewhere = 128;

  void set_wait(wait_kind k) noexcept { set_mode(static_cast<std::uint8_t>(k), 15); }
  unsigned turn_bits() const noexcept { return turn.load(std::memory_order_relaxed); }
  std::uint8_t mode_bits() const noexcept { return mode.load(std::memory_order_relaxed); }
  void set_mode(std::uint8_t bits, std::uint8_t mask) noexcept {
    auto rest = static_cast<unsigned>(mode_bits()) & ~static_cast<unsigned>(mask);
    mode.store(static_cast<std::uint8_t>(rest | bits), std::memory_order_relaxed);
  }
};

static_assert(sizeof(cell) == cache_line);

/// Called in the parent's context before it starts a child that it is about to await, and to do
/// nothing until then: the child may use what belongs to the parent's body, such as an emitter.
inline void lend_to_child(cell& parent) noexcept {
  if (const auto lend = parent.ops->lend; lend != nullptr) [[unlikely]]
    lend(parent);
}

} // namespace sweet::inline v0_5::detail
