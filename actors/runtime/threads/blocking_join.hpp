#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/messages/task_error.hpp>

#include <chrono>
#include <cstdint>

namespace sweet::detail {

class blocking_wait;
class child_set;

enum class join_outcome : std::uint8_t {
  ended,
  timed_out,
  too_many_blocked, ///< so many bodies block that this one must not
  must_not_wait,    ///< the thread runs a callback on a stop token, or a sink
  unwound,          ///< a destructor waits, and its body has been told to stop
};

/// What a wait that was refused, or took too long, answers. @pre not `ended`
task_error error_of(join_outcome outcome);

/// Blocks the body's thread until its `child` has ended; a worker helps or hands its processor
/// over meanwhile. @throws cancelled if the body is cancelled
join_outcome join_blocking(cell& child);

/// The same until the set is ready, which its task's body has filled.
join_outcome join_blocking(child_set& set);

/// The same for what a running body waits for. @throws cancelled if the body is cancelled
join_outcome join_blocking(cell& self, blocking_wait& wait);

/// The same for any task, also from a thread that runs no task.
/// @param timeout negative: none
join_outcome join_any(cell& target, std::chrono::nanoseconds timeout);

} // namespace sweet::detail
