#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/messages/cancellation_level.hpp>

namespace sweet::inline v0_5::detail {

/// Takes in the signals of the task's inbox, and passes a cancellation on to the children. In the
/// task's context.
void absorb_signals(cell& c) noexcept;

/// Tells the sets which of their children push_resolved() has reported. In the task's context.
void take_resolved(cell& c) noexcept;

/// Raises the level of the task and of its children. In the task's context.
void raise_level(cell& c, cancellation_level level) noexcept;

/// Raises the level of the children, newest first, unless their shields keep it off. In the task's
/// context.
void cancel_children(cell& c, cancellation_level level) noexcept;

} // namespace sweet::inline v0_5::detail
