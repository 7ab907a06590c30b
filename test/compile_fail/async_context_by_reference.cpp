// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// EXPECT: a coroutine takes its task_context by value

#include <sweet/sweet.hpp>

#ifdef SWEET_MUST_NOT_COMPILE
sweet::async<void> waits(const sweet::task_context& ctx) {
#else
sweet::async<void> waits(sweet::task_context ctx) {
#endif
  co_await ctx.yield();
}
