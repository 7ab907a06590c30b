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

namespace sweet::detail {

namespace {

void schedule(cell& c) noexcept {
  task_home& home = home_of(c);
  if (workplace* p = workplace_in(home))
    p->push_woken(job{c}, c.lane());
  else
    home.inject(job{c}, c.lane());
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

/// Raises the level asked for, and the stop token with it.
void interrupt(cell& c, std::uintptr_t bits, cancellation_level level) noexcept {
  // First, so that all callbacks have run when the body is woken and unwound.
  request_stop(c);
  signal(c, bits, level);
  // Again, for a source that was made in between: its maker may compute for long.
  request_stop(c);
}

} // namespace

void request_stop(cell& c) noexcept {
  if ((c.state.load(std::memory_order_seq_cst) & state::has_side) == 0)
    return;
  // Sequentially consistent, with the store in stop_token_of(): either we see the source, or its
  // maker sees the level that we have raised.
  if (auto* stop = find_side(c)->stop.load(std::memory_order_seq_cst))
    stop->request_stop();
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
  if (workplace* p = this_thread().driven)
    p->push_next(parent);
  else
    home_of(parent).inject(job{parent}, parent.lane());
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
  if (workplace* p = this_thread().driven)
    p->push_next(parent);
  else
    home_of(parent).inject(job{parent}, parent.lane());
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

void signal_event(cell& c, side_block& side, std::uint32_t event,
                  cancellation_level level) noexcept {
  side.events.fetch_or(event, std::memory_order_release);
  signal(c, inbox::event, level);
}

void request_cancel(cell& c, cancellation_level level) noexcept {
  if (level <= c.level())
    return;
  note_asked_to_stop(c);
  interrupt(c, 0, level);
}

void interrupt_by_failure(cell& c, side_block& side) noexcept {
  side.events.fetch_or(side_event::child_failed, std::memory_order_release);
  interrupt(c, inbox::event, cancellation_level::graceful);
}

void interrupt_by_failure(cell& c) noexcept {
  interrupt(c, 0, cancellation_level::graceful);
}

void report_failure(cell& parent, const task_error& error) noexcept {
  side_block* side = side_or_spare(parent);
  if (side == nullptr) {
    // It fails all the same, and does not say why. Release: the task sees the bit when it sees the
    // signal, or that the child has ended.
    parent.state.fetch_or(state::scope_failed, std::memory_order_release);
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
    if (c.inbox.load(std::memory_order_seq_cst), c.level() != cancellation_level::none)
      state->request_stop();
  }
  return state->token();
}

} // namespace sweet::detail
