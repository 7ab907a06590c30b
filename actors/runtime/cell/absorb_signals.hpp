#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/messages/cancellation_level.hpp>

namespace sweet::detail {

/// Takes in what was signalled to the task, passes cancellation on to its children.
void absorb_signals(cell& c) noexcept;

/// Takes in what push_resolved() has told, in the task's context.
void take_resolved(cell& c) noexcept;

/// The task's own context raises its level, and that of its children.
void raise_level(cell& c, cancellation_level level) noexcept;

/// Raises the level of all children, newest first; the task's context.
void cancel_children(cell& c, cancellation_level level) noexcept;

} // namespace sweet::detail
