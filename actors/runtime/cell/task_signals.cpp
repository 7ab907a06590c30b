// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/task_signals.hpp>

#include <sweet/actors/runtime/cell/block_layout.hpp>
#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/actors/runtime/cell/side_block.hpp>
#include <sweet/actors/runtime/cell/stop_state.hpp>
#include <sweet/actors/runtime/cell/workplace.hpp>
#include <sweet/actors/runtime/home/task_home.hpp>
#include <sweet/actors/runtime/home/thread_state.hpp>
#include <sweet/actors/runtime/queues/job.hpp>
#include <sweet/messages/cancellation_level.hpp>
#include <sweet/messages/task_error.hpp>

#include <atomic>
#include <cstdint>
#include <mutex>
#include <stop_token>

namespace sweet::inline v0_5::detail {

void schedule(cell& c) noexcept {
  task_home& home = home_of(c);
  if (workplace* p = workplace_in(home))
    p->push_woken(job{c}, c.lane());
  else
    home.inject(job{c}, c.lane());
}

namespace {

/// Runs a task next on this thread, because the end of a child has woken it.
void run_next(cell& c) noexcept {
  if (workplace* p = this_thread().driven)
    p->push_next(c);
  else
    home_of(c).inject(job{c}, c.lane());
}

/// Sets bits in the inbox of a task, raises the level asked for, and schedules it if it waits.
void signal(cell& c, std::uintptr_t bits, cancellation_level level) noexcept {
  if (c.inbox.signal(bits, level).is_blocked())
    schedule(c);
}

/// Raises the level asked for, and requests a stop on the stop token.
void interrupt(cell& c, std::uintptr_t bits, cancellation_level level) noexcept {
  // First, so that all callbacks have run when the body is woken and stops.
  request_stop(c);
  signal(c, bits, level);
  // Again, for a source that was made in between: its maker may compute for long.
  request_stop(c);
}

} // namespace

void request_stop(cell& c) noexcept {
  if (!c.state.see_in_order().has_side_block())
    return;
  // Sequentially consistent, with the store in stop_token_of(): either we see the source, or its
  // maker sees the level that we have raised.
  if (auto* stop = find_side(c)->stop.load(std::memory_order_seq_cst))
    stop->request_stop();
}

void wake(cell& c) noexcept {
  const auto brought = c.inbox.bring_token([&] { return c.waits_for() == wait_kind::source; });
  if (brought.in_person)
    c.note_came();
  if (brought.was_blocked)
    schedule(c);
}

void nudge(cell& c) noexcept {
  signal(c, inbox_word::nudge, cancellation_level::none);
}

void wake_parent(cell& parent) noexcept {
  const auto brought =
      parent.inbox.bring_token([&] { return parent.waits_for() == wait_kind::child; });
  if (brought.in_person)
    parent.note_came();
  if (brought.was_blocked)
    run_next(parent);
}

void push_arrival(cell& parent, cell& child) noexcept {
  if (parent.inbox.push_arrival(child, child.children))
    run_next(parent);
}

void push_resolved(cell& parent, cell& child) noexcept {
  // A parent without a side block has no sets: none waits for the outcome.
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

void signal_event(cell& c, side_block& side, std::uint32_t event,
                  cancellation_level level) noexcept {
  side.events.fetch_or(event, std::memory_order_release);
  signal(c, inbox_word::event, level);
}

void request_cancel(cell& c, cancellation_level level) noexcept {
  if (level <= c.level())
    return;
  c.state.ask_to_stop();
  interrupt(c, 0, level);
}

void interrupt_by_failure(cell& c, side_block& side) noexcept {
  side.events.fetch_or(side_event::child_failed, std::memory_order_release);
  interrupt(c, inbox_word::event, cancellation_level::graceful);
}

void interrupt_by_failure(cell& c) noexcept {
  interrupt(c, 0, cancellation_level::graceful);
}

void report_failure(cell& parent, const task_error& error) noexcept {
  side_block* side = side_or_spare(parent);
  if (side == nullptr) {
    // The parent fails all the same, and does not say why.
    parent.state.fail_scope();
    return interrupt_by_failure(parent);
  }
  {
    std::lock_guard guard{mutex_of(parent)};
    if (!side->failure)
      side->failure = error;
  }
  interrupt_by_failure(parent, *side);
}

std::stop_token stop_token_of(cell& c) {
  side_block& side = side_of(c);
  auto* state = side.stop.load(std::memory_order_relaxed);
  if (state == nullptr) {
    state = new stop_state{home_of(c)};
    // See request_stop() for the order.
    side.stop.store(state, std::memory_order_seq_cst);
    if (c.inbox.see_in_order(), c.level() != cancellation_level::none)
      state->request_stop();
  }
  return state->token();
}

} // namespace sweet::inline v0_5::detail
