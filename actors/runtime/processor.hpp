#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/block_pool.hpp>
#include <sweet/actors/runtime/idle_set.hpp>
#include <sweet/actors/runtime/injection_queue.hpp>
#include <sweet/actors/runtime/job.hpp>
#include <sweet/actors/runtime/thief_patience.hpp>
#include <sweet/actors/runtime/work_deque.hpp>

#include <caf/execution_unit.hpp>
#include <caf/node_id.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace sweet::detail {

class scheduler;

/// What a worker thread needs in order to run jobs: queues, memory, identity. A thread that is
/// about to block hands its processor to another thread; so there are as many processors as
/// configured, and as many threads as block at the moment on top.
class processor final : public caf::execution_unit {
public:
  processor(scheduler& home, std::size_t index);

  // -- by the thread that drives it ---------------------------------------------------------------

  /// Queues a job on its lane, where this processor runs it next and others may steal it. Without
  /// memory for that it is injected, like jobs from outside.
  void push(job j) noexcept { push(j, j.lane()); }

  void push(job j, unsigned lane) noexcept {
    if (!(lane == normal_lane ? normal_.push(j) : push_lane(j, lane))) [[unlikely]]
      inject(j);
    idle_->work_added();
  }

  /// The same for what the current job has woken. Others leave it here for a while: this processor
  /// has what it will read in its cache, and most likely runs it soon.
  void push_woken(job j) noexcept {
    const auto lane = j.lane();
    if (lane != normal_lane) [[unlikely]]
      return push(j, lane);
    if (!normal_.push(j.as_woken())) [[unlikely]]
      inject(j);
    if (normal_.has_few()) [[likely]]
      idle_->woken_work_added();
    else
      idle_->work_added();
  }

  /// Runs `c` right after the current job; at most a few times in a row, lest two tasks that wake
  /// each other starve the rest.
  void push_next(cell& c) noexcept {
    if (next_task_ == nullptr && handed_ < max_handed) {
      next_task_ = &c;
      ++handed_;
    } else {
      push(job{c});
    }
  }

  /// Waits for a job. @returns none when the scheduler shuts down.
  job next();

  /// Runs it; on return this thread may drive another processor, or none.
  void run(job j);

  /// Sleeps until there may be work in the queues. @returns false when the scheduler shuts down.
  bool wait_for_work();

  /// For a body that blocks: a job that it (or a descendant) has pushed since the watermark.
  job pop_descendant(const cell& ancestor, std::int64_t watermark);

  std::int64_t watermark() const noexcept { return normal_.bottom(); }

  local_pool& memory() noexcept { return memory_; }
  /// The id for a task; ids are drawn from the scheduler in blocks.
  std::uint64_t draw_id() noexcept;
  /// A copy of the node id's data, so that processors do not share its reference count.
  caf::node_id::data* node() const noexcept { return node_; }

  void exec_later(caf::resumable* r) override { push(job{r}); }

  // -- by any thread ------------------------------------------------------------------------------

  scheduler& home() const noexcept { return *home_; }
  std::size_t index() const noexcept { return index_; }
  bool has_work() const noexcept;
  /// Whether it has work that it does not keep to itself for a while.
  bool has_spare_work() const noexcept;
  struct catch_of_jobs {
    std::size_t size = 0;
    unsigned lane = 0; ///< of all of them; to ask each would touch its memory
  };
  /// Takes a batch, oldest first.
  catch_of_jobs steal(job* out, std::size_t max) noexcept;
  /// Empties all queues into `take`; only while no other thread drives it.
  template <class F>
  void drain(F&& take) {
    if (next_task_ != nullptr)
      take(job{*std::exchange(next_task_, nullptr)});
    for (unsigned lane = 0; lane < lane_count; ++lane)
      if (work_deque* d = find_lane(lane))
        while (job j = d->pop())
          take(j);
  }

private:
  using clock = thief_patience::clock;

  static constexpr unsigned normal_lane = static_cast<unsigned>(task_priority::normal);
  static constexpr unsigned max_handed = 3;
  static constexpr unsigned max_backoff = 64; // pauses

  bool push_lane(job j, unsigned lane) noexcept;
  void inject(job j) noexcept;
  work_deque* find_lane(unsigned lane) const noexcept {
    if (lane == normal_lane)
      return const_cast<work_deque*>(&normal_);
    // Acquire pairs with the release in push_lane(): the deque is constructed.
    return lanes_[lane].load(std::memory_order_acquire);
  }
  job pop_lane(unsigned lane) noexcept;
  void refresh_waiting_lanes() noexcept;
  job pop_by_priority() noexcept;
  job pop_for_fairness();
  bool take_injected();
  job search();
  job steal_somewhere(clock::time_point now);
  bool sleep();
  bool watch();

  scheduler* home_;
  idle_set* idle_;
  std::size_t index_;
  cell* next_task_ = nullptr;
  unsigned handed_ = 0;
  unsigned tick_ = 0;
  unsigned backoff_ = 0;
  std::uint64_t random_;
  std::uint64_t next_id_ = 0;
  std::uint64_t ids_end_ = 0;
  std::size_t max_throughput_;
  caf::node_id::data* node_;
  local_pool& memory_;
  idle_set::sleeper sleeper_;
  thief_patience patience_;
  /// A bit per lane other than the normal one that may hold jobs. Set by the driver after the
  /// push and cleared by it before it looks a last time; thieves take it as a hint: relaxed.
  std::atomic<std::uint8_t> waiting_lanes_{0};
  work_deque normal_;
  std::array<std::atomic<work_deque*>, lane_count> lanes_{};
  std::array<std::unique_ptr<work_deque>, lane_count> owned_lanes_;
};

} // namespace sweet::detail
