// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/absorb_signals.hpp>

#include <sweet/actors/runtime/cell/cancel.hpp>
#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/actors/runtime/cell/child_set.hpp>
#include <sweet/actors/runtime/cell/side_block.hpp>
#include <sweet/actors/runtime/cell/task_signals.hpp>
#include <sweet/messages/cancellation_level.hpp>

#include <atomic>
#include <cstdint>
#include <utility>

namespace sweet::detail {

namespace {

// The level of the parent counts from now on. It raises its level and then looks for shields; we
// take ours away and then look for its level: sequentially consistent, so one sees the other.
void end_shield(cell& c) noexcept {
  c.state.fetch_and(~state::shield_mask, std::memory_order_seq_cst);
  const cell* parent = c.parent.load(std::memory_order_relaxed);
  const auto level = static_cast<cancellation_level>(
      (parent->state.load(std::memory_order_seq_cst) & state::level_mask) >> state::level_shift);
  if (level > state_level(c))
    note_asked_to_stop(c);
  raise_level(c, level);
}

} // namespace

void raise_level(cell& c, cancellation_level level) noexcept {
  const auto current = state_level(c);
  if (level <= current)
    return;
  // Only the task's context changes these bits, so flipping the difference sets them.
  const auto flip = static_cast<std::uint32_t>(level) ^ static_cast<std::uint32_t>(current);
  // Sequentially consistent, see end_shield().
  c.state.fetch_xor(flip << state::level_shift, std::memory_order_seq_cst);
  // Who signalled may be slower than we are: callbacks of the body's run before it is unwound.
  request_stop(c);
  cancel_children(c, level);
}

void cancel_children(cell& c, cancellation_level level) noexcept {
  cell* oldest = c.children;
  if (oldest == nullptr)
    return;
  cell* child = oldest->prev;
  for (;;) {
    cell* older = child->prev;
    __builtin_prefetch(older->prev);
    if (level > child->shield())
      request_cancel(*child, level);
    if (child == oldest)
      return;
    child = older;
  }
}

void take_resolved(cell& c) noexcept {
  side_block* side = find_side(c);
  if (side == nullptr)
    return;
  cell* child = side->resolved_children.exchange(nullptr, std::memory_order_acquire);
  while (child != nullptr) {
    cell* next = std::exchange(find_side(*child)->next_resolved, nullptr);
    if (child->group != 0)
      side->child_sets[child->group - 1u]->resolved(*child);
    child = next;
  }
}

void absorb_signals(cell& c) noexcept {
  constexpr auto kinds = inbox::event | inbox::nudge | inbox::level_mask;
  if (!has_signals(c))
    return;
  // Acquire: what the sender did before it signalled.
  const auto v = c.inbox.fetch_and(~kinds, std::memory_order_acq_rel);
  if ((v & inbox::nudge) != 0)
    take_resolved(c);
  bool unshielded = false;
  bool winds_up = false;
  if ((v & inbox::event) != 0) {
    side_block& side = *find_side(c);
    const auto events = side.events.exchange(0, std::memory_order_acquire);
    std::uint32_t bits = 0;
    if ((events & side_event::expired) != 0) {
      bits |= state::expired;
      // What the body has taken in time counts if it returns before it hears of this.
      if (c.stage.load(std::memory_order_relaxed) != phase::draining || c.children != nullptr)
        side.claimed_in_time = false;
    }
    if ((events & side_event::child_failed) != 0)
      bits |= state::scope_failed;
    c.state.fetch_or(bits, std::memory_order_relaxed);
    winds_up = bits != 0;
    unshielded = (events & side_event::unshielded) != 0;
  }
  raise_level(c, static_cast<cancellation_level>((v & inbox::level_mask) >> inbox::level_shift));
  if (unshielded)
    end_shield(c);
  if (winds_up)
    start_rising(c);
}

} // namespace sweet::detail
