#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <atomic>
#include <cstdint>

namespace sweet::inline v0_5::detail {

/// A mutex of one word for sections of a few instructions: an uncontended lock and unlock are one
/// read-modify-write each, inline. After U. Drepper, "Futexes Are Tricky" (2011), mutex 3.
class futex_mutex {
public:
  futex_mutex() noexcept = default;
  futex_mutex(const futex_mutex&) = delete;
  futex_mutex& operator=(const futex_mutex&) = delete;

  /// Acquire: shows what was done under the mutex before.
  void lock() noexcept {
    auto expected = free;
    if (!word_.compare_exchange_strong(expected, taken, std::memory_order_acquire,
                                       std::memory_order_relaxed)) [[unlikely]]
      wait();
  }
  /// Release: see lock(). The last touch of the mutex: who locks it next may destroy it.
  void unlock() noexcept {
    if (word_.exchange(free, std::memory_order_release) == waited_for) [[unlikely]]
      wake();
  }

private:
  static constexpr std::uint32_t free = 0;
  static constexpr std::uint32_t taken = 1;
  static constexpr std::uint32_t waited_for = 2;

  void wait() noexcept;
  void wake() noexcept;

  std::atomic<std::uint32_t> word_{free};
};

} // namespace sweet::inline v0_5::detail
