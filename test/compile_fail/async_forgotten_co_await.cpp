// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// EXPECT: comes by co_return co_await task

#include <sweet/sweet.hpp>

sweet::async<bool> is_healthy() {
  co_return false;
}

sweet::async<bool> ask(sweet::task_context ctx) {
  auto child = ctx.spawn(is_healthy);
#ifdef SWEET_MUST_NOT_COMPILE
  co_return child; // not "there is a child"
#else
  co_return co_await child;
#endif
}
