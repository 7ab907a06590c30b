#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/job.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <deque>
#include <mutex>

namespace sweet::detail {

inline constexpr unsigned lane_count = 5;

/// First in, first out per lane, for work that comes from outside the workers and for work that
/// has to queue behind all other work. Thread safe.
class injection_queue {
public:
  static constexpr std::size_t max_batch = 32;

  /// @throws std::bad_alloc
  void push(job j) {
    std::lock_guard guard{mutex_};
    lanes_[j.lane()].push_back(j);
    // Sequentially consistent: see idle_set.
    size_.fetch_add(1, std::memory_order_seq_cst);
  }

  bool empty() const noexcept { return size_.load(std::memory_order_seq_cst) == 0; }

  /// Takes a fair share for one of `processors` from each lane and hands each job to `take`,
  /// youngest first, so that a stack gives them back in their order.
  /// @returns whether there was any.
  template <class F>
  bool take_share(std::size_t processors, F&& take) {
    if (size_.load(std::memory_order_relaxed) == 0)
      return false;
    std::array<job, max_batch> batch;
    bool any = false;
    for (auto& lane : lanes_) {
      std::size_t n = 0;
      {
        std::lock_guard guard{mutex_};
        n = lane.empty() ? 0 : std::min(lane.size() / processors + 1, max_batch);
        n = std::min(n, lane.size());
        for (std::size_t i = 0; i < n; ++i) {
          batch[i] = lane.front();
          lane.pop_front();
        }
        if (n != 0)
          size_.fetch_sub(n, std::memory_order_seq_cst);
      }
      any = any || n != 0;
      while (n != 0)
        take(batch[--n]);
    }
    return any;
  }

private:
  std::mutex mutex_;
  std::array<std::deque<job>, lane_count> lanes_; // mutex_
  std::atomic<std::size_t> size_{0};
};

} // namespace sweet::detail
