#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/observe/log_sink.hpp>
#include <sweet/actors/observe/trace_sink.hpp>
#include <sweet/actors/runtime/block_pool.hpp>
#include <sweet/actors/runtime/blocking_pool.hpp>
#include <sweet/actors/runtime/caf_clock.hpp>
#include <sweet/actors/runtime/clock.hpp>
#include <sweet/actors/runtime/fork_count.hpp>
#include <sweet/actors/runtime/idle_set.hpp>
#include <sweet/actors/runtime/injection_queue.hpp>
#include <sweet/actors/runtime/processor.hpp>
#include <sweet/actors/runtime/root_task.hpp>
#include <sweet/actors/runtime/service_set.hpp>
#include <sweet/actors/runtime/thread_state.hpp>
#include <sweet/actors/runtime/thread_team.hpp>
#include <sweet/actors/runtime/timer_service.hpp>

#include <caf/node_id.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <vector>

namespace sweet {

class runtime;

} // namespace sweet

namespace sweet::detail {

class exploration;
class explorer;

/// The scheduler module of CAF that runs tasks and ordinary actors: processors with work-stealing
/// deques, an injection queue, a timer wheel, and threads that sleep when there is nothing to do.
class scheduler final : public caf::scheduler::abstract_coordinator {
public:
  /// @param explorer null, or who decides what runs next; there is one processor then
  scheduler(caf::actor_system& system, sweet::clock& time, explorer* explorer = nullptr);
  ~scheduler() override;

  /// @returns the scheduler of a system that was prepared with configure(), else null.
  static scheduler* find(caf::actor_system& system) noexcept;

  // -- caf::scheduler::abstract_coordinator -------------------------------------------------------
  void enqueue(caf::resumable* what) override;
  caf::actor_clock& clock() noexcept override { return caf_clock_; }

  // -- queues -------------------------------------------------------------------------------------
  /// Any thread: queues a job behind those that wait already.
  void inject(job j) noexcept;
  injection_queue& injected() noexcept { return injected_; }
  idle_set& idle() noexcept { return idle_; }
  std::size_t processors() const noexcept { return processors_.size(); }
  processor& processor_at(std::size_t i) noexcept { return *processors_[i]; }
  bool any_work() const noexcept;
  /// But for what processors keep to themselves for a while.
  bool any_spare_work() const noexcept;
  bool stopping() const noexcept { return stopping_.load(std::memory_order_seq_cst); }

  // -- services -----------------------------------------------------------------------------------
  block_pool& blocks() noexcept { return *blocks_; }
  timer_service& timers() noexcept { return timers_; }
  /// The shard of the timer wheel for this thread.
  std::size_t timer_shard() const noexcept;
  thread_team& threads() noexcept { return threads_; }
  root_task& root() noexcept { return *root_; }
  /// They go when the runtime ends, after its last task.
  service_set& services() noexcept { return services_; }
  log_sink& log() noexcept { return log_; }
  trace_sink& trace() noexcept { return trace_; }
  void count_lost_messages(std::uint64_t n) noexcept {
    // Relaxed, here and below: only a count.
    lost_messages_->fetch_add(n, std::memory_order_relaxed);
  }
  std::uint64_t lost_messages() const noexcept {
    return lost_messages_->load(std::memory_order_relaxed);
  }
  /// The count itself, for actors that outlive the scheduler.
  const std::shared_ptr<std::atomic<std::uint64_t>>& lost_message_count() const noexcept {
    return lost_messages_;
  }
  /// @throws std::system_error if there is no thread for it
  void run_blocking(cell& c);
  /// Null: the ordinary order.
  class exploration* exploration() noexcept { return exploration_.get(); }

  // -- the runtime -------------------------------------------------------------------------------
  /// @returns false if there is one already
  bool adopt(runtime& owner, std::string name, const cancellation_times& shutdown);
  void release_owner() noexcept;
  /// @throws std::logic_error if there is none any more
  runtime& owner() const;
  /// Whether this process was forked from the one that the threads belong to.
  bool is_forked() const noexcept { return forks_ != fork_count(); }
  /// @throws std::logic_error if it was
  void check_not_forked() const;
  /// Why the threads could not be started; else null.
  const std::exception_ptr& start_failure() const noexcept { return start_failure_; }
  /// Whether the calling thread is one of this scheduler's.
  bool runs_here() const noexcept { return this_thread().home == this; }
  /// Whether it runs a function of the user's that must not wait; see user_callback.
  bool runs_callback_here() const noexcept { return this_thread().callback_of == this; }

  // -- identity -----------------------------------------------------------------------------------
  /// @returns the first of `n` new ids.
  std::uint64_t draw_ids(std::uint64_t n) noexcept {
    // Relaxed: only uniqueness matters.
    return next_id_.fetch_add(n, std::memory_order_relaxed);
  }
  caf::node_id::data* node() const noexcept { return node_; }
  /// A copy of the node id's data that nobody else counts references to.
  caf::node_id::data* copy_node() const;

private:
  void start_threads();
  void stop_threads();
  void start_actors_of_caf();
  void start() override;
  void stop() override;
  bool drive();
  void thread_starts(const char* name);
  void thread_ends();

  const std::uint32_t forks_ = fork_count();
  std::exception_ptr start_failure_;
  std::atomic<bool> stopping_{false};
  std::atomic<std::uint64_t> next_id_{1};
  const std::shared_ptr<std::atomic<std::uint64_t>> lost_messages_ =
      std::make_shared<std::atomic<std::uint64_t>>(0);
  std::atomic<runtime*> owner_{nullptr};
  caf::node_id::data* node_ = nullptr;
  block_pool* blocks_;
  injection_queue injected_;
  idle_set idle_;
  timer_service timers_;
  class caf_clock caf_clock_;
  thread_team threads_;
  blocking_pool blocking_;
  std::unique_ptr<class exploration> exploration_; ///< null: the ordinary order
  std::vector<std::unique_ptr<processor>> processors_;
  std::unique_ptr<root_task> root_;
  service_set services_;
  log_sink log_{*this};
  trace_sink trace_{*this, log_};
};

} // namespace sweet::detail
