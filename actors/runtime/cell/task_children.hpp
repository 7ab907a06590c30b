#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/cell.hpp>

namespace sweet::inline v0_5::detail {

class child_set;

/// Links a child that is about to start, as the youngest of its siblings.
void link_child(cell& parent, cell& child) noexcept;

/// Takes an ended child off its parent, in the parent's context, and releases its memory.
void consume(cell& child) noexcept;

/// Takes the ended children out of the inbox, in the task's context: to their sets, or off the
/// tree. Cheaper not called if there are none.
void take_arrivals(cell& c) noexcept;

/// Takes the ended children out of the inbox of the set's parent. @returns whether the set is ready
/// then
bool poll(child_set& set) noexcept;

/// Drops the parent's last handle: the child is reaped when it ends.
void drop_child(cell& child) noexcept;

} // namespace sweet::inline v0_5::detail
