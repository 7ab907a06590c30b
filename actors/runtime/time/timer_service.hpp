#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <thread>

#include <sweet/actors/runtime/system/gate.hpp>
#include <sweet/actors/runtime/time/call_threads.hpp>
#include <sweet/actors/runtime/time/clock.hpp>
#include <sweet/actors/runtime/time/deferred_call.hpp>
#include <sweet/actors/runtime/time/timer_wheel.hpp>

namespace sweet::inline v0_5::detail {

/// The timers of a runtime: a million timeouts, most of which never fire, for the price of a short
/// lock each.
///
/// It has a timer_wheel per shard, so that workers with a shard each do not meet, and one thread
/// for all, which sleeps until a timer is due and runs no function of the user's: see defer().
/// Ticks are milliseconds since the service was made: a timer never fires early, and up to one tick
/// late plus what the machine needs.
///
/// On a clock that does not run by itself there is no thread: timers fire in the thread that moves
/// the clock.
class timer_service final : private clock_listener {
public:
  using time_point = clock::time_point;

  /// @pre `shards > 0`; `c` outlives this
  timer_service(clock& c, std::size_t shards);

  timer_service(const timer_service&) = delete;
  timer_service& operator=(const timer_service&) = delete;

  /// Stops the service. Timers that are still armed never fire.
  ~timer_service();

  /// Makes timers fire from now on, including those armed before. The timer thread, and the threads
  /// that make deferred calls, call the two functions when they begin and end; the functions may be
  /// empty.
  /// @pre not started before
  /// @throws std::system_error if the system refuses the threads
  void start(std::function<void()> on_thread_start, std::function<void()> on_thread_exit);

  /// Stops the service: when this returns, no timer fires any more, and the deferred calls have
  /// been made. Armed timers stay armed, and can be cancelled. Repeating it changes nothing.
  /// @pre not called by the timer thread
  void stop();

  /// Fires `e` at `due`, or as soon as possible if that has passed; at time_point::max(), never.
  /// Constant time. Any thread.
  /// @pre `e.fire` is set, `e` is not armed; not called from within a timer's fire()
  void arm(timer_entry& e, time_point due, std::size_t shard_hint) noexcept;

  /// Cancels a timer. Any thread, but not from within a timer's fire(). Constant time, apart from
  /// waiting for a fire() in the same shard that is under way.
  /// @returns true: `e` was armed, and will not fire. false: `e` was not armed, or has fired and
  /// fire() has returned. A call that overlaps with the first arm() of `e` may come before it, and
  /// so return false.
  /// @pre no overlap with a later arm() of `e`
  bool cancel(timer_entry& e) noexcept;

  /// Has `c` called once the lock of the shard, under which a fire() runs, is released. The call
  /// may arm and cancel timers, and take long: another thread than the timer thread makes it. Calls
  /// may overlap. On a clock that does not run by itself, the thread that moves the clock makes the
  /// call.
  /// @pre called from within a timer's fire(); `c` is not deferred already
  void defer(deferred_call& c) noexcept { deferred_.push(c); }

  /// When a timer that is armed fires at the latest. @pre it is not armed or cancelled meanwhile
  time_point due_of(const timer_entry& e) const noexcept { return time_of(e.due_tick); }

  time_point now() const noexcept { return clock_.now(); }
  const clock& time() const noexcept { return clock_; }
  /// Whether time passes by itself, which is known once this has been started.
  bool runs_by_itself() const noexcept { return !told_by_clock_; }

  std::size_t shards() const noexcept { return shard_count_; }

  // -- for who decides which of several timers that are due at the same moment fires first --------
  // One thread at a time; the clock does not run by itself; `shards() == 1`.

  /// Returns how many timers are due now.
  std::size_t count_due();
  /// Fires one of the timers that are due now. @pre `index < count_due()`
  void fire_due(std::size_t index);
  /// Returns a time that the clock may move to without passing a timer that is due; see
  /// clock_listener.
  std::optional<time_point> next_due() override;

private:
  struct shard;

  std::uint64_t tick_at_or_after(time_point t) const noexcept;
  std::uint64_t tick_at_or_before(time_point t) const noexcept;
  time_point time_of(std::uint64_t tick) const noexcept;
  void publish_next(shard& s) noexcept;
  void wake_thread_for(std::uint64_t tick) noexcept;
  std::uint64_t earliest_next() const noexcept;
  std::size_t fire_until(shard& s, std::uint64_t tick);
  void run_deferred() noexcept;
  std::size_t fire_all_until(std::uint64_t tick);
  void run();

  std::size_t reach(time_point now) override;

  clock& clock_;
  const time_point origin_;
  const std::size_t shard_count_;
  const std::unique_ptr<shard[]> shards_;
  deferred_list deferred_; ///< touched by the thread that fires only
  /// The tick at which the thread will wake up by itself; 0 while it is looking for something to
  /// do.
  std::atomic<std::uint64_t> sleeping_until_{0};
  std::atomic<bool> stopping_{false};
  gate wake_up_;
  call_threads calls_;
  std::thread thread_;
  bool has_thread_ = false; ///< written before there is a thread
  bool told_by_clock_ = false;
};

} // namespace sweet::inline v0_5::detail
