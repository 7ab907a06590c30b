// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/claim_value.hpp>

#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/actors/runtime/cell/side_block.hpp>
#include <sweet/actors/runtime/cell/task_wait.hpp>
#include <sweet/actors/runtime/home/thread_state.hpp>
#include <sweet/messages/cancelled.hpp>

#include <atomic>

namespace sweet::inline v0_5::detail {

bool claim_value(cell& c) noexcept {
  return c.state.claim_value();
}

bool claim_value_for(cell* taker, cell& c) noexcept {
  const bool claimed = claim_value(c);
  if (taker == nullptr || !claimed)
    return claimed;
  if (side_block* side = find_side(*taker); side != nullptr)
    side->claimed_in_time = !taker->state.peek().is_expired();
  return true;
}

bool claims_too_late(cell& taker) noexcept {
  // A task that has its outcome already has been given up by its deadline or kill_hard.
  return is_interrupted(taker) || (taker.has_outcome() && taker.on_stop() != stop_mode::never);
}

bool claim_value_in_time(cell& c) {
  cell* taker = this_thread().task;
  if (taker != nullptr && !is_unwinding(*taker) && claims_too_late(*taker)) {
    note_heard(*taker);
    throw cancelled{};
  }
  return claim_value_for(taker, c);
}

} // namespace sweet::inline v0_5::detail
