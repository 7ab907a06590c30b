#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/messages/task_metrics.hpp>
#include <sweet/messages/task_progress.hpp>

#include <optional>
#include <string>

// The working directory, progress and metrics of a task: see task_context.

namespace sweet::inline v0_5::detail {

// -- working directory ----------------------------------------------------------------------------

/// Sets the working directory of a task that is not started yet.
void set_working_directory(cell& c, std::string path);

/// Returns the nearest working directory up the tree; a relative one lies under those above it.
/// Empty if there is none, which means that of the process. In the task's context.
std::string working_directory_of(cell& c);

/// A folder as the task means it: a relative one is relative to its working directory.
std::string folder_of(cell& c, const std::string& path);

// -- progress -------------------------------------------------------------------------------------

/// Replaces the progress of the task. Any thread that may touch the task.
void set_progress(cell& c, task_progress progress);

/// Returns the progress of the task. `c` may be a block that is freed and reused at any time, such
/// as one that a snapshot looks at: then the progress is of the task whose id the block has before
/// and after.
task_progress progress_of(cell& c);

// -- metrics --------------------------------------------------------------------------------------

/// Returns the times of the task; empty unless metrics or traces are asked for. Any thread that may
/// touch the task.
task_timestamps timestamps_of(cell& c) noexcept;
/// Returns the metrics of the task, if they are asked for. Any thread that may touch the task.
std::optional<task_metrics> metrics_of(cell& c) noexcept;

} // namespace sweet::inline v0_5::detail
