#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/workplace.hpp>
#include <sweet/actors/runtime/queues/thief_patience.hpp>
#include <sweet/actors/runtime/threads/watchdog.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace sweet::inline v0_5::detail {

class processor_set;

struct processor_options {
  std::size_t max_throughput; ///< messages that an actor handles at once
  std::size_t workers;        ///< how many processors there will be
  caf::node_id::data* node;   ///< a copy for this processor alone
};

/// The things that a worker thread needs in order to run jobs: queues, memory, identity. A thread
/// that is about to block hands its processor to another thread; so there are as many processors as
/// configured, and one more thread for each that blocks at the moment.
class processor final : public workplace {
public:
  /// @pre this is going to be the last processor of `all`
  processor(task_home& home, processor_set& all, const processor_options& options);

  // -- by the thread that drives it ---------------------------------------------------------------

  /// Returns the processor that a thread drives. @pre the thread drives one
  static processor& of(const thread_state& thread) noexcept {
    return static_cast<processor&>(*thread.driven);
  }

  /// Waits for a job. @returns none when the scheduler shuts down.
  job next();

  /// Runs a job; on return this thread may drive another processor, or none.
  void run(job j);

  /// Sleeps until there may be work in the queues. @returns false when the scheduler shuts down.
  bool wait_for_work();

  /// For a body that blocks: takes a job that the body, or a descendant, has pushed since the
  /// watermark.
  job pop_descendant(const cell& ancestor, std::int64_t watermark);

  // -- by any thread ------------------------------------------------------------------------------

  /// What runs here. @pre the threads of the scheduler have not ended
  watchdog::turn current_turn() const noexcept;

  bool has_work() const noexcept;
  /// Whether the processor has work that it does not keep to itself for a while.
  bool has_spare_work() const noexcept;
  struct catch_of_jobs {
    std::size_t size = 0;
    unsigned lane = 0; ///< of all of the jobs; asking each one would touch its memory
  };
  /// Takes a batch of jobs, oldest first.
  catch_of_jobs steal(job* out, std::size_t max) noexcept;
  /// Empties all queues into `take`; only while no other thread drives the processor.
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

  static constexpr unsigned max_backoff = 64; // pauses

  job pop_lane(unsigned lane) noexcept;
  void refresh_waiting_lanes() noexcept;
  job pop_by_priority() noexcept;
  job pop_for_fairness();
  job wait_for_job();
  bool take_injected();
  job search();
  job steal_somewhere(clock::time_point now);
  bool any_work() const noexcept;
  bool any_spare_work() const noexcept;
  bool sleep();
  bool watch();

  processor_set& all_;
  relaxed<unsigned> tick_ = 0; ///< a turn has begun; the watchdog looks at it
  unsigned backoff_ = 0;
  std::uint64_t random_;
  std::size_t max_throughput_;
  idle_set::sleeper sleeper_;
  thief_patience patience_;
};

/// The processors of a scheduler, which steal from each other.
class processor_set {
public:
  /// Adds a processor. Called before any is driven.
  processor& add(task_home& home, const processor_options& options);
  void clear() noexcept { all_.clear(); }

  std::size_t size() const noexcept { return all_.size(); }
  processor& at(std::size_t i) noexcept { return *all_[i]; }
  bool have_work() const noexcept;
  /// Whether a processor has work that it does not keep to itself for a while.
  bool have_spare_work() const noexcept;

  /// Told of processors that have slept; null: none is. Set before any is driven.
  void use(watchdog* dog) noexcept { watchdog_ = dog; }
  void woken() const noexcept {
    if (watchdog_ != nullptr)
      watchdog_->woken();
  }

  // Sequentially consistent: set before the wake-ups, see processor::sleep().
  void stop() noexcept { stopping_.store(true, std::memory_order_seq_cst); }
  bool stopping() const noexcept { return stopping_.load(std::memory_order_seq_cst); }

private:
  std::vector<std::unique_ptr<processor>> all_;
  std::atomic<bool> stopping_{false};
  watchdog* watchdog_ = nullptr;
};

} // namespace sweet::inline v0_5::detail
