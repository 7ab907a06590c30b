#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/observe/log_sink.hpp>
#include <sweet/actors/runtime/cell.hpp>
#include <sweet/actors/runtime/task_core.hpp>
#include <sweet/messages/log_level.hpp>
#include <sweet/messages/task_error.hpp>
#include <sweet/messages/task_status.hpp>

#include <cstdint>
#include <new>

// What the parts of the tasks' protocol share among each other: task_start.cpp (how tasks come
// into the tree), task_run.cpp (how they run and end), task_outcome.cpp (with what), and
// task_signals.cpp (what others tell them).

namespace sweet::detail {

class processor;
class scheduler;
struct side_block;
struct wait_source;

/// The level as bits of `cell::inbox`.
constexpr std::uintptr_t inbox_level(cancellation_level l) noexcept {
  return static_cast<std::uintptr_t>(l) << inbox::level_shift;
}

/// The level that the task's context has taken in.
inline cancellation_level state_level(const cell& c) noexcept {
  return static_cast<cancellation_level>(
      (c.state.load(std::memory_order_relaxed) & state::level_mask) >> state::level_shift);
}

/// What a task with these bits of `cell::state` has ended with, or is about to end with.
inline task_status outcome_status(std::uint32_t s) noexcept {
  if ((s & state::resolved) != 0)
    return (s & state::resolved_failed) != 0 ? task_status::failed : task_status::cancelled;
  if ((s & state::failed) != 0)
    return task_status::failed;
  return (s & state::cancelled) != 0 ? task_status::cancelled : task_status::completed;
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

/// The processor that this thread drives, if it is one of `home`.
processor* processor_of(const scheduler& home) noexcept;

/// Raises the level of all children, newest first; the task's context.
void cancel_children(cell& c, cancellation_level level) noexcept;

/// The task's own context raises its level, and that of its children.
void raise_level(cell& c, cancellation_level level) noexcept;

/// A child of the task has failed: cancels it gracefully, its stop token first.
void interrupt_by_failure(cell& c, side_block& side) noexcept;

/// The same when there is no side block, and state::scope_failed tells of the child.
void interrupt_by_failure(cell& c) noexcept;

/// Tells the task that something has happened, one of side_event, and raises the level asked for.
void signal_event(cell& c, side_block& side, std::uint32_t event,
                  cancellation_level level) noexcept;

/// Whether it is the root of its runtime.
bool is_root(cell& c) noexcept;

/// Whether the failure of a task with this state fails its parent.
constexpr bool escalates(std::uint32_t s) noexcept {
  return (s & (state::escalates | state::contained | state::top_level)) == state::escalates;
}

/// Starts the next thing to do for a cancelled task whose body and children are gone.
/// @returns false if there is none (left)
bool clean_up(cell& c, side_block& side) noexcept;

/// Wakes the parent from the thread that ended the child it waits for: it runs next here.
void wake_parent(cell& parent) noexcept;

/// Hands an ended child to its parent through the parent's inbox.
void push_arrival(cell& parent, cell& child) noexcept;

/// Tells the parent that the outcome of a child that reports through the inbox has come before its
/// end. By who resolves it, who keeps the parent there.
void push_resolved(cell& parent, cell& child) noexcept;

/// Takes in what push_resolved() has told, in the task's context.
void take_resolved(cell& c) noexcept;

/// @returns whether the level interrupts a wait for `source`, null for one without a shield.
bool interrupts(cell& c, const wait_source* source) noexcept;

/// The same for a wait for a child, which may be shielded.
bool interrupts_wait_for(cell& c, const cell& child) noexcept;

/// Tells the parent that a child with an escalating failure is about to end.
void report_failure(cell& parent, const task_error& error) noexcept;

/// The error with where it happened: the task that others see, and which attempt at it.
/// Without memory for that, the error as it is.
task_error describe(cell& c, task_error error) noexcept;

/// What happened to the task as a whole, its time over or a child failed, comes before what its
/// body made of it. @returns the state then
std::uint32_t override_outcome(cell& c) noexcept;

/// Whether a child's failure has been reported to the task, and with what the task fails then.
bool has_failed_child(cell& c) noexcept;
task_error failure_of_child(cell& c) noexcept;

/// Why the task was cancelled, as an error.
task_error reason_of(cell& c) noexcept;

/// As log_as(), with the text that `make_text()` returns, where nothing may be thrown. Without
/// memory for that, standard error says so.
template <class F>
void try_log_as(cell& c, log_level level, F&& make_text) noexcept {
  try {
    log_as(c, level, make_text());
  } catch (const std::bad_alloc&) {
    log_sink::tell_no_memory();
  }
}

} // namespace sweet::detail
