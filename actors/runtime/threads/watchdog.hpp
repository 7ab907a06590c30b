#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/time/deferred_call.hpp>
#include <sweet/actors/runtime/time/timer_wheel.hpp>
#include <sweet/messages/task_id.hpp>
#include <sweet/strategies/supervision/turn_watch.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <mutex>
#include <unordered_set>
#include <vector>

namespace sweet::inline v0_5::detail {

struct cell;
class task_home;

/// Warns in the log of bodies that hold a worker for long: other tasks wait for that worker
/// meanwhile, and nobody can see why. Looks at all processors a few times a second, by a timer,
/// while one of them is awake; tasks do nothing for it.
///
/// A body that blocks in await() has given its processor away, and one that is blocking() has none.
/// There are no looks on a clock that does not run by itself.
class watchdog {
public:
  struct turn {
    unsigned count;   ///< how many turns have begun, about
    const cell* body; ///< of the task that runs; null: none
  };

  /// @param turn_of says what runs on the processor of a number; called until stop()
  watchdog(task_home& home, std::function<turn(std::size_t)> turn_of);
  watchdog(const watchdog&) = delete;
  watchdog& operator=(const watchdog&) = delete;

  /// Sets how long a turn of a body may take, and begins to watch; zero: does not watch.
  void start(std::chrono::nanoseconds limit);
  /// Ends for good: when this returns, no processor is looked at any more.
  void stop() noexcept;

  /// Called by a processor that has slept. Sequentially consistent, with the look that parks this
  /// once all processors sleep: either that look sees this one awake, or this sees it parked.
  void woken() noexcept {
    if (parked_.load(std::memory_order_seq_cst)) [[unlikely]]
      unpark();
  }

  /// Whether there are no looks until a processor wakes.
  bool is_parked() const noexcept { return parked_.load(std::memory_order_relaxed); }

private:
  struct timer : timer_entry {
    watchdog* owner = nullptr;
  };
  struct looking : deferred_call {
    watchdog* owner = nullptr;
  };

  void unpark() noexcept;
  void arm() noexcept;
  void look() noexcept;
  void look_at_all(std::vector<const cell*>& too_long);
  void warn(const cell* c);

  task_home& home_;
  const std::function<turn(std::size_t)> turn_of_;
  std::atomic<bool> parked_{false};
  timer timer_;
  looking look_;
  std::mutex mutex_;
  // All that follows is under the mutex.
  std::chrono::nanoseconds limit_{0};
  std::vector<turn_watch> watches_; ///< one for each processor; empty: does not watch
  std::unordered_set<task_id> warned_;
  bool armed_ = false; ///< or the call is under way
  bool stopped_ = false;
};

} // namespace sweet::inline v0_5::detail
