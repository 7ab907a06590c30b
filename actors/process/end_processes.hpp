#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <chrono>
#include <cstddef>
#include <functional>
#include <vector>

#include <sys/types.h>

#include <sweet/actors/process/running_process.hpp>

namespace sweet::inline v0_5 {

/// What end_orphans() has done.
struct ended_orphans {
  /// How many processes were stopped.
  std::size_t stopped = 0;
  /// The processes that could not be stopped: they belong to another user, or wait for a dead disk.
  std::vector<pid_t> still_running{};
};

/// Ends the orphans that this process has adopted, and all processes below them: with SIGTERM, and
/// after `patience` with SIGKILL. Blocks until none is left, for `patience` after the SIGKILL at
/// most.
ended_orphans end_orphans(std::chrono::milliseconds patience);

namespace detail {

/// Sends SIGTERM to all processes that `find` finds, and after `patience` SIGKILL to those that it
/// still finds; again and again, because a process may be starting another. Blocks until `find`
/// finds none, or until `patience` after the first SIGKILL.
/// @returns what was stopped, and what still runs
ended_orphans end_processes(std::chrono::milliseconds patience,
                            const std::function<std::vector<running_process>()>& find);

/// Sends SIGKILL to all processes that `find` finds; again and again, because a process may be
/// starting another. Blocks until `find` finds none, for `patience` at most.
/// @returns what was stopped, and what still runs
ended_orphans kill_processes(std::chrono::milliseconds patience,
                             const std::function<std::vector<running_process>()>& find);

} // namespace detail

} // namespace sweet::inline v0_5
