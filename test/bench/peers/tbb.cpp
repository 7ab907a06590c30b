// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// The cases as a user of oneTBB writes them. There is no task that waits without a thread in TBB,
// so nothing of it can be cancelled while it idles, and nothing is joined in the order of ending.

#include "../protocol.hpp"

#include <array>
#include <numeric>
#include <tbb/global_control.h>
#include <tbb/task_group.h>
#include <vector>

namespace {

using bench::round;
using bench::timed;

/// The thread that waits for a task group works too, so it is one of the `threads`.
struct world {
  explicit world(unsigned threads) : limit(tbb::global_control::max_allowed_parallelism, threads) {}

  tbb::global_control limit;
};

round flat(world&, std::uint64_t size) {
  return timed([size] {
    std::vector<std::uint64_t> results(size);
    tbb::task_group group;
    for (std::uint64_t i = 0; i < size; ++i)
      group.run([&results, i] { results[i] = i; });
    group.wait();
    return std::accumulate(results.begin(), results.end(), std::uint64_t{0});
  });
}

std::uint64_t sum_leaves(std::uint64_t first, std::uint64_t leaves) {
  if (leaves == 1)
    return first;
  std::array<std::uint64_t, 10> results;
  auto step = leaves / results.size();
  tbb::task_group group;
  for (std::size_t i = 0; i < results.size(); ++i)
    group.run([&results, i, first, step] { results[i] = sum_leaves(first + i * step, step); });
  group.wait();
  return std::accumulate(results.begin(), results.end(), std::uint64_t{0});
}

round tree(world&, std::uint64_t size) {
  return timed([size] { return sum_leaves(0, size); });
}

std::uint64_t count_leaves(std::uint64_t leaves) {
  if (leaves == 1)
    return 1;
  std::uint64_t left = 0;
  std::uint64_t right = 0;
  tbb::task_group group;
  group.run([&left, leaves] { left = count_leaves(leaves / 2); });
  group.run([&right, leaves] { right = count_leaves(leaves / 2); });
  group.wait();
  return left + right;
}

round bintree(world&, std::uint64_t size) {
  return timed([size] { return count_leaves(size); });
}

} // namespace

int main(int argc, char** argv) {
  return bench::serve<world>(argc, argv, {{"flat", flat}, {"tree", tree}, {"bintree", bintree}});
}
