#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/messages/task_id.hpp>

#include <vector>

// The parent and the children of a task as users see them: an attempt at a task counts as the task.

namespace sweet::inline v0_5::detail {

inline bool is_attempt(const cell& c) noexcept {
  return c.state.peek().any(state_word::attempt);
}

/// The parent, as users see it, of a task that is no attempt. `c` may be a block that is freed and
/// reused at any time. @returns null for the root, and for a task that is not in the tree yet
cell* visible_parent(const cell& c) noexcept;

/// The id of the parent, as users see it. Any thread that may touch the task.
/// @returns none once the task has ended
task_id parent_of(cell& c);

/// The ids of the children that have not ended, in order. Any thread that may touch the task; looks
/// at all tasks of the runtime. @returns none once the task has ended
std::vector<task_id> children_of(cell& c);

} // namespace sweet::inline v0_5::detail
