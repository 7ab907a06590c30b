#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/queues/job.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <mutex>

namespace sweet::inline v0_5::detail {

/// A queue, first in, first out per lane, for work that comes from outside the workers, for work
/// that has to queue behind all other work, and for work that a full deque has no memory to take.
/// Thread safe.
///
/// A task that is to run must not be lost, so its place here exists before the task does: the pool
/// that makes room for tasks calls hold_places().
class injection_queue {
public:
  static constexpr std::size_t max_batch = 32;
  /// How many jobs that are no tasks have places as well.
  static constexpr std::size_t other_places = 1000;

  /// @throws std::bad_alloc
  injection_queue();
  ~injection_queue();
  injection_queue(const injection_queue&) = delete;
  injection_queue& operator=(const injection_queue&) = delete;

  /// Makes places for this many tasks, each queued once. @throws std::bad_alloc
  void hold_places(std::size_t tasks);

  /// Queues a job. Waits for memory if all places are taken, which only CAF's actors can bring
  /// about.
  void push(job j, unsigned number) noexcept;

  bool empty() const noexcept { return size_.load(std::memory_order_seq_cst) == 0; }

  /// Takes a fair share for one of `processors` from each lane and hands each with its lane to
  /// `take`, youngest first, so that a stack gives them back in their order.
  /// @returns whether there was any.
  template <class F>
  bool take_share(std::size_t processors, F&& take) {
    if (size_.load(std::memory_order_relaxed) == 0)
      return false;
    std::array<job, max_batch> batch;
    bool any = false;
    for (unsigned number = 0; number < lane_count; ++number) {
      lane& from = lanes_[number];
      std::size_t n = 0;
      {
        std::lock_guard guard{mutex_};
        n = from.size == 0 ? 0 : std::min(from.size / processors + 1, max_batch);
        n = std::min(n, from.size);
        for (std::size_t i = 0; i < n; ++i)
          batch[i] = pop(from);
        if (n != 0)
          size_.fetch_sub(n, std::memory_order_seq_cst);
      }
      any = any || n != 0;
      while (n != 0)
        take(batch[--n], number);
    }
    return any;
  }

private:
  struct chunk {
    static constexpr std::size_t capacity = 63;
    chunk* next = nullptr;
    std::array<job, capacity> jobs;
  };

  struct lane {
    chunk* first = nullptr;
    chunk* last = nullptr;
    std::size_t begin = 0; ///< in the first chunk
    std::size_t end = 0;   ///< in the last one
    std::size_t size = 0;
  };

  /// How many chunks hold so many jobs, however they lie in the lanes.
  static constexpr std::size_t chunks_for(std::size_t jobs) noexcept {
    return jobs / chunk::capacity + 2 * lane_count;
  }

  bool try_push(lane& to, job j) noexcept;
  job pop(lane& from) noexcept;

  std::mutex mutex_;
  std::array<lane, lane_count> lanes_; // mutex_
  chunk* free_ = nullptr;              // mutex_
  std::size_t chunks_ = 0;             // mutex_; all there are
  std::size_t wanted_ = 0;             // mutex_; no more are kept
  std::atomic<std::size_t> size_{0};
};

} // namespace sweet::inline v0_5::detail
