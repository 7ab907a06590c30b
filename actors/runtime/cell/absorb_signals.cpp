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

namespace sweet::inline v0_5::detail {

namespace {

/// Ends the task's shield: from now on the level of the parent counts.
void end_shield(cell& c) noexcept {
  c.state.end_shield();
  const cell* parent = c.parent.load(std::memory_order_relaxed);
  const auto level = parent->state.see_in_order().level();
  if (level > c.state.peek().level())
    c.state.ask_to_stop();
  raise_level(c, level);
}

} // namespace

void raise_level(cell& c, cancellation_level level) noexcept {
  const auto current = c.state.peek().level();
  if (level <= current)
    return;
  c.state.raise_level(current, level);
  // The thread that signalled may be slower: callbacks on the stop token run before the body stops.
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
  // Relaxed: those that must not be missed were pushed before what has brought the caller here, and
  // mostly there are none.
  if (side->resolved_children.load(std::memory_order_relaxed) == nullptr)
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
  if (!c.inbox.peek().has_signals())
    return;
  const auto taken = c.inbox.take_signals();
  if (taken.has_nudge())
    take_resolved(c);
  bool unshielded = false;
  bool winds_up = false;
  if (taken.has_event()) {
    side_block& side = *find_side(c);
    const auto events = side.events.exchange(0, std::memory_order_acquire);
    std::uint32_t bits = 0;
    if ((events & side_event::expired) != 0) {
      bits |= state_word::expired;
      // A value claimed in time counts only if the body and its children have ended by now.
      if (c.stage() != phase::draining || c.children != nullptr)
        side.claimed_in_time = false;
    }
    if ((events & side_event::child_failed) != 0)
      bits |= state_word::scope_failed;
    c.state.take_in(bits);
    winds_up = bits != 0;
    unshielded = (events & side_event::unshielded) != 0;
  }
  raise_level(c, taken.level());
  if (unshielded)
    end_shield(c);
  if (winds_up)
    start_rising(c);
}

} // namespace sweet::inline v0_5::detail
