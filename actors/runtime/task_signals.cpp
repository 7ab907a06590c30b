// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/child_set.hpp>
#include <sweet/actors/runtime/last_resort.hpp>
#include <sweet/actors/runtime/processor.hpp>
#include <sweet/actors/runtime/scheduler.hpp>
#include <sweet/actors/runtime/side_block.hpp>
#include <sweet/actors/runtime/task_core.hpp>
#include <sweet/actors/runtime/task_steps.hpp>
#include <sweet/actors/runtime/thread_state.hpp>

#include <utility>

namespace sweet::detail {

namespace {

void schedule(cell& c) noexcept {
  scheduler& home = scheduler_of(c);
  if (processor* p = processor_of(home))
    p->push_woken(job{c});
  else
    home.inject(job{c});
}

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

/// Sets bits in the inbox of a task, raises the level asked for, and schedules it if it waits.
void signal(cell& c, std::uintptr_t bits, cancellation_level level) noexcept {
  const auto asked = inbox_level(level);
  auto v = c.inbox.load(std::memory_order_relaxed);
  std::uintptr_t raised = 0;
  do {
    raised = (v & inbox::level_mask) < asked ? (v & ~inbox::level_mask) | asked : v;
    // Release: the task sees what we have done before. Acquire: if it waits, we run it next, after
    // everything that it did before it went to wait. Sequentially consistent for request_stop().
  } while (!c.inbox.compare_exchange_weak(v, (raised & ~inbox::blocked) | bits,
                                          std::memory_order_seq_cst, std::memory_order_relaxed));
  if ((v & inbox::blocked) != 0)
    schedule(c);
}

/// Requests a stop on the stop token, if there is one.
void request_stop(cell& c) noexcept {
  if ((c.state.load(std::memory_order_seq_cst) & state::has_side) == 0)
    return;
  // Sequentially consistent, with the store in stop_token_of(): either we see the source, or its
  // maker sees the level that we have raised.
  if (auto* stop = find_side(c)->stop.load(std::memory_order_seq_cst))
    stop->request_stop();
}

/// Raises the level asked for, and the stop token with it.
void interrupt(cell& c, std::uintptr_t bits, cancellation_level level) noexcept {
  // First, so that all callbacks have run when the body is woken and unwound.
  request_stop(c);
  signal(c, bits, level);
  // Again, for a source that was made in between: its maker may compute for long.
  request_stop(c);
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

processor* processor_of(const scheduler& home) noexcept {
  processor* p = this_thread().driven;
  return p != nullptr && &p->home() == &home ? p : nullptr;
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

void interrupt_by_failure(cell& c, side_block& side) noexcept {
  side.events.fetch_or(side_event::child_failed, std::memory_order_release);
  interrupt(c, inbox::event, cancellation_level::graceful);
}

void interrupt_by_failure(cell& c) noexcept {
  interrupt(c, 0, cancellation_level::graceful);
}

void signal_event(cell& c, side_block& side, std::uint32_t event,
                  cancellation_level level) noexcept {
  side.events.fetch_or(event, std::memory_order_release);
  signal(c, inbox::event, level);
}

void wake(cell& c) noexcept {
  signal(c, inbox::token, cancellation_level::none);
}

void nudge(cell& c) noexcept {
  signal(c, inbox::nudge, cancellation_level::none);
}

void wake_parent(cell& parent) noexcept {
  // Acquire: if it is blocked, its wait kind is the one it went to wait with. That stays so, since
  // it cannot go on before this.
  auto v = parent.inbox.load(std::memory_order_acquire);
  bool suspended = false;
  std::uintptr_t next = 0;
  do {
    suspended = (v & inbox::blocked) != 0 && parent.wait() == wait_kind::child;
    // Blocked on us, it is ours with this step, and can be told without a token to take.
    next = (v & ~inbox::blocked) | (suspended ? 0 : inbox::token);
  } while (!parent.inbox.compare_exchange_weak(v, next, std::memory_order_acq_rel,
                                               std::memory_order_acquire));
  if (suspended)
    parent.wait(wait_kind::none);
  if ((v & inbox::blocked) == 0)
    return;
  if (processor* p = this_thread().driven)
    p->push_next(parent);
  else
    scheduler_of(parent).inject(job{parent});
}

void push_arrival(cell& parent, cell& child) noexcept {
  const auto self = reinterpret_cast<std::uintptr_t>(&child);
  auto v = parent.inbox.load(std::memory_order_relaxed);
  do
    child.children = reinterpret_cast<cell*>(v & ~inbox::tags);
  while (!parent.inbox.compare_exchange_weak(v, self | (v & inbox::tags & ~inbox::blocked),
                                             std::memory_order_acq_rel, std::memory_order_relaxed));
  if ((v & inbox::blocked) == 0)
    return;
  if (processor* p = this_thread().driven)
    p->push_next(parent);
  else
    scheduler_of(parent).inject(job{parent});
}

void push_resolved(cell& parent, cell& child) noexcept {
  // Without a side block it has no sets: nobody waits for the outcome.
  side_block* side = find_side(parent);
  if (side == nullptr)
    return;
  cell*& next = find_side(child)->next_resolved;
  next = side->resolved_children.load(std::memory_order_relaxed);
  while (!side->resolved_children.compare_exchange_weak(next, &child, std::memory_order_release,
                                                        std::memory_order_relaxed)) {
  }
  nudge(parent);
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

bool try_block(cell& c) noexcept {
  auto v = c.inbox.load(std::memory_order_relaxed);
  do {
    if (v != 0)
      return false;
    // Release: who runs the task next sees all that it did. Acquire: if this fails we look at what
    // has arrived.
  } while (!c.inbox.compare_exchange_weak(v, inbox::blocked, std::memory_order_acq_rel,
                                          std::memory_order_acquire));
  return true;
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

bool interrupts(cell& c, const wait_source* source) noexcept {
  const auto level = state_level(c);
  if (source != nullptr && source->shielded)
    return level > source->shield;
  return level > c.thrown() || level >= cancellation_level::kill;
}

bool interrupts_wait_for(cell& c, const cell& child) noexcept {
  return interrupts(c, nullptr) && state_level(c) > child.shield();
}

bool is_interrupted_for(cell& c, const cell& child) noexcept {
  absorb_signals(c);
  return interrupts_wait_for(c, child);
}

bool is_interrupted(cell& c) noexcept {
  absorb_signals(c);
  return interrupts(c, nullptr);
}

void note_thrown(cell& c) noexcept {
  absorb_signals(c);
  c.thrown(state_level(c));
}

void request_cancel(cell& c, cancellation_level level) noexcept {
  if (level <= c.level())
    return;
  note_asked_to_stop(c);
  interrupt(c, 0, level);
}

std::stop_token stop_token_of(cell& c) {
  side_block& side = side_of(c);
  auto* state = side.stop.load(std::memory_order_relaxed);
  if (state == nullptr) {
    state = new stop_state{scheduler_of(c)};
    // See request_stop() for the order.
    side.stop.store(state, std::memory_order_seq_cst);
    if (c.inbox.load(std::memory_order_seq_cst), c.level() != cancellation_level::none)
      state->request_stop();
  }
  return state->token();
}

} // namespace sweet::detail
