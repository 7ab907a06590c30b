// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// One owner that pushes and pops, three thieves: each job is taken exactly once, through many
// growths of the ring and many conflicts over the last jobs. Argument: how many jobs.

#include <sweet/actors/runtime/queues/work_deque.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <thread>
#include <vector>

using sweet::detail::job;
using sweet::detail::work_deque;

namespace {

// Jobs that are never run: numbers in the place of pointers.
job make_job(std::uintptr_t i) {
  return job{reinterpret_cast<caf::resumable*>((i + 1) * 8)};
}

std::size_t number_of(job j) {
  return reinterpret_cast<std::uintptr_t>(j.resumable()) / 8 - 1;
}

} // namespace

int main(int argc, char** argv) {
  const std::size_t jobs = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 200'000;
  work_deque deque;
  std::vector<std::atomic<int>> taken(jobs);
  std::atomic<std::size_t> left{jobs};
  auto take = [&](job j) {
    ++taken[number_of(j)];
    --left;
  };
  std::vector<std::thread> thieves;
  for (std::size_t i = 0; i < 3; ++i)
    thieves.emplace_back([&, batch = std::size_t{1} << (4 * i)] {
      std::array<job, work_deque::max_batch> out;
      while (left != 0)
        for (std::size_t k = 0, n = deque.steal(out.data(), batch); k < n; ++k)
          take(out[k]);
    });
  // Bursts of very different lengths: a deep ring, and an empty one most of the time.
  std::size_t pushed = 0;
  for (std::size_t burst = 1; pushed < jobs; burst = burst * 5 % 4999 + 1) {
    for (std::size_t k = 0; k < burst && pushed < jobs; ++k)
      if (!deque.push(make_job(pushed++)))
        std::abort(); // no memory
    for (std::size_t k = 0; k < burst / 2; ++k)
      if (job j = deque.pop())
        take(j);
    if (job j = deque.pop_oldest())
      take(j);
  }
  while (left != 0)
    if (job j = deque.pop())
      take(j);
  for (auto& t : thieves)
    t.join();
  for (std::size_t i = 0; i < jobs; ++i)
    if (taken[i] != 1) {
      std::printf("job %zu was taken %d times\n", i, taken[i].load());
      return 1;
    }
  return deque.empty() ? 0 : 1;
}
