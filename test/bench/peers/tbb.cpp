// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// The cases as a user of oneTBB writes them. There is no task that waits without a thread in TBB,
// so nothing of it can be cancelled while it idles, nothing is joined in the order of ending, and
// no two tasks answer each other. What travels between tasks goes through a pipeline, which has
// one source.

#include "../protocol.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <tbb/global_control.h>
#include <tbb/parallel_pipeline.h>
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

constexpr auto in_order = tbb::filter_mode::serial_in_order;
/// What is under way at most, in values.
constexpr std::size_t capacity = 1024;
constexpr std::uint64_t chunk_size = 64;

using chunk = std::vector<std::uint64_t>;

/// The values below `size`, of which `next` and all above are to come, and the sum of those that
/// have arrived.
struct flow {
  std::uint64_t size;
  std::uint64_t next = 0;
  std::uint64_t sum = 0;
};

auto values_of(flow& all) {
  return tbb::make_filter<void, std::uint64_t>(in_order, [&all](tbb::flow_control& control) {
    if (all.next == all.size)
      control.stop();
    return all.next++;
  });
}

auto chunks_of(flow& all) {
  return tbb::make_filter<void, chunk>(in_order, [&all](tbb::flow_control& control) {
    chunk values(std::min(chunk_size, all.size - all.next));
    std::iota(values.begin(), values.end(), all.next);
    all.next += values.size();
    if (values.empty())
      control.stop();
    return values;
  });
}

auto add_value_to(flow& all) {
  return tbb::make_filter<std::uint64_t, void>(in_order,
                                               [&all](std::uint64_t value) { all.sum += value; });
}

auto add_chunk_to(flow& all) {
  return tbb::make_filter<chunk, void>(in_order, [&all](const chunk& values) {
    all.sum = std::accumulate(values.begin(), values.end(), all.sum);
  });
}

round events_single(world&, std::uint64_t size) {
  return timed([all = flow{size}]() mutable {
    tbb::parallel_pipeline(capacity, values_of(all) & add_value_to(all));
    return all.sum;
  });
}

round events_chunks(world&, std::uint64_t size) {
  return timed([all = flow{size}]() mutable {
    tbb::parallel_pipeline(capacity / chunk_size, chunks_of(all) & add_chunk_to(all));
    return all.sum;
  });
}

round events_fan(world&, std::uint64_t size) {
  return timed([all = flow{size}]() mutable {
    auto increment = tbb::make_filter<std::uint64_t, std::uint64_t>(
        tbb::filter_mode::parallel, [](std::uint64_t value) { return value + 1; });
    tbb::parallel_pipeline(capacity, values_of(all) & increment & add_value_to(all));
    return all.sum;
  });
}

round events_fan_chunks(world&, std::uint64_t size) {
  return timed([all = flow{size}]() mutable {
    auto increment = tbb::make_filter<chunk, chunk>(tbb::filter_mode::parallel, [](chunk values) {
      for (auto& value : values)
        ++value;
      return values;
    });
    tbb::parallel_pipeline(capacity / chunk_size, chunks_of(all) & increment & add_chunk_to(all));
    return all.sum;
  });
}

} // namespace

int main(int argc, char** argv) {
  return bench::serve<world>(argc, argv,
                             {{"flat", flat},
                              {"tree", tree},
                              {"bintree", bintree},
                              {"events_single", events_single},
                              {"events_chunks", events_chunks},
                              {"events_fan", events_fan},
                              {"events_fan_chunks", events_fan_chunks}});
}
