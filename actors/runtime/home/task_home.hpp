#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/home/log_sink.hpp>
#include <sweet/actors/runtime/home/lost_sink.hpp>
#include <sweet/actors/runtime/home/service_set.hpp>
#include <sweet/actors/runtime/home/trace_sink.hpp>
#include <sweet/actors/runtime/memory/block_pool.hpp>
#include <sweet/actors/runtime/queues/idle_set.hpp>
#include <sweet/actors/runtime/queues/injection_queue.hpp>
#include <sweet/actors/runtime/queues/job.hpp>
#include <sweet/actors/runtime/system/fork_count.hpp>
#include <sweet/actors/runtime/time/clock.hpp>
#include <sweet/actors/runtime/time/timer_service.hpp>

#include <caf/fwd.hpp>
#include <caf/node_id.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace sweet::inline v0_5::detail {

class root_task;

/// What a task asks of its runtime: a queue, time, memory, the root of the tree, log and ids. The
/// scheduler adds the threads. For any thread.
class task_home {
public:
  task_home(const task_home&) = delete;
  task_home& operator=(const task_home&) = delete;

  // -- queues -------------------------------------------------------------------------------------
  /// Queues a job behind the jobs that wait already.
  void inject(job j, unsigned lane) noexcept {
    injected_.push(j, lane);
    idle_.work_added();
  }
  injection_queue& injected() noexcept { return injected_; }
  idle_set& idle() noexcept { return idle_; }
  /// Gives the body of a task a thread of its own. @throws std::system_error if none can be made
  /// @throws std::length_error if too many wait for one
  virtual void run_blocking(cell& c) = 0;
  /// How many threads run tasks at the same time.
  virtual std::size_t workers() const noexcept = 0;

  // -- services -----------------------------------------------------------------------------------
  block_pool& blocks() noexcept { return *blocks_; }
  timer_service& timers() noexcept { return timers_; }
  root_task& root() noexcept { return *root_; }
  log_sink& log() noexcept { return log_; }
  trace_sink& trace() noexcept { return trace_; }
  /// What parts of the library keep once per runtime; destroyed at its end, after its last task.
  service_set& services() noexcept { return services_; }
  lost_sink& lost() noexcept { return *lost_; }
  /// The same sink, for actors that outlive the runtime.
  const std::shared_ptr<lost_sink>& shared_lost() const noexcept { return lost_; }

  /// Whether this process was forked from the one that the threads belong to.
  bool is_forked() const noexcept { return forks_ != fork_count(); }
  /// @throws std::logic_error if this process was forked from the one that the threads belong to
  void check_not_forked() const;

  // -- identity -----------------------------------------------------------------------------------
  /// Takes `n` new ids. @returns the first one
  std::uint64_t draw_ids(std::uint64_t n) noexcept {
    // Relaxed: only uniqueness matters.
    return next_id_.fetch_add(n, std::memory_order_relaxed);
  }
  caf::actor_system& actors() noexcept { return actors_; }
  caf::node_id::data* node() const noexcept { return node_; }

protected:
  task_home(caf::actor_system& actors, sweet::clock& time, std::size_t timer_shards,
            const block_use& use);
  ~task_home();

  void use(root_task& root) noexcept { root_ = &root; }
  void use(caf::node_id::data* node) noexcept { node_ = node; }

private:
  caf::actor_system& actors_;
  const std::uint32_t forks_ = fork_count();
  std::atomic<std::uint64_t> next_id_{1};
  caf::node_id::data* node_ = nullptr;
  root_task* root_ = nullptr;
  injection_queue injected_;
  idle_set idle_;
  timer_service timers_;
  log_sink log_{*this};
  trace_sink trace_{*this, log_};
  const std::shared_ptr<lost_sink> lost_ = std::make_shared<lost_sink>(*this, log_);
  block_pool* const blocks_;
  service_set services_;
};

/// Returns the home of the task in a block.
inline task_home& home_of(block_header& c) noexcept {
  return span_of(c).owner->global().home();
}

} // namespace sweet::inline v0_5::detail
