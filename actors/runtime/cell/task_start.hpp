#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/cell.hpp>

#include <cstdint>

namespace sweet::inline v0_5::detail {

/// @returns whether a killed task may start children: in destructors of its frame, and while it is
/// unstoppable.
bool is_spared(const cell& killed) noexcept;

/// @returns whether `parent` may start children. In its context.
inline bool may_start(const cell& parent) noexcept {
  return !parent.is_killed() || is_spared(parent);
}

/// Starts `child` under `parent`, in the parent's context.
/// @throws cancelled unless the parent may_start(); `child` is discarded then
void start_child(cell& parent, cell& child);

/// Starts a child that has time_limits under `parent`, in the parent's context.
/// @throws cancelled unless the parent may_start(); `child` is discarded then
void start_limited_child(cell& parent, cell& child);

/// Starts `child` under `parent`, in the parent's context, whether or not it may_start().
/// @throws std::bad_alloc; `child` is discarded then
void start_admitted(cell& parent, cell& child);

/// Starts `child` under the root of the runtime and takes a reference for the caller's handle.
/// @throws std::runtime_error if the runtime ends and has killed its tasks; `child` is discarded
/// then
void start_top_level(cell& child);

/// Starts `child` under the root of the runtime, takes a reference for the caller, and leaves it to
/// the caller to run the first turn.
/// @pre cell::give_to_host() was called
/// @throws std::runtime_error if the runtime ends and has killed its tasks, std::logic_error in a
/// process that fork() has made; `child` is discarded then
void start_hosted(cell& child);

/// Starts `child` under `parent`, in the parent's context, as a member of the child_set in `slot`;
/// it may have time_limits.
/// @throws cancelled unless the parent may_start(); `child` is discarded then
void start_grouped(cell& parent, cell& child, std::uint16_t slot);

/// Starts `child` as a member of the child_set in `slot`, in the parent's context; its body does
/// not run before give_turn(). A cancelled child does not wait: it ends as cancelled.
/// @throws cancelled unless the parent may_start(); `child` is discarded then
void start_waiting(cell& parent, cell& child, std::uint16_t slot);

/// Lets a child that waits for its turn run, in the parent's context.
void give_turn(cell& child) noexcept;

/// @returns whether the child was started with start_waiting() and has not been given its turn
inline bool waits_for_its_turn(const cell& c) noexcept {
  // Relaxed: only the parent changes it, and then tells the child through its inbox.
  return c.state.peek().any(state_word::waits_for_turn);
}

} // namespace sweet::inline v0_5::detail
