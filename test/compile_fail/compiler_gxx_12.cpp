// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// EXPECT: sweet: g\+\+ 12 and older destroy .* twice, which corrupts memory; use clang\+\+-19
// ERRORS: 2

#ifdef SWEET_MUST_NOT_COMPILE
#include <sweet/sweet.hpp>
#else
#define SWEET_ACCEPT_DOUBLE_DESTRUCTION
#include <sweet/sweet.hpp>

// What is accepted can wait.
sweet::async<int> waits(sweet::task_context ctx, sweet::channel_receiver<int> rx) {
  co_await ctx.yield();
  co_await ctx.sleep_for(std::chrono::milliseconds{1});
  auto child = ctx.spawn([] { return 1; });
  const auto item = co_await rx.receive();
  co_return co_await child + item.value_or(0);
}
#endif
