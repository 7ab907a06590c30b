#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/actors/runtime/cell/recovery_record.hpp>

#include <cstdint>
#include <optional>

namespace sweet::detail {

/// Before the task is started: it recovers, with so many attempts at most.
void set_recovery(cell& c, std::uint64_t attempts);

/// Before the task is started: it is an attempt, or the fallback, of its parent-to-be, which
/// answers for it: others see the parent in its place, and its failure stays on its handle.
void set_attempt(cell& c) noexcept;

/// @returns null if the task does not recover. Any thread that may touch the task.
recovery_record* recovery_of(cell& c) noexcept;

/// What a snapshot shows of a recovery_record.
struct recovery_view {
  std::uint32_t attempt;
  std::uint64_t attempts;
  recovery_stage stage;
};

/// @returns nothing if the task does not recover. Also of a block that may be freed and reused any
/// time: then it is of the task whose id the block has before and after.
std::optional<recovery_view> view_recovery(cell& c);

/// The task that others see in place of an attempt, in place of any other task itself. While `c`
/// lives, and so its parent.
cell& visible_task(cell& c) noexcept;

/// Which attempt of the visible task runs, or ran last, counted from 1; 0 before the first one.
std::uint32_t attempt_of(cell& c) noexcept;

} // namespace sweet::detail
