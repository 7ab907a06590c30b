// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Cancelling a tree: waits are thrown out, computations look at their stop token.

#include <sweet/sweet.hpp>

#include <atomic>
#include <chrono>
#include <iostream>

using namespace std::chrono_literals;

std::atomic<int> ready{0};
std::atomic<int> cleaned{0};

// [cancellation]
sweet::async<void> waits(sweet::task_context ctx) {
  try {
    ++ready;
    co_await ctx.sleep_for(1h);
  } catch (const sweet::cancelled&) { // not a std::exception: failure handlers do not swallow it
    ++cleaned;
    throw;
  }
}

void computes(sweet::task_context ctx) {
  ++ready;
  for (auto stop = ctx.stop_token(); !stop.stop_requested();) {
    // the next piece of work
  }
  ++cleaned;
}

sweet::async<void> tree(sweet::task_context ctx) {
  auto computing = sweet::async_task::to<void>(ctx).blocking().run(computes);
  for (int i = 0; i < 3; ++i)
    static_cast<void>(ctx.spawn(waits)); // dropping a handle neither cancels nor leaks
  co_await ctx.sleep_for(1h);
}
// [/cancellation]

int main() {
  sweet::runtime rt;
  auto task = rt.spawn(tree);
  while (ready != 4)
    std::this_thread::yield();
  task.cancel();
  auto outcome = task.await();
  std::cout << to_string(task.status()) << " after cleaning up " << cleaned << " times\n";
}
