// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Trees of tasks of all kinds that are cancelled, shared, timed out, watched and dropped from other
// threads at any moment: every handle gets an outcome, and nothing is left. Arguments: how many
// trees, and a seed.

#include <sweet/sweet.hpp>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <stdexcept>
#include <thread>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;

namespace {

int forks(task_context ctx, int depth) {
  if (depth == 0)
    return 1;
  auto a = ctx.spawn(forks, depth - 1);
  auto b = ctx.spawn(forks, depth - 1);
  return a.await().unwrap_or(0) + b.await().unwrap_or(0);
}

async<int> leaf(task_context ctx, unsigned kind) {
  switch (kind % 7) {
    case 0: co_await ctx.yield(); break;
    case 1: co_await ctx.sleep_for(1ms); break;
    case 2: throw std::runtime_error{"failed on purpose"};
    case 3: co_return co_await ctx.spawn(forks, 4);
    case 4: {
      auto shared = ctx.spawn([] { return 1; }).share();
      co_return co_await shared;
    }
    case 5: {
      auto event = std::make_shared<async_event>();
      static_cast<void>(ctx.runtime().spawn([event] { event->set(); }));
      co_await *event;
      break;
    }
    default:
      co_return co_await async_task::to<int>(ctx).timeout(1ms).run(
          [](task_context own) -> async<int> {
            co_await own.sleep_for(1ms); // which of the two is first?
            co_return 1;
          });
  }
  co_return 1;
}

async<int> tree(task_context ctx, unsigned seed, int depth) {
  std::minstd_rand random{seed + 1};
  int sum = 0;
  task_group<int> group{ctx};
  std::vector<child_task<int>> children;
  for (int i = 0; i < 4; ++i) {
    const auto next = static_cast<unsigned>(random());
    auto start = [&]() -> child_task<int> {
      auto builder = async_task::to<int>(ctx).on_child_failure(child_failure::collect);
      return depth == 0 ? builder.run(leaf, next) : builder.run(tree, next, depth - 1);
    };
    switch (next % 3) {
      case 0: children.push_back(start()); break;
      case 1:
        static_cast<void>(start()); // dropped
        break;
      default: group.spawn(leaf, next);
    }
  }
  if (random() % 8 == 0 && !children.empty())
    children.front().cancel();
  for (auto& child : children)
    sum += (co_await child.result()).unwrap_or(0);
  while (auto outcome = co_await group.next())
    sum += outcome->unwrap_or(0);
  co_return sum;
}

} // namespace

int main(int argc, char** argv) {
  const int trees = argc > 1 ? std::atoi(argv[1]) : 200;
  std::minstd_rand random{argc > 2 ? static_cast<unsigned>(std::atoi(argv[2])) : 1u};
  runtime rt{runtime_options{.workers = 3}};
  std::atomic<bool> stop{false};
  std::thread watcher{[&] {
    while (!stop)
      static_cast<void>(rt.snapshot());
  }};
  int completed = 0;
  int other = 0;
  for (int i = 0; i < trees; ++i) {
    std::vector<spawning_task<int>> roots;
    for (int k = 0; k < 4; ++k)
      roots.push_back(async_task::to<int>(rt)
                          .on_child_failure(child_failure::collect)
                          .run(tree, static_cast<unsigned>(random()), 2));
    const auto pause = random() % 300;
    std::thread canceller{[&roots, pause] {
      for (auto until = std::chrono::steady_clock::now() + std::chrono::microseconds{pause};
           std::chrono::steady_clock::now() < until;)
        std::this_thread::yield();
      roots[0].cancel(cancellation_level::graceful);
      roots[1].cancel(cancellation_level::kill);
      roots[1].cancel(cancellation_level::kill_hard);
    }};
    auto copy = roots[2];
    for (auto& root : roots)
      ++(root.await().is_ok() ? completed : other);
    canceller.join();
    if (copy.await().is_ok() != roots[2].await().is_ok())
      return 1;
  }
  rt.join();
  stop = true;
  watcher.join();
  // The worker that ended the last task gives its block back after it has told us.
  while (rt.live_tasks() != 0)
    std::this_thread::yield();
  std::printf("%d completed, %d cancelled or failed\n", completed, other);
  return completed + other == 4 * trees ? 0 : 1;
}
