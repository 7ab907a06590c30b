#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <atomic>
#include <cstdint>

namespace sweet::inline v0_5::detail {

/// What a task that recovers does at the moment.
enum class recovery_stage : std::uint8_t {
  attempting,   ///< an attempt runs, or is about to
  rate_limited, ///< the task waits for a token of its rate limit
  backing_off,  ///< the task waits before the next attempt
  in_fallback,
};

/// Tells other threads how far the recovery of a task is. Made before the task is published; lives
/// as long as its side block. The values are independent of each other and order nothing else:
/// written by the task's context, read by any thread, relaxed.
struct recovery_record {
  explicit recovery_record(std::uint64_t most) noexcept : attempts(most) {}

  const std::uint64_t attempts;          ///< the most attempts that there may be
  std::atomic<std::uint32_t> attempt{0}; ///< the attempt that runs or ran last, counted from 1
  std::atomic<recovery_stage> stage{recovery_stage::attempting};
};

} // namespace sweet::inline v0_5::detail
