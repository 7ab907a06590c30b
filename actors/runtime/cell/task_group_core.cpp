// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/task_group_core.hpp>

#include <sweet/actors/runtime/cell/cancel.hpp>
#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/actors/runtime/cell/side_block.hpp>
#include <sweet/actors/runtime/cell/task_children.hpp>
#include <sweet/actors/runtime/cell/task_start.hpp>

#include <stdexcept>
#include <utility>

namespace sweet::inline v0_5::detail {

group_core::handle group_core::make(cell& parent) {
  return handle{new group_core{parent}};
}

group_core::~group_core() {
  // Children that have not ended must not arrive at a set that takes over the slot.
  for_each_child([](cell& child) { child.group = 0; });
}

void group_core::close_and_go() noexcept {
  poll(*this); // ended children are consumed here, the others when they arrive
  give_up();
  closed_ = true;
  if (waiting_ == 0)
    delete this;
}

bool group_core::give_up() noexcept {
  const bool any = oldest_ != nullptr;
  while (is_ready())
    let_go(take());
  given_up_ = true;
  return any;
}

template <class F>
void group_core::for_each_child(F visit) noexcept {
  if (size_ == 0)
    return;
  cell* child = parent().children;
  cell* const oldest = child;
  do {
    child = child->prev;
    if (child->group == slot())
      visit(*child);
  } while (child != oldest);
}

void group_core::cancel(cancellation_level level) noexcept {
  if (level == cancellation_level::kill_hard)
    return give_up_members(parent(), slot());
  for_each_child([level](cell& child) { cancel_task(child, level); });
}

void group_core::max_concurrency(std::size_t n) {
  if (n == 0)
    throw std::invalid_argument{"max_concurrency(0): nothing would ever run; give at least 1"};
  limit_ = n;
  start_waiting_ones();
}

void group_core::start(cell& child) {
  if (running_ < limit_) {
    start_grouped(parent(), child, slot());
    ++running_;
  } else {
    start_waiting(parent(), child, slot());
    ++waiting_;
    if (next_in_line_ == nullptr)
      next_in_line_ = &child;
    // To start a child takes arrivals in: a member may have ended when there was none to follow it.
    start_waiting_ones();
  }
  ++size_;
}

cell* group_core::next_in_line_behind(cell& child) const noexcept {
  if (waiting_ == 0)
    return nullptr;
  cell* next = child.next();
  while (next->group != slot() || !waits_for_its_turn(*next))
    next = next->next();
  return next;
}

void group_core::start_waiting_ones() noexcept {
  while (waiting_ != 0 && running_ < limit_) {
    cell& child = *next_in_line_;
    --waiting_;
    ++running_;
    next_in_line_ = next_in_line_behind(child);
    give_turn(child);
  }
}

void group_core::arrived(cell& child) noexcept {
  if (waits_for_its_turn(child)) { // cancelled before its turn
    --waiting_;
    if (next_in_line_ == &child)
      next_in_line_ = next_in_line_behind(child);
  } else if (!leave_early(child)) {
    --running_;
  }
  if (given_up_) {
    --size_;
    consume(child);
  } else {
    child.children = nullptr;
    (oldest_ == nullptr ? oldest_ : youngest_->children) = &child;
    youngest_ = &child;
  }
  pass_turn();
}

void group_core::resolved(cell& child) noexcept {
  if (waits_for_its_turn(child))
    return; // the child ends at once
  --running_;
  if (given_up_) {
    --size_;
    child.group = 0;
  } else {
    enter_early(child);
  }
  pass_turn();
}

void group_core::enter_early(cell& child) noexcept {
  find_side(child)->prev_resolved = last_early_;
  (last_early_ == nullptr ? first_early_ : find_side(*last_early_)->next_resolved) = &child;
  last_early_ = &child;
}

bool group_core::leave_early(cell& child) noexcept {
  if (first_early_ == nullptr)
    return false;
  side_block* side = find_side(child);
  // Each but the first has one before it.
  if (side == nullptr || (side->prev_resolved == nullptr && first_early_ != &child))
    return false;
  cell* const next = std::exchange(side->next_resolved, nullptr);
  cell* const prev = std::exchange(side->prev_resolved, nullptr);
  (prev == nullptr ? first_early_ : find_side(*prev)->next_resolved) = next;
  (next == nullptr ? last_early_ : find_side(*next)->prev_resolved) = prev;
  return true;
}

void group_core::pass_turn() noexcept {
  start_waiting_ones();
  if (closed_ && waiting_ == 0)
    delete this;
}

cell& group_core::take() noexcept {
  --size_;
  cell* child = oldest_;
  if (child != nullptr) {
    oldest_ = std::exchange(child->children, nullptr);
  } else {
    child = first_early_;
    leave_early(*child);
    child->group = 0; // reaped when it ends
  }
  return *child;
}

void group_core::let_go(cell& child) noexcept {
  if (child.group == slot())
    consume(child);
}

} // namespace sweet::inline v0_5::detail
