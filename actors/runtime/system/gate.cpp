// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/system/gate.hpp>

#include <sweet/actors/runtime/system/futex.hpp>
#include <sweet/strategies/later.hpp>

#include <chrono>
#include <ctime>

namespace sweet::inline v0_5::detail {

void gate::set() noexcept {
  // Once the waiter has seen the word it may destroy the gate; the wake-up after that finds no
  // waiter at the address, which is harmless.
  if (word_.exchange(1, std::memory_order_release) == 0)
    futex_wake_one(word_);
}

void gate::wait() noexcept {
  while (!try_take())
    futex_wait(word_, 0);
}

bool gate::wait_for(std::int64_t nanoseconds) noexcept {
  using clock = std::chrono::steady_clock;
  const auto deadline = later(clock::now(), std::chrono::nanoseconds{nanoseconds});
  while (!try_take()) {
    const auto left = (deadline - clock::now()).count();
    if (left <= 0)
      return false;
    const timespec relative{left / 1'000'000'000, left % 1'000'000'000};
    futex_wait(word_, 0, &relative);
  }
  return true;
}

} // namespace sweet::inline v0_5::detail
