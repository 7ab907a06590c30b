// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// A program whose tasks wait, for a debugger to look at: stops in it once they do.

#include <sweet/sweet.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <thread>

using namespace std::chrono_literals;

namespace {

sweet::async<void> sleeps(sweet::task_context ctx) {
  co_await ctx.sleep_for(1h);
}

sweet::async<void> awaits(sweet::task_context ctx) {
  auto child = sweet::async_task::to<void>(ctx).name("sleeper").run(sleeps);
  co_await child;
}

} // namespace

int main() {
  sweet::runtime rt;
  const sweet::async_mutex m;
  const auto held = m.try_lock();
  auto parent = sweet::async_task::to<void>(rt).name("parent").run(awaits);
  auto locks = sweet::async_task::to<void>(rt).name("locks").run(
      [m]() -> sweet::async<void> { const auto guard = co_await m.lock(); });
  auto blocks = sweet::async_task::to<void>(rt).name("blocks").run(
      [&parent] { static_cast<void>(parent.await()); });
  const auto waits = [](const sweet::task_snapshot& task) { return static_cast<bool>(task.wait); };
  while (std::ranges::count_if(rt.snapshot().tasks, waits) != 4)
    std::this_thread::sleep_for(1ms);
  std::raise(SIGTRAP);
  rt.cancel(sweet::cancellation_level::kill);
}
