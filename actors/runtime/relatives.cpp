// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/relatives.hpp>

#include <sweet/actors/runtime/scheduler.hpp>
#include <sweet/actors/runtime/task_core.hpp>

#include <algorithm>

namespace sweet::detail {

cell* visible_parent(const cell& c) noexcept {
  // Acquire pairs with the release of who has linked the task: the parent is constructed.
  cell* parent = c.parent.load(std::memory_order_acquire);
  if (parent != nullptr && is_attempt(*parent))
    parent = parent->parent.load(std::memory_order_acquire);
  return parent;
}

task_id parent_of(cell& c) {
  task_id id;
  // A task that has not ended keeps its parent alive: then the block has not been reused meanwhile.
  if (cell* parent = visible_parent(c);
      parent == nullptr || !identify_live(*parent, id, nullptr) || c.is_done())
    return {};
  return id;
}

std::vector<task_id> children_of(cell& c) {
  std::vector<task_id> found;
  // Once it has ended there are none, and its runtime may be gone.
  if (c.is_done())
    return found;
  scheduler_of(c).blocks().for_each([&](cell& other) {
    if (is_attempt(other) || visible_parent(other) != &c)
      return;
    task_id id;
    task_id same;
    // Twice, as the block may be reused while we look: then what is seen is of one task.
    if (identify_live(other, id, nullptr) && visible_parent(other) == &c && !is_attempt(other) &&
        !other.is_done() && identify_live(other, same, nullptr) && same == id)
      found.push_back(id);
  });
  std::sort(found.begin(), found.end(), [](task_id a, task_id b) { return a.value < b.value; });
  return found;
}

} // namespace sweet::detail
