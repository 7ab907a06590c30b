// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/task_group_core.hpp>

#include <sweet/actors/runtime/side_block.hpp>
#include <sweet/actors/runtime/task_core.hpp>
#include <sweet/actors/runtime/task_steps.hpp>

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace sweet::detail {

group_core::group_core(cell& parent) : parent_(&parent) {
  auto& groups = side_of(parent).groups;
  auto free_slot = std::find(groups.begin(), groups.end(), nullptr);
  if (free_slot == groups.end()) {
    if (groups.size() == std::numeric_limits<std::uint16_t>::max())
      throw std::length_error{"a task can have 65,535 task groups at the same time"};
    free_slot = groups.insert(free_slot, nullptr);
  }
  *free_slot = this;
  slot_ = static_cast<std::uint16_t>(free_slot - groups.begin() + 1);
}

group_core::~group_core() {
  poll(); // those that have ended are consumed here, the others by the task's inbox

  while (has_ended_child())
    consume(take());
  find_side(*parent_)->groups[slot_ - 1u] = nullptr;
  // The others must not arrive at a group that takes over the slot.
  for_each_child([](cell& child) { child.group = 0; });
}

template <class F>
void group_core::for_each_child(F visit) noexcept {
  if (size_ == 0)
    return;
  cell* child = parent_->children;
  cell* const oldest = child;
  do {
    child = child->prev;
    if (child->group == slot_)
      visit(*child);
  } while (child != oldest);
}

void group_core::cancel(cancellation_level level) noexcept {
  for_each_child([level](cell& child) { request_cancel(child, level); });
}

void group_core::start(cell& child) {
  start_grouped(*parent_, child, slot_);
  ++size_;
}

void group_core::arrived(cell& child) noexcept {
  child.children = nullptr;
  (oldest_ == nullptr ? oldest_ : youngest_->children) = &child;
  youngest_ = &child;
}

bool group_core::poll() noexcept {
  if (has_arrivals(*parent_))
    take_arrivals(*parent_);
  return has_ended_child();
}

cell& group_core::take() noexcept {
  cell& child = *oldest_;
  oldest_ = child.children;
  child.children = nullptr;
  --size_;
  return child;
}

void group_core::wait() noexcept {
  parent_->result.pointer = this;
  parent_->wait(wait_kind::group);
}

} // namespace sweet::detail
