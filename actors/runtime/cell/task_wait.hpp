#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/actors/runtime/home/wait_view.hpp>
#include <sweet/messages/cancellation_level.hpp>
#include <sweet/messages/wait_reason.hpp>

namespace sweet::inline v0_5::detail {

struct wait_source;

/// The operations of one type of wait_source: a static table, since a source lies in the frame of
/// each coroutine that waits for it.
struct wait_ops {
  /// @returns true if wake() has not been called and will not be.
  bool (*retract)(wait_source&, cell&) noexcept = nullptr;
  /// Whether a coroutine stops although the token has come. Null: it does not.
  bool (*stops)(wait_source&, cell&) noexcept = nullptr;
  /// Says what is waited for, if `reason` does not say all. Called by a thread that holds the task,
  /// see held_wait: it reads only what does not change while the task waits.
  void (*describe)(const wait_source&, wait_view&) noexcept = nullptr;
  wait_reason reason = wait_reason::event;
};

/// Something other than a child that a body waits for. It wakes its task exactly once, through
/// wake(), unless it has been retracted.
struct wait_source {
  const wait_ops* ops = nullptr;
  /// If `shielded`: levels above this one end the wait and resume the coroutine. Other waits leave
  /// the decision to the task.
  cancellation_level shield = cancellation_level::none;
  bool shielded = false;
};

/// Begins the parent's wait for `child`; the body suspends next.
/// @param kind child, outcome or join
/// @returns false if the child has an outcome already
inline bool wait_for_child(cell& parent, cell& child, wait_kind kind) noexcept {
  if (!child.state.announce())
    return false;
  parent.begin_wait(child, kind);
  return true;
}

/// Whether the parent takes the outcome of a child without a value for its own end; see
/// shares_stop(). In the parent's context.
bool hears_of_stop(cell& parent, const cell& child) noexcept;

/// Whether the parent takes the outcome of the child for its own end: a cancellation has reached
/// both, and the child was faster. In the parent's context.
inline bool shares_stop(cell& parent, const cell& child) noexcept {
  return child.state.see().has_no_value() && hears_of_stop(parent, child);
}

/// @returns whether the level of a task that has one interrupts a wait for `source`, null for one
/// without a shield.
bool level_interrupts(const cell& c, const wait_source* source) noexcept;

/// @returns whether the level interrupts a wait for `source`, null for one without a shield.
inline bool interrupts(const cell& c, const wait_source* source) noexcept {
  return c.state.peek().level() != cancellation_level::none && level_interrupts(c, source);
}

/// @returns whether the level interrupts a wait for `child`, which may be shielded.
bool interrupts_wait_for(cell& c, const cell& child) noexcept;

/// @returns whether cancellation interrupts waits of the body now.
bool is_interrupted(cell& c) noexcept;
/// @returns whether cancellation interrupts a wait of the body for `child`, which may be shielded.
bool is_interrupted_for(cell& c, const cell& child) noexcept;

/// Notes that the body hears of the level: next its frame is destroyed, a wait answers, or
/// `cancelled` is thrown.
void note_heard(cell& c) noexcept;

/// Whether the caller is a destructor of a body that ends early, by an exception or because its
/// frame is destroyed. That destructor must neither throw `cancelled` nor wait.
bool is_unwinding(const cell& c) noexcept;

/// Reports two waits for one outcome or event, begun before one of them was finished: g++ does that
/// with an expression such as `f(co_await group.next(), co_await group.next())`.
/// @throws std::logic_error
[[noreturn]] void throw_awaited_twice();

} // namespace sweet::inline v0_5::detail
