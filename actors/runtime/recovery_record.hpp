#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <atomic>
#include <cstdint>
#include <optional>

namespace sweet::detail {

struct cell;

/// What a task that recovers does at the moment.
enum class recovery_stage : std::uint8_t {
  attempting,   ///< an attempt runs, or is about to
  rate_limited, ///< it waits for a token of its rate limit
  backing_off,  ///< it waits before the next attempt
  in_fallback,
};

/// How far the recovery of a task is, for those who look at it. Made before the task is published,
/// lives as long as its side block. The values are independent of each other and order nothing
/// else: written by the task's context, read by anybody, relaxed.
struct recovery_record {
  explicit recovery_record(std::uint64_t most) noexcept : attempts(most) {}

  const std::uint64_t attempts;          ///< there are at most this many
  std::atomic<std::uint32_t> attempt{0}; ///< which one runs, or ran last, counted from 1
  std::atomic<recovery_stage> stage{recovery_stage::attempting};
};

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
