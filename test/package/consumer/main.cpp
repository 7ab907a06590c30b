// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/sweet.hpp>

#include <iostream>

sweet::async<int> sum(sweet::task_context ctx, int below) {
  int result = 0;
  for (int i = 0; i < below; ++i)
    result += co_await ctx.spawn([i] { return i; });
  co_return result;
}

int main() {
  sweet::runtime rt;
  std::cout << "sweet " << sweet::version() << ": " << sweet::spawn(rt, sum, 10).await().value()
            << '\n';
  return std::cout ? 0 : 1;
}
