// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// EXPECT: co_return of a task_result<U> in a sweet::async<T> wants U to be T

#include <sweet/sweet.hpp>

sweet::async<bool> ask(sweet::task_context ctx) {
  auto outcome = co_await ctx.spawn([] { return 1; }).result();
#ifdef SWEET_MUST_NOT_COMPILE
  co_return outcome; // not "it succeeded"
#else
  co_return outcome.map([](int x) { return x == 1; });
#endif
}
