// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Tasks: a coroutine with children, a callable that blocks, and what comes of them.

// [tasks]
#include <sweet/sweet.hpp>

#include <chrono>
#include <iostream>
#include <string>
#include <thread>

using namespace std::chrono_literals;

// A coroutine as a body: waiting suspends its task, never a thread.
sweet::async<int> fibonacci(sweet::task_context ctx, int n) {
  if (n < 2)
    co_return n;
  auto a = ctx.spawn(fibonacci, n - 1); // children of this task
  auto b = ctx.spawn(fibonacci, n - 2);
  co_return co_await a + co_await b;
}

int main() {
  sweet::runtime rt; // owns a caf::actor_system; or wraps yours, see sweet::configure

  sweet::spawning_task<int> number = rt.spawn(fibonacci, 20);

  auto text = sweet::async_task::to<std::string>(rt)
                  .name("slow")
                  .blocking() // on a thread of its own
                  .timeout(30s)
                  .run([](sweet::task_context ctx) {
                    std::this_thread::sleep_for(10ms);
                    return ctx.name() + " but sure";
                  });

  sweet::task_result<std::string> outcome = text.await();
  std::cout << number.await().value() << ", " << outcome.unwrap_or("too slow") << '\n';
}
// [/tasks]
