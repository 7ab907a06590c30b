// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/system/futex_mutex.hpp>

#include <sweet/actors/runtime/system/cpu_pause.hpp>
#include <sweet/actors/runtime/system/futex.hpp>

namespace sweet::inline v0_5::detail {

void futex_mutex::wait() noexcept {
  // The section of the holder is about as short as a system call takes.
  for (int i = 0; i < 100; ++i) {
    cpu_pause();
    auto expected = free;
    if (word_.load(std::memory_order_relaxed) == free &&
        word_.compare_exchange_strong(expected, taken, std::memory_order_acquire,
                                      std::memory_order_relaxed))
      return;
  }
  // Acquire: see lock(). Whoever gets the mutex here leaves it as waited for: there may be others.
  while (word_.exchange(waited_for, std::memory_order_acquire) != free)
    futex_wait(word_, waited_for);
}

void futex_mutex::wake() noexcept {
  futex_wake_one(word_);
}

} // namespace sweet::inline v0_5::detail
