#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/messages/cancellation_level.hpp>
#include <sweet/messages/task_error.hpp>

#include <cstdint>
#include <stop_token>

namespace sweet::inline v0_5::detail {

struct side_block;

/// Queues a task whose `blocked` the caller has cleared.
void schedule(cell& c) noexcept;

/// Delivers the token that `c` waits for, and lets it run. Any thread; the last touch of `c`.
void wake(cell& c) noexcept;

/// Makes the task look at its wait again. Unlike a token, a nudge may come at any time, or never be
/// needed. Any thread that may touch the task.
void nudge(cell& c) noexcept;

/// Wakes a parent that waits for a child, on the thread that has ended the child: the parent runs
/// next here.
void wake_parent(cell& parent) noexcept;

/// Hands an ended child to its parent through the parent's inbox.
void push_arrival(cell& parent, cell& child) noexcept;

/// Tells the parent that a child which reports through the inbox has its outcome before its end.
/// Called by the thread that resolves the child; that thread keeps the parent alive.
void push_resolved(cell& parent, cell& child) noexcept;

/// Signals an event to the task, one of side_event, and raises the level asked for. Any thread that
/// may touch the task.
void signal_event(cell& c, side_block& side, std::uint32_t event,
                  cancellation_level level) noexcept;

/// Requests a stop on the stop token, if there is one.
void request_stop(cell& c) noexcept;

/// Raises the task's level. Any thread that may touch the task.
void request_cancel(cell& c, cancellation_level level) noexcept;

/// A child of the task has failed: cancels the task gracefully, its stop token first.
void interrupt_by_failure(cell& c, side_block& side) noexcept;

/// A child of a task without a side block has failed, which state_word::scope_failed says: cancels
/// the task gracefully, its stop token first.
void interrupt_by_failure(cell& c) noexcept;

/// Tells the parent that a child with an escalating failure is about to end.
void report_failure(cell& parent, const task_error& error) noexcept;

/// The stop token of the body.
std::stop_token stop_token_of(cell& c);

} // namespace sweet::inline v0_5::detail
