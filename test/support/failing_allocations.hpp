#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/home/thread_state.hpp>

#include <atomic>
#include <cstdint>
#include <utility>

namespace sweet::inline v0_5::testing {

/// While it lives, some allocations of the threads of a runtime fail: after the first `passed` of
/// them, the next `refused` ones throw std::bad_alloc; the rest succeed again. One at a time. For
/// programs whose operator new asks refuses_allocation(). CAF's own threads, whose start would
/// count now and then, are left alone.
class failing_allocations {
public:
  failing_allocations(std::int64_t passed, std::int64_t refused) noexcept : refused_(refused) {
    left_.store(passed + refused, std::memory_order_relaxed);
    limit_.store(refused, std::memory_order_relaxed);
    is_on_.store(true, std::memory_order_seq_cst);
  }
  ~failing_allocations() { stop(); }
  failing_allocations(const failing_allocations&) = delete;
  failing_allocations& operator=(const failing_allocations&) = delete;

  /// From now on all allocations succeed. @returns whether one has been refused
  bool stop() noexcept {
    is_on_.store(false, std::memory_order_seq_cst);
    return left_.load(std::memory_order_relaxed) < refused_;
  }

  /// While it lives, the allocations of this thread succeed, and do not count.
  class pause {
  public:
    pause() noexcept : was_paused_(std::exchange(is_paused_, true)) {}
    ~pause() { is_paused_ = was_paused_; }
    pause(const pause&) = delete;
    pause& operator=(const pause&) = delete;

  private:
    bool was_paused_;
  };

  /// What operator new asks each time.
  static bool refuses_allocation() noexcept {
    // Relaxed, here and below: counts. Who switches it on is in order with those that it means.
    if (!is_on_.load(std::memory_order_relaxed) || is_paused_ ||
        detail::this_thread().home == nullptr) [[likely]]
      return false;
    const auto left = left_.fetch_sub(1, std::memory_order_relaxed);
    return left > 0 && left <= limit_.load(std::memory_order_relaxed);
  }

private:
  inline static std::atomic<bool> is_on_{false};
  inline static thread_local constinit bool is_paused_ = false;
  inline static std::atomic<std::int64_t> left_{0};
  inline static std::atomic<std::int64_t> limit_{0};

  std::int64_t refused_;
};

} // namespace sweet::inline v0_5::testing
