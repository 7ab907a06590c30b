// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// EXPECT: names each type of message once

#include <sweet/sweet.hpp>

sweet::async<void> body(sweet::task_context ctx) {
#ifdef SWEET_MUST_NOT_COMPILE
  co_await ctx.receive<int, long, int>();
#else
  co_await ctx.receive<int, long>();
#endif
}
