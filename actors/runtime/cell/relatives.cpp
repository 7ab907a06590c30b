// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/relatives.hpp>

#include <sweet/actors/runtime/cell/runtime_hold.hpp>
#include <sweet/actors/runtime/cell/task_reference.hpp>
#include <sweet/actors/runtime/memory/block_pool.hpp>

#include <algorithm>

namespace sweet::inline v0_5::detail {

cell* visible_parent(const cell& c) noexcept {
  // Acquire pairs with the release of the thread that has linked the task: the parent is
  // constructed.
  cell* parent = c.parent.load(std::memory_order_acquire);
  if (parent != nullptr && is_attempt(*parent))
    parent = parent->parent.load(std::memory_order_acquire);
  return parent;
}

task_id parent_of(cell& c) {
  task_id id;
  const runtime_hold held{c}; // a parent may draw its id now
  if (!held)
    return id;
  span_of(c).owner->global().keep_blocks([&] {
    // The memory of an ended task's parent may be unmapped, though not while we are here. A task
    // that has not ended keeps its parent alive: then the parent's block has not been reused
    // meanwhile.
    if (c.is_done())
      return;
    if (cell* parent = visible_parent(c);
        parent == nullptr || !identify_live(*parent, id, nullptr) || c.is_done())
      id = {};
  });
  return id;
}

std::vector<task_id> children_of(cell& c) {
  std::vector<task_id> found;
  // An ended task has no children.
  const runtime_hold held{c};
  if (!held || c.is_done())
    return found;
  span_of(c).owner->global().for_each([&](block_header& block) {
    cell& other = static_cast<cell&>(block);
    if (is_attempt(other) || visible_parent(other) != &c)
      return;
    task_id id;
    task_id same;
    // Looks twice, because the block may be reused meanwhile: if the id is still the same, all that
    // was seen is of one task.
    if (identify_live(other, id, nullptr) && visible_parent(other) == &c && !is_attempt(other) &&
        !other.is_done() && identify_live(other, same, nullptr) && same == id)
      found.push_back(id);
  });
  std::sort(found.begin(), found.end(), [](task_id a, task_id b) { return a.value < b.value; });
  return found;
}

} // namespace sweet::inline v0_5::detail
