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

namespace sweet::inline v0_5::detail {

void link_child(cell& parent, cell& child) noexcept {
  // Release pairs with the acquire of threads that look at all blocks: the parent that they find
  // here is constructed.
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
  constexpr auto special =
      state_word::exposed | state_word::failed | state_word::cancelled | state_word::has_side;
  if (child.state.peek().any(special)) [[unlikely]] {
    if (child.state.peek().is_exposed())
      return release_reference(child);
    return discard(child);
  }
  if (child.has_value() && child.ops->destroy_value != nullptr)
    child.ops->destroy_value(child);
  free_task(child);
}

void take_arrivals(cell& c) noexcept {
  const auto arrived = c.inbox.take_arrivals();
  // Resolved children come first, because they may be freed once they arrive.
  if (c.state.peek().has_side_block())
    take_resolved(c);
  cell* oldest_first = nullptr;
  for (cell* child = arrived.newest_arrival(); child != nullptr;)
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
  if (set.parent().inbox.peek().has_arrivals())
    take_arrivals(set.parent());
  return set.is_ready();
}

void drop_child(cell& child) noexcept {
  if (child.is_done() && !child.state.peek().is_grouped())
    return consume(child);
  // If the child has ended meanwhile, its result is ours to destroy.
  if (child.state.report_to_inbox().is_done())
    consume(child);
}

} // namespace sweet::inline v0_5::detail
