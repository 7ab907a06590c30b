#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/system/gate.hpp>

#include <atomic>
#include <cstdint>
#include <mutex>
#include <vector>

namespace sweet::inline v0_5::detail {

/// The processors that found nothing to do and sleep, and the number of those that look for work
/// right now.
///
/// No wake-up is lost, because both sides write first and then look, all sequentially consistent.
/// The maker of work writes by a read-modify-write on a deque or on the injection queue, and then
/// looks at `searching` and `sleeping`. A processor that goes to sleep leaves `searching` and
/// enters `sleeping`, both by read-modify-writes, and then looks at all queues for the last time.
/// Either the maker sees the sleeper, or the sleeper sees the work. A maker that sees a searcher
/// may leave it at that: the searcher looks at all queues again after it has stopped searching,
/// before it sleeps as well as when it has found something and was the last searcher. If there is
/// more then, it wakes the next one.
///
/// For work that its maker most likely does itself, waking a sleeper is a waste: a system call per
/// turn of two tasks that wake each other. So one processor may watch: it sleeps for a limited time
/// only, and looks at all queues again. A maker that sees `watching` after its write may leave it
/// at that, because the watcher clears it before it looks. test/model/parking.pml is the
/// exhaustively checked model.
class idle_set {
public:
  /// Where one processor sleeps.
  struct sleeper {
    gate wake_up;
  };

  /// Called after making work: wakes a sleeper unless a processor is looking for work.
  void work_added() noexcept {
    if (sleeping_.load(std::memory_order_seq_cst) != 0 &&
        searching_.load(std::memory_order_seq_cst) == 0)
      wake_one();
  }

  /// Called after making work that its maker most likely does itself: wakes a sleeper unless a
  /// processor watches, or is looking for work.
  void woken_work_added() noexcept {
    if (!watching_.load(std::memory_order_seq_cst))
      work_added();
  }

  /// Called after starting work, which its maker most likely does itself if `is_alone()`: then as
  /// woken_work_added(), otherwise as work_added(). It may look at `watching` last: that there is a
  /// searcher or no sleeper, or that one watches, is each enough to leave it at that.
  template <class F>
  void started_work_added(F&& is_alone) noexcept {
    if (sleeping_.load(std::memory_order_seq_cst) != 0 &&
        searching_.load(std::memory_order_seq_cst) == 0 &&
        !(is_alone() && watching_.load(std::memory_order_seq_cst)))
      wake_one();
  }

  void start_searching() noexcept { searching_.fetch_add(1, std::memory_order_seq_cst); }

  /// Called by a searcher that has found work: if it was the last searcher, and `is_more()` finds
  /// that the queues hold more, wakes another one.
  template <class F>
  void found_work(F&& is_more) noexcept {
    if (searching_.fetch_sub(1, std::memory_order_seq_cst) == 1 &&
        sleeping_.load(std::memory_order_seq_cst) != 0 && is_more())
      wake_one();
  }

  /// Called by a searcher that would rather look again after a while than sleep. It goes on with
  /// prepare_sleep(), as if it slept. @returns false if another processor watches already
  bool start_watching() noexcept {
    // Relaxed: a hint that spares the exchange, which decides.
    return !watching_.load(std::memory_order_relaxed) &&
           !watching_.exchange(true, std::memory_order_seq_cst);
  }

  /// Called by a watcher that is a searcher again, and that looks at all queues after this.
  void stop_watching() noexcept { watching_.store(false, std::memory_order_seq_cst); }

  /// Called by a searcher that gives up. It must look at all queues once more after this, and then
  /// either call cancel_sleep() or wait on its gate.
  void prepare_sleep(sleeper& s);

  /// Takes back prepare_sleep(). @returns false if a waker has claimed `s` already; its gate is set
  /// or about to be set
  bool cancel_sleep(sleeper& s) noexcept;

  void wake_one() noexcept;
  void wake_all() noexcept;

  std::uint32_t sleeping() const noexcept { return sleeping_.load(std::memory_order_seq_cst); }

private:
  alignas(64) std::atomic<std::uint32_t> sleeping_{0};
  std::atomic<std::uint32_t> searching_{0};
  std::atomic<bool> watching_{false};
  alignas(64) std::mutex mutex_;
  std::vector<sleeper*> sleepers_; // mutex_; as many as sleeping_ says
};

} // namespace sweet::inline v0_5::detail
