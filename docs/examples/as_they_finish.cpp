// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// A group hands out its children's outcomes in the order in which they end.

#include <sweet/sweet.hpp>

#include <chrono>
#include <iostream>

using namespace std::chrono_literals;

// [as_they_finish]
sweet::async<int> takes(sweet::task_context ctx, int tenths) {
  co_await ctx.sleep_for(tenths * 100ms);
  co_return tenths;
}

sweet::async<void> race(sweet::task_context ctx) {
  sweet::task_group<int> group{ctx};
  for (int tenths : {3, 1, 2})
    group.spawn(takes, tenths);
  while (auto outcome = co_await group.next())
    std::cout << outcome->value() << '\n';
}
// [/as_they_finish]

int main() {
  sweet::runtime rt;
  rt.spawn(race).await().unwrap();
}
