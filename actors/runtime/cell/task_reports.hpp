#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/messages/task_metrics.hpp>
#include <sweet/messages/task_progress.hpp>

#include <optional>
#include <string>

// What a task tells of itself, and what it goes by: see task_context.

namespace sweet::detail {

// -- working directory ----------------------------------------------------------------------------

/// Before the task is started.
void set_working_directory(cell& c, std::string path);

/// The nearest one up the tree, a relative one under those above it; empty if there is none, which
/// means that of the process. In the task's context.
std::string working_directory_of(cell& c);

/// A folder as the task means it: a relative one is relative to its working directory.
std::string folder_of(cell& c, const std::string& path);

// -- progress -------------------------------------------------------------------------------------

/// Any thread that may touch the task.
void set_progress(cell& c, task_progress progress);

/// Also of a block that may be freed and reused any time, such as one that a snapshot looks at:
/// then it is the progress of the task whose id the block has before and after.
task_progress progress_of(cell& c);

// -- metrics --------------------------------------------------------------------------------------

/// Any thread that may touch the task; empty where nobody asked for them.
task_timestamps timestamps_of(cell& c) noexcept;
std::optional<task_metrics> metrics_of(cell& c) noexcept;

} // namespace sweet::detail
