#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/actors/runtime/home/task_home.hpp>
#include <sweet/actors/runtime/home/thread_state.hpp>
#include <sweet/actors/runtime/memory/block_pool.hpp>
#include <sweet/actors/runtime/memory/node_cache.hpp>
#include <sweet/actors/runtime/queues/idle_set.hpp>
#include <sweet/actors/runtime/queues/job.hpp>
#include <sweet/actors/runtime/queues/work_deque.hpp>
#include <sweet/actors/runtime/system/actor_host.hpp>

#include <caf/node_id.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace sweet::inline v0_5::detail {

/// The part of a processor that tasks know: queues, memory and ids for the thread that runs jobs.
class workplace : public actor_host {
public:
  // -- by the thread that drives it ---------------------------------------------------------------

  /// Queues a job on its lane, where this processor runs it next and others may steal it. Without
  /// memory for that the job is injected, like jobs from outside.
  void push(job j, unsigned lane) noexcept {
    if (lane != normal_lane || !normal_.push_at_once(j)) [[unlikely]]
      return push_slowly(j, lane);
    idle_->work_added();
  }

  /// Queues a job that the current job has woken. Other processors leave the job here for a while:
  /// this one has in its cache what the job will read, and most likely runs it soon.
  void push_woken(job j, unsigned lane) noexcept {
    if (lane != normal_lane) [[unlikely]]
      return push(j, lane);
    if (!normal_.push(j.as_woken())) [[unlikely]]
      inject(j, lane);
    if (normal_.has_few()) [[likely]]
      idle_->woken_work_added();
    else
      idle_->work_added();
  }

  /// Queues a task that the current job has started. As long as it is the only job here, other
  /// processors leave it as if it had been woken: most likely the current job is about to wait for
  /// it, and a thief that took the child would soon have the parent as well.
  void push_started(job j, unsigned lane) noexcept {
    if (lane != normal_lane || !normal_.push_at_once(j.as_started())) [[unlikely]]
      return push_slowly(j, lane);
    idle_->started_work_added([this] { return normal_.has_one(); });
  }

  /// Runs `c` right after the current job; at most a few times in a row, lest two tasks that wake
  /// each other starve the rest.
  void push_next(cell& c) noexcept {
    if (next_task_ == nullptr && handed_ < max_handed) {
      next_task_ = &c;
      ++handed_;
    } else {
      push(job{c}, c.lane());
    }
  }

  std::int64_t watermark() const noexcept { return normal_.bottom(); }

  local_pool& memory() noexcept { return memory_; }
  /// Memory for messages.
  node_cache& nodes() noexcept { return nodes_; }
  /// Draws the id for a task; ids are drawn from the runtime in blocks.
  std::uint64_t draw_id() noexcept;
  /// A copy of the node id's data, so that processors do not share its reference count.
  caf::node_id::data* node() const noexcept { return node_; }

  /// Queues an actor of CAF's that the current job has sent a message to, or has started.
  void exec_later(caf::resumable* r) override { push_woken(job{r}, normal_lane); }

  /// Notes which thread drives this, null for none. Release: the watchdog, which looks at the
  /// thread now and then, finds its state made. The threads outlive the watchdog.
  void driver(const thread_state* thread) noexcept {
    driver_.store(thread, std::memory_order_release);
  }

  // -- by any thread ------------------------------------------------------------------------------

  task_home& home() const noexcept { return *home_; }
  std::size_t index() const noexcept { return index_; }

protected:
  /// @param node a copy for this workplace alone
  workplace(task_home& home, std::size_t index, caf::node_id::data* node);
  ~workplace() override = default;

  work_deque* find_lane(unsigned lane) const noexcept {
    if (lane == normal_lane)
      return const_cast<work_deque*>(&normal_);
    // Acquire pairs with the release in push_lane(): the deque is constructed.
    return lanes_[lane].load(std::memory_order_acquire);
  }

  task_home* home_;
  idle_set* idle_;
  std::size_t index_;
  cell* next_task_ = nullptr;
  unsigned handed_ = 0;
  std::atomic<const thread_state*> driver_{nullptr};
  local_pool& memory_;
  /// A bit per lane other than the normal one that may hold jobs. Set by the driver after the
  /// push and cleared by it before it looks a last time; thieves take it as a hint: relaxed.
  std::atomic<std::uint8_t> waiting_lanes_{0};
  work_deque normal_;
  std::array<std::atomic<work_deque*>, lane_count> lanes_{};

private:
  static constexpr unsigned max_handed = 3;

  void push_slowly(job j, unsigned lane) noexcept;
  bool push_lane(job j, unsigned lane) noexcept;
  void inject(job j, unsigned lane) noexcept;

  node_cache nodes_;
  std::uint64_t next_id_ = 0;
  std::uint64_t ids_end_ = 0;
  caf::node_id::data* node_;
  std::array<std::unique_ptr<work_deque>, lane_count> owned_lanes_;
};

/// Takes the processor that has been given to this thread, if one has.
inline void take_given(thread_state& thread) noexcept {
  thread.driven = std::exchange(thread.given, nullptr);
  if (thread.driven != nullptr)
    thread.driven->driver(&thread);
}

/// Gives the processor of this thread to another one, which is yet to take it.
inline workplace* give_away(thread_state& thread) noexcept {
  if (thread.driven != nullptr)
    thread.driven->driver(nullptr);
  return std::exchange(thread.driven, nullptr);
}

/// The workplace that this thread drives if it is one of `home`; otherwise null.
inline workplace* workplace_in(const task_home& home) noexcept {
  workplace* p = this_thread().driven;
  return p != nullptr && &p->home() == &home ? p : nullptr;
}

/// The shard of the timer wheel for this thread.
inline std::size_t timer_shard() noexcept {
  const workplace* p = this_thread().driven;
  return p != nullptr ? p->index() : 0;
}

} // namespace sweet::inline v0_5::detail
