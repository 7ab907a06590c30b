#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/task/async.hpp>
#include <sweet/actors/task/sleep.hpp>
#include <sweet/strategies/supervision/child_failure.hpp>

#include <chrono>
#include <stdexcept>
#include <string>

namespace sweet::inline v0_5::testing {

// What other libraries of structured concurrency call our scopes.
inline constexpr auto nursery = child_failure::fail_fast;
inline constexpr auto supervisor_scope = child_failure::collect;

inline async<void> crashes_after(task_context ctx, std::chrono::nanoseconds d, std::string why) {
  if (d.count() != 0)
    co_await ctx.sleep_for(d);
  throw std::runtime_error{why};
}

inline async<int> value_after(task_context ctx, std::chrono::nanoseconds d, int x) {
  co_await ctx.sleep_for(d);
  co_return x;
}

} // namespace sweet::inline v0_5::testing
