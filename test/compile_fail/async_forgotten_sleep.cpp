// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// EXPECT: ignoring return value

#include <sweet/sweet.hpp>

#pragma GCC diagnostic error "-Wunused-result"

using namespace std::chrono_literals;

sweet::async<void> waits(sweet::task_context ctx) {
#ifdef SWEET_MUST_NOT_COMPILE
  ctx.sleep_for(1s); // waits for nothing
#else
  co_await ctx.sleep_for(1s);
#endif
  co_await ctx.yield();
}
