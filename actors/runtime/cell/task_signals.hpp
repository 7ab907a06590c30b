#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/messages/cancellation_level.hpp>
#include <sweet/messages/task_error.hpp>

#include <cstdint>
#include <stop_token>

namespace sweet::detail {

struct side_block;

/// The level as bits of `cell::inbox`.
constexpr std::uintptr_t inbox_level(cancellation_level l) noexcept {
  return static_cast<std::uintptr_t>(l) << inbox::level_shift;
}

/// The level that the task's context has taken in.
inline cancellation_level state_level(const cell& c) noexcept {
  return static_cast<cancellation_level>(
      (c.state.load(std::memory_order_relaxed) & state::level_mask) >> state::level_shift);
}

/// Somebody asks the task to stop, itself included: from now on it is pending_cancellation. Before
/// the level is raised.
inline void note_asked_to_stop(cell& c) noexcept {
  // Relaxed: who sees the level without this bit, sees the task as it was a moment ago.
  c.state.fetch_or(state::asked_to_stop, std::memory_order_relaxed);
}

/// Whether absorb_signals() has something to take in.
inline bool has_signals(const cell& c) noexcept {
  constexpr auto kinds = inbox::event | inbox::nudge | inbox::level_mask;
  return (c.inbox.load(std::memory_order_relaxed) & kinds) != 0;
}

/// Whether absorb_signals() or take_arrivals() has something to do.
inline bool has_news(const cell& c) noexcept {
  return (c.inbox.load(std::memory_order_relaxed) & ~(inbox::blocked | inbox::token)) != 0;
}

/// Whether take_arrivals() has something to take.
inline bool has_arrivals(const cell& c) noexcept {
  return (c.inbox.load(std::memory_order_relaxed) & ~inbox::tags) != 0;
}

/// Sets `blocked` in the inbox of the task that this thread runs, so that a signal schedules it.
/// @returns false if there is something to do for the task right away; if true, it may be running
/// elsewhere already
bool try_block(cell& c) noexcept;

/// Delivers the token that `c` waits for, and lets it run. Any thread; the last touch of `c`.
void wake(cell& c) noexcept;

/// Makes the task look again at what it waits for; unlike a token it may come at any time, or never
/// be needed. Any thread that may touch the task.
void nudge(cell& c) noexcept;

/// Wakes the parent from the thread that ended the child it waits for: it runs next here.
void wake_parent(cell& parent) noexcept;

/// Hands an ended child to its parent through the parent's inbox.
void push_arrival(cell& parent, cell& child) noexcept;

/// Tells the parent that the outcome of a child that reports through the inbox has come before its
/// end. By who resolves it, who keeps the parent there.
void push_resolved(cell& parent, cell& child) noexcept;

/// Tells the task that something has happened, one of side_event, and raises the level asked for.
void signal_event(cell& c, side_block& side, std::uint32_t event,
                  cancellation_level level) noexcept;

/// Requests a stop on the stop token, if there is one.
void request_stop(cell& c) noexcept;

/// Raises the task's level. Any thread that may touch the task.
void request_cancel(cell& c, cancellation_level level) noexcept;

/// A child of the task has failed: cancels it gracefully, its stop token first.
void interrupt_by_failure(cell& c, side_block& side) noexcept;

/// The same when there is no side block, and state::scope_failed tells of the child.
void interrupt_by_failure(cell& c) noexcept;

/// Whether the failure of a task with this state fails its parent.
constexpr bool escalates(std::uint32_t s) noexcept {
  return (s & (state::escalates | state::contained | state::top_level)) == state::escalates;
}

/// Tells the parent that a child with an escalating failure is about to end.
void report_failure(cell& parent, const task_error& error) noexcept;

/// The stop token of the body.
std::stop_token stop_token_of(cell& c);

} // namespace sweet::detail
