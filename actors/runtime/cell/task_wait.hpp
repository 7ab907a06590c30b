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

/// The parent is to wait for `child`; the body suspends next.
/// @returns false if the child has an outcome already
inline bool wait_for_child(cell& parent, cell& child) noexcept {
  if (!child.state.announce())
    return false;
  parent.begin_wait(child);
  return true;
}

/// As wait_for_child(), for a wait that nothing interrupts: cancellation reaches the child as well,
/// and the parent does not go on before that has ended.
inline bool join_child(cell& parent, cell& child) noexcept {
  if (!child.state.announce())
    return false;
  parent.begin_join(child);
  return true;
}

/// @returns whether the level interrupts a wait for `source`, null for one without a shield.
bool interrupts(cell& c, const wait_source* source) noexcept;

/// @returns whether the level interrupts a wait for `child`, which may be shielded.
bool interrupts_wait_for(cell& c, const cell& child) noexcept;

/// @returns whether cancellation interrupts waits of the body now.
bool is_interrupted(cell& c) noexcept;
/// @returns whether cancellation interrupts a wait of the body for `child`, which may be shielded.
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
