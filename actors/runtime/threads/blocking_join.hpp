#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/messages/task_error.hpp>

#include <chrono>
#include <cstdint>

namespace sweet::inline v0_5::detail {

class blocking_wait;
class child_set;
class gate;

enum class join_outcome : std::uint8_t {
  ended,
  timed_out,
  too_many_blocked, ///< so many bodies block that this one must not
  must_not_wait,    ///< the thread runs a callback on a stop token, or a sink
  unwound,          ///< a destructor waits, and its body has been told to stop
};

/// Returns the error of a wait that was refused, or took too long. @pre `outcome` is not `ended`
task_error error_of(join_outcome outcome);

/// Blocks the body's thread until its `child` has ended; a worker helps or hands its processor
/// over meanwhile. @throws cancelled if the body is cancelled
join_outcome join_blocking(cell& child);

/// Blocks the body's thread until the set, which the body has filled, is ready; a worker helps or
/// hands its processor over meanwhile. @throws cancelled if the body is cancelled
join_outcome join_blocking(child_set& set);

/// Blocks the body's thread until `wait` is over; a worker helps or hands its processor over
/// meanwhile. @throws cancelled if the body is cancelled
join_outcome join_blocking(cell& self, blocking_wait& wait);

/// Blocks a thread that runs no task until `wait` is over. @pre the token opens `opened`
join_outcome join_blocking(blocking_wait& wait, gate& opened);

/// Blocks the calling thread, which need not run a task, until `target` has ended.
/// @param timeout negative: none
/// @throws cancelled if the thread runs a body, and the body is cancelled
join_outcome join_any(cell& target, std::chrono::nanoseconds timeout);

} // namespace sweet::inline v0_5::detail
