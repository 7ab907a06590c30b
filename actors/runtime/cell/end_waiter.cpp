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

// -- waiters -----------------------------------------------------------------------------------

bool add_waiter(cell& c, end_waiter& w) {
  side_block& side = side_of(c);
  std::lock_guard guard{mutex_of(c)};
  // The thread that gives the outcome sets it first, and then takes the list under the mutex.
  if (c.has_outcome())
    return false;
  w.next = side.waiters;
  side.waiters = &w;
  return true;
}

bool remove_waiter(cell& c, end_waiter& w) noexcept {
  side_block* side = find_side(c);
  std::lock_guard guard{mutex_of(c)};
  for (auto** i = &side->waiters; *i != nullptr; i = &(*i)->next)
    if (*i == &w) {
      *i = w.next;
      return true;
    }
  return false;
}

void notify_end(cell& c) noexcept {
  side_block* side = find_side(c);
  if (side == nullptr)
    return;
  end_waiter* waiters = nullptr;
  {
    std::lock_guard guard{mutex_of(c)};
    waiters = std::exchange(side->waiters, nullptr);
  }
  end_waiter* oldest_first = nullptr;
  while (waiters != nullptr)
    oldest_first = std::exchange(waiters, std::exchange(waiters->next, oldest_first));
  while (oldest_first != nullptr) {
    end_waiter* w = std::exchange(oldest_first, oldest_first->next);
    w->ended(*w);
  }
  block_actor::of(c).tell_observers();
}

} // namespace sweet::inline v0_5::detail
