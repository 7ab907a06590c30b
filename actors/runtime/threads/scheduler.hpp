#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/root_task.hpp>
#include <sweet/actors/runtime/cell/task_meter.hpp>
#include <sweet/actors/runtime/home/task_home.hpp>
#include <sweet/actors/runtime/home/thread_state.hpp>
#include <sweet/actors/runtime/threads/blocking_pool.hpp>
#include <sweet/actors/runtime/threads/processor.hpp>
#include <sweet/actors/runtime/threads/thread_team.hpp>
#include <sweet/actors/runtime/threads/watchdog.hpp>
#include <sweet/actors/runtime/time/caf_clock.hpp>
#include <sweet/actors/runtime/time/clock.hpp>

#include <caf/node_id.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <vector>

namespace sweet::inline v0_5 {

class runtime;

} // namespace sweet::inline v0_5

namespace sweet::inline v0_5::detail {

class exploration;
class explorer;

/// The scheduler module of CAF that runs tasks and ordinary actors: processors with work-stealing
/// deques, an injection queue, a timer wheel, and threads that sleep when there is nothing to do.
class scheduler final : public caf::scheduler::abstract_coordinator, public task_home {
public:
  /// @param use how tasks use their blocks
  /// @param explorer decides what runs next, on one processor; null: the ordinary order
  scheduler(caf::actor_system& system, sweet::clock& time, const block_use& use,
            explorer* explorer = nullptr);
  ~scheduler() override;

  /// Returns the scheduler of a system that was prepared with configure(), otherwise null.
  static scheduler* find(caf::actor_system& system) noexcept;

  // -- caf::scheduler::abstract_coordinator -------------------------------------------------------
  void enqueue(caf::resumable* what) override;
  caf::actor_clock& clock() noexcept override { return caf_clock_; }

  // -- threads ------------------------------------------------------------------------------------
  std::size_t workers() const noexcept override { return processors_.size(); }
  processor& processor_at(std::size_t i) noexcept { return processors_.at(i); }
  /// Whether a job waits in any queue.
  bool any_work() noexcept { return !injected().empty() || processors_.have_work(); }
  thread_team& threads() noexcept { return threads_; }
  blocking_pool& blocking() noexcept { return blocking_; }
  watchdog& watched_by() noexcept { return watchdog_; }
  void run_blocking(cell& c) override;
  /// The exploration, if an explorer decides what runs next; null: the ordinary order.
  class exploration* exploration() noexcept { return exploration_.get(); }

  // -- the runtime -------------------------------------------------------------------------------
  /// Makes `owner` the runtime of this scheduler.
  /// @param orders what is asked of all its tasks
  /// @returns false if there is one already
  /// @throws std::bad_alloc
  bool adopt(runtime& owner, std::string name, const cancellation_times& shutdown,
             task_meter::orders orders);
  void release_owner() noexcept;
  /// Whether there is a runtime.
  bool has_owner() const noexcept;
  /// Returns the runtime. @throws std::logic_error if it has ended
  runtime& owner() const;
  /// Why the threads could not be started; null if they were.
  const std::exception_ptr& start_failure() const noexcept { return start_failure_; }
  /// Whether the calling thread is one of this scheduler's.
  bool runs_here() const noexcept { return this_thread().home == this; }
  /// Whether the calling thread runs a function of the user's that must not wait; see
  /// user_callback.
  bool runs_callback_here() const noexcept { return this_thread().callback_of == this; }

private:
  void start_threads();
  void stop_threads();
  void start_actors_of_caf();
  void start() override;
  void stop() override;
  bool drive();
  void thread_starts(const char* name);
  void thread_ends();
  /// Makes a copy of the data of the node id, with a count of references that is not shared.
  caf::node_id::data* copy_node();

  std::exception_ptr start_failure_;
  std::atomic<runtime*> owner_{nullptr};
  class caf_clock caf_clock_;
  thread_team threads_;
  blocking_pool blocking_;
  std::unique_ptr<class exploration> exploration_; ///< null: the ordinary order
  processor_set processors_;
  watchdog watchdog_{*this, [this](std::size_t i) { return processors_.at(i).current_turn(); }};
  std::unique_ptr<root_task> root_;
};

inline scheduler& scheduler_of(cell& c) noexcept {
  return static_cast<scheduler&>(home_of(c));
}

} // namespace sweet::inline v0_5::detail
