#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/messages/cancellation_level.hpp>

#include <exception>

namespace sweet::detail {

/// Something other than a child that a body waits for. It wakes its task exactly once, through
/// wake(), unless it has been retracted.
struct wait_source {
  /// @returns true if wake() has not been called and will not be.
  bool (*retract)(wait_source&, cell&) noexcept = nullptr;
  /// The wait is interrupted by levels above this one; ordinary waits leave it to the task.
  cancellation_level shield = cancellation_level::none;
  bool shielded = false;
};

/// Announces that the task waits for `source`; the body suspends next.
inline void wait_for_source(cell& c, wait_source& source) noexcept {
  c.result.pointer = &source;
  c.wait(wait_kind::source);
}

/// Asks the child for a token: it comes once the child has an outcome, unless it is taken back.
/// @returns false if the child has one already
inline bool announce_wait(cell& child) noexcept {
  // Acquire: if there is an outcome it is visible. Release: nothing the child needs, but who gives
  // the outcome must see the bit, or we the outcome.
  auto s = child.state.load(std::memory_order_acquire);
  do {
    if ((s & state::has_outcome) != 0)
      return false;
  } while (!child.state.compare_exchange_weak(s, s | state::awaited, std::memory_order_acq_rel,
                                              std::memory_order_acquire));
  return true;
}

/// Takes that back. @returns false if the token has come or will
inline bool retract_wait(cell& child) noexcept {
  constexpr auto bits = state::awaited | state::done;
  return (child.state.fetch_and(~state::awaited, std::memory_order_acq_rel) & bits) ==
         state::awaited;
}

/// Announces that the parent waits for `child`.
/// @returns false if the child has an outcome already.
inline bool wait_for_child(cell& parent, cell& child) noexcept {
  if (!announce_wait(child))
    return false;
  parent.result.pointer = &child;
  parent.wait(wait_kind::child);
  return true;
}

/// The same for a wait that nothing interrupts: cancellation reaches the child as well, and the
/// parent does not go on before that has ended.
inline bool join_child(cell& parent, cell& child) noexcept {
  if (!wait_for_child(parent, child))
    return false;
  parent.wait(wait_kind::join);
  return true;
}

/// @returns whether the level interrupts a wait for `source`, null for one without a shield.
bool interrupts(cell& c, const wait_source* source) noexcept;

/// The same for a wait for a child, which may be shielded.
bool interrupts_wait_for(cell& c, const cell& child) noexcept;

/// @returns whether cancellation interrupts waits of the body now.
bool is_interrupted(cell& c) noexcept;
/// The same for the wait for a child, which may be shielded.
bool is_interrupted_for(cell& c, const cell& child) noexcept;

/// Marks the interruption of the wait as thrown. Follow with `throw cancelled{}`.
void note_thrown(cell& c) noexcept;

/// Whether the calling destructor runs because an exception unwinds the body: it must not throw
/// `cancelled` as well.
inline bool is_unwinding() noexcept {
  return std::uncaught_exceptions() != 0;
}

/// Two waits for the same thing have been begun before one was finished: g++ does that with an
/// expression such as `f(co_await group.next(), co_await group.next())`. @throws std::logic_error
[[noreturn]] void throw_awaited_twice();

} // namespace sweet::detail
