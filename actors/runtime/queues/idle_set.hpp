#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/system/gate.hpp>

#include <atomic>
#include <cstdint>
#include <mutex>
#include <vector>

namespace sweet::detail {

/// The processors that found nothing to do and sleep, and how many look for work right now.
///
/// No wake-up is lost, because both sides write first and look then, all sequentially
/// consistent: who makes work (a read-modify-write on a deque or on the injection queue) looks at
/// `searching` and `sleeping` after it; who goes to sleep leaves `searching` and enters `sleeping`
/// (both read-modify-writes) before it looks at all queues for the last time. Either the maker
/// sees the sleeper, or the sleeper sees the work. A maker that sees a searcher may leave it at
/// that: the searcher either finds the work or looks again after it has stopped searching, and
/// the last searcher that finds something wakes the next one.
///
/// For work that its maker most likely does itself, waking a sleeper is a waste, again and again: a
/// system call per turn of two tasks that wake each other. So one processor may watch: it sleeps
/// for a limited time only, and looks at all queues again. A maker that sees `watching` after its
/// write may leave it at that, because the watcher clears it before it looks.
/// test/model/parking.pml is the exhaustively checked model.
class idle_set {
public:
  /// Where one processor sleeps.
  struct sleeper {
    gate wake_up;
  };

  /// After making work: wakes a sleeper if nobody is looking for work.
  void work_added() noexcept {
    if (sleeping_.load(std::memory_order_seq_cst) != 0 &&
        searching_.load(std::memory_order_seq_cst) == 0)
      wake_one();
  }

  /// The same for work that its maker most likely does itself: there may be a watcher for it.
  void woken_work_added() noexcept {
    if (!watching_.load(std::memory_order_seq_cst))
      work_added();
  }

  void start_searching() noexcept { searching_.fetch_add(1, std::memory_order_seq_cst); }

  /// A searcher has found work: another one takes its place if it was the last.
  void found_work() noexcept {
    if (searching_.fetch_sub(1, std::memory_order_seq_cst) == 1 &&
        sleeping_.load(std::memory_order_seq_cst) != 0)
      wake_one();
  }

  /// A searcher would rather look again after a while than sleep. @returns false if another one
  /// watches already. It goes on with prepare_sleep(), as if it slept.
  bool start_watching() noexcept {
    // Relaxed: a hint that spares the exchange, which decides.
    return !watching_.load(std::memory_order_relaxed) &&
           !watching_.exchange(true, std::memory_order_seq_cst);
  }

  /// It is a searcher again, and looks at all queues after this.
  void stop_watching() noexcept { watching_.store(false, std::memory_order_seq_cst); }

  /// A searcher gives up. It must look at all queues once more after this, and then either
  /// call cancel_sleep() or wait on its gate.
  void prepare_sleep(sleeper& s);

  /// @returns false if somebody has claimed `s` already; its gate is set or about to be set.
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

} // namespace sweet::detail
