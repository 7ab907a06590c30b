#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/cell.hpp>

namespace sweet::detail {

class child_set;

/// Links a child that is to start behind its older siblings.
void link_child(cell& parent, cell& child) noexcept;

/// Takes an ended child off its parent, in the parent's context, and releases its memory.
void consume(cell& child) noexcept;

/// Takes the ended children out of the inbox, in the task's context: to their sets, or off the
/// tree. Cheaper not called if there are none.
void take_arrivals(cell& c) noexcept;

/// Takes in what the inbox of the set's task holds. @returns whether the set is ready then
bool poll(child_set& set) noexcept;

/// The parent's last handle goes: the child is reaped when it ends.
void drop_child(cell& child) noexcept;

} // namespace sweet::detail
