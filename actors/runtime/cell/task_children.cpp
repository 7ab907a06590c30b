// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/task_children.hpp>

#include <sweet/actors/runtime/cell/absorb_signals.hpp>
#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/actors/runtime/cell/child_set.hpp>
#include <sweet/actors/runtime/cell/side_block.hpp>
#include <sweet/actors/runtime/cell/task_memory.hpp>
#include <sweet/actors/runtime/cell/task_reference.hpp>
#include <sweet/actors/runtime/cell/task_signals.hpp>

#include <atomic>
#include <utility>

namespace sweet::detail {

void link_child(cell& parent, cell& child) noexcept {
  // Release pairs with the acquire of who looks at all blocks: the parent that it finds here is
  // constructed.
  child.parent.store(&parent, std::memory_order_release);
  cell* oldest = parent.children;
  if (oldest == nullptr) {
    child.next(&child);
    parent.children = child.prev = &child;
    return;
  }
  cell* youngest = oldest->prev;
  child.next(oldest);
  child.prev = youngest;
  youngest->next(&child);
  oldest->prev = &child;
}

namespace {

void unlink_child(cell& parent, cell& child) noexcept {
  if (child.next() == &child) {
    parent.children = nullptr;
    return;
  }
  child.prev->next(child.next());
  child.next()->prev = child.prev;
  if (parent.children == &child)
    parent.children = child.next();
}

} // namespace

void consume(cell& child) noexcept {
  unlink_child(*child.parent.load(std::memory_order_relaxed), child);
  constexpr auto special = state::exposed | state::failed | state::cancelled | state::has_side;
  if ((child.state.load(std::memory_order_relaxed) & special) != 0) [[unlikely]] {
    if ((child.state.load(std::memory_order_relaxed) & state::exposed) != 0)
      return release_reference(child);
    return discard(child);
  }
  if (child.has_value() && child.ops->destroy_value != nullptr)
    child.ops->destroy_value(child);
  free_task(child);
}

void take_arrivals(cell& c) noexcept {
  // Acquire: the children's results are visible.
  const auto v = c.inbox.fetch_and(inbox::tags, std::memory_order_acq_rel);
  // Before they may be freed: those whose outcome has come before.
  if ((c.state.load(std::memory_order_relaxed) & state::has_side) != 0)
    take_resolved(c);
  cell* oldest_first = nullptr;
  for (auto* child = reinterpret_cast<cell*>(v & ~inbox::tags); child != nullptr;)
    oldest_first = std::exchange(child, std::exchange(child->children, oldest_first));
  while (oldest_first != nullptr) {
    cell* child = std::exchange(oldest_first, oldest_first->children);
    child->children = nullptr;
    if (child->group != 0)
      find_side(c)->child_sets[child->group - 1u]->arrived(*child);
    else
      consume(*child);
  }
}

bool poll(child_set& set) noexcept {
  if (has_arrivals(set.parent()))
    take_arrivals(set.parent());
  return set.is_ready();
}

void drop_child(cell& child) noexcept {
  if (child.is_done() && (child.state.load(std::memory_order_relaxed) & state::grouped) == 0)
    return consume(child);
  // Acquire: if it has ended meanwhile, its result is ours to destroy.
  if ((child.state.fetch_or(state::grouped, std::memory_order_acq_rel) & state::done) != 0)
    consume(child);
}

} // namespace sweet::detail
