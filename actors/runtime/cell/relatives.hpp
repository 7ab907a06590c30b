#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/messages/task_id.hpp>

#include <vector>

// Who stands above and below a task, as others see it: an attempt at a task is the task.

namespace sweet::detail {

inline bool is_attempt(const cell& c) noexcept {
  return c.state.peek().any(state_word::attempt);
}

/// The parent of a task that is no attempt, as others see it. Also of a block that may be freed and
/// reused any time. @returns null for the root, and for a task that is not in the tree yet
cell* visible_parent(const cell& c) noexcept;

/// Any thread that may touch the task. @returns none once the task has ended
task_id parent_of(cell& c);

/// The children that have not ended, in the order of their ids. Any thread that may touch the task;
/// looks at all tasks of the runtime. @returns none once the task has ended
std::vector<task_id> children_of(cell& c);

} // namespace sweet::detail
