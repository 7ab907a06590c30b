// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/end_waiter.hpp>

#include <sweet/actors/runtime/cell/block_layout.hpp>
#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/actors/runtime/cell/side_block.hpp>
#include <sweet/actors/runtime/home/thread_state.hpp>

#include <caf/mailbox_element.hpp>

#include <mutex>
#include <utility>
#include <vector>

namespace sweet::inline v0_5::detail {

namespace {

void push_front(end_waiter*& waiters, end_waiter& w) noexcept {
  w.next = waiters;
  w.link = &waiters;
  if (w.next != nullptr)
    w.next->link = &w.next;
  waiters = &w;
}

void unlink(end_waiter& w) noexcept {
  *w.link = w.next;
  if (w.next != nullptr)
    w.next->link = w.link;
  w.next = nullptr;
  w.link = nullptr;
}

/// The oldest waiter first, from now on: none is added any more.
void reverse(end_waiter*& waiters) noexcept {
  end_waiter* w = std::exchange(waiters, nullptr);
  while (w != nullptr) {
    end_waiter* const older = w->next;
    push_front(waiters, *w);
    w = older;
  }
}

end_waiter* pop_first(end_waiter*& waiters) noexcept {
  end_waiter* const first = waiters;
  if (first != nullptr)
    unlink(*first);
  return first;
}

} // namespace

bool add_waiter(cell& c, end_waiter& w) {
  side_block& side = side_of(c);
  std::lock_guard guard{mutex_of(c)};
  // The thread that gives the outcome sets it first, and then takes the list under the mutex.
  if (c.has_outcome())
    return false;
  push_front(side.waiters, w);
  return true;
}

bool remove_waiter(cell& c, end_waiter& w) noexcept {
  std::lock_guard guard{mutex_of(c)};
  if (w.link == nullptr)
    return false;
  unlink(w);
  return true;
}

void notify_end(cell& c) noexcept {
  side_block* side = find_side(c);
  if (side == nullptr)
    return;
  std::unique_lock lock{mutex_of(c)};
  reverse(side->waiters);
  // One at a time, so that each can be taken off the list until it is called itself.
  while (end_waiter* w = pop_first(side->waiters)) {
    lock.unlock();
    w->ended(*w);
    lock.lock();
  }
  lock.unlock();
  block_actor::of(c).tell_observers();
}

} // namespace sweet::inline v0_5::detail
