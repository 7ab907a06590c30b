#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/task/async.hpp>
#include <sweet/actors/task/sleep.hpp>

#include <chrono>

namespace sweet::inline v0_5::testing {

/// A body that only cancellation ends.
inline async<void> waits_for_ever(task_context ctx) {
  for (;;)
    co_await ctx.sleep_for(std::chrono::hours{1});
}

} // namespace sweet::inline v0_5::testing
