// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Cancelling a tree: what waits is stopped there, computations look at their stop token.

#include <sweet/sweet.hpp>

#include <atomic>
#include <chrono>
#include <iostream>

using namespace std::chrono_literals;

std::atomic<int> ready{0};
std::atomic<int> cleaned{0};

// [cancellation]
struct cleans_up {
  ~cleans_up() { ++cleaned; }
};

sweet::async<void> waits(sweet::task_context ctx) {
  const cleans_up at_the_end;
  ++ready;
  co_await ctx.sleep_for(1h); // told to stop, it ends here
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

// [stopping]
sweet::async<int> works_in_rounds(sweet::task_context ctx) {
  int rounds = 0;
  ++ready;
  while (co_await sweet::stopped_as_optional(ctx.sleep_for(1h)))
    ++rounds;
  co_return rounds; // told to stop, it gives what it has
}
// [/stopping]

int main() {
  sweet::runtime rt;
  auto task = rt.spawn(tree);
  while (ready != 4)
    std::this_thread::yield();
  task.cancel();
  auto outcome = task.await();
  std::cout << to_string(task.status()) << " after cleaning up " << cleaned << " times\n";

  auto rounds = rt.spawn(works_in_rounds);
  while (ready != 5)
    std::this_thread::yield();
  rounds.cancel();
  std::cout << "stopped after " << rounds.await().value() << " rounds\n";
}
