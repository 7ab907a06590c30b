// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// A shared library of a user, with sweet in it.

#include <sweet/sweet.hpp>

static sweet::async<int> sum(sweet::task_context ctx, int below) {
  int result = 0;
  for (int i = 0; i < below; ++i)
    result += co_await ctx.spawn([i] { return i; });
  co_return result;
}

extern "C" int sum_of_tasks(int below) {
  sweet::runtime rt;
  return rt.spawn(sum, below).await().value();
}
