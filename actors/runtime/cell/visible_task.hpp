#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/actors/runtime/cell/recovery_record.hpp>

#include <cstdint>
#include <optional>

namespace sweet::inline v0_5::detail {

/// Makes a task recover, with so many attempts at most. Before the task is started.
void set_recovery(cell& c, std::uint64_t attempts);

/// Makes a task an attempt, or the fallback, of its parent-to-be: users see the parent in its
/// place, and its failure stays on its handle. Before the task is started.
void set_attempt(cell& c) noexcept;

/// Returns the record of a task that recovers, otherwise null. Any thread that may touch the task.
recovery_record* recovery_of(cell& c) noexcept;

/// The part of a recovery_record that a snapshot shows.
struct recovery_view {
  std::uint32_t attempt;
  std::uint64_t attempts;
  recovery_stage stage;
};

/// Shows the recovery of a task, nothing if it does not recover. `c` may be a block that is freed
/// and reused at any time: then the view is of the task whose id the block has before and after.
std::optional<recovery_view> view_recovery(cell& c);

/// The task that users see: in place of an attempt its parent, otherwise the task itself. Valid
/// while `c` lives, and so its parent.
cell& visible_task(cell& c) noexcept;

/// Which attempt of the visible task runs, or ran last, counted from 1; 0 before the first one.
std::uint32_t attempt_of(cell& c) noexcept;

} // namespace sweet::inline v0_5::detail
