// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/claim_value.hpp>

#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/actors/runtime/cell/side_block.hpp>
#include <sweet/actors/runtime/cell/task_wait.hpp>
#include <sweet/actors/runtime/home/thread_state.hpp>
#include <sweet/messages/cancelled.hpp>

#include <atomic>

namespace sweet::detail {

bool claim_value(cell& c) noexcept {
  return c.state.claim_value();
}

bool claim_value_in_time(cell& c) {
  cell* taker = this_thread().task;
  if (taker == nullptr)
    return claim_value(c);
  // A task that has its outcome already has been given up by its deadline or kill_hard.
  if (is_interrupted(*taker) || taker->has_outcome()) {
    note_thrown(*taker);
    throw cancelled{};
  }
  const bool claimed = claim_value(c);
  if (side_block* side = find_side(*taker); side != nullptr && claimed)
    side->claimed_in_time = !taker->state.peek().is_expired();
  return claimed;
}

} // namespace sweet::detail
