// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// What a runtime tells about its tasks: the tree at any moment, each step of a traced task, and
// who stands above and below.

#include <sweet/sweet.hpp>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <mutex>
#include <string>
#include <thread>

using namespace std::chrono_literals;

sweet::async<void> fetch(sweet::task_context ctx) {
  ctx.progress(40, 100, "of the pages");
  co_await ctx.sleep_for(1h);
}

sweet::async<void> crawl(sweet::task_context ctx) {
  auto child = sweet::async_task::to<void>(ctx).name("fetch").tracing(false).run(fetch);
  // Not a child: it outlives this task, and fails and is cancelled by itself.
  static_cast<void>(sweet::async_task::to<void>(ctx).name("audit").detach().run(fetch));
  co_await child;
}

int main() {
  // [trace]
  std::mutex mutex;
  std::string steps;
  sweet::runtime rt{sweet::runtime_options{
      .name = "crawler",
      .workers = 1,
      .trace =
          [&](const sweet::trace_event& e) {
            std::lock_guard guard{mutex}; // called by whoever runs the task
            steps += ' ' + to_string(e.kind);
          },
  }};
  auto task = sweet::async_task::to<void>(rt).name("crawl").tracing().run(crawl);
  // [/trace]

  // [snapshot]
  const auto sleeps = [](const sweet::task_snapshot& t) {
    return t.wait.on == sweet::wait_reason::timer;
  };
  while (std::ranges::count_if(rt.snapshot().tasks, sleeps) != 2)
    std::this_thread::sleep_for(1ms);
  for (const auto& t : rt.snapshot().tasks)
    if (t.name == "fetch")
      std::cout << to_string(t.status) << ": " << to_string(t.progress) << '\n';
  std::cout << "children: " << task.children().size() << '\n';
  // [/snapshot]

  rt.cancel();
  rt.join();
  std::cout << to_string(task.status()) << ':' << steps << '\n';
}
