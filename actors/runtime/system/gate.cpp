// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/system/gate.hpp>

#include <sweet/actors/runtime/system/cpu_pause.hpp>
#include <sweet/actors/runtime/system/futex.hpp>
#include <sweet/strategies/later.hpp>

#include <chrono>
#include <ctime>

namespace sweet::inline v0_5::detail {

namespace {

// About what it costs to sleep and to be woken, where cores are virtual.
constexpr std::chrono::microseconds sleep_cost{20};
// How many looks at the gate lie between two looks at the clock.
constexpr unsigned looks = 32;

} // namespace

void gate::set() noexcept {
  // Once the waiter has seen the word it may destroy the gate; the wake-up after that finds no
  // waiter at the address, which is harmless.
  if (word_.exchange(open, std::memory_order_release) == slept_on)
    futex_wake_one(word_);
}

/// Notes that the waiter is about to sleep. Relaxed: if the gate is set, try_take() is the acquire.
/// A set() that comes before the sleep changes the word, and then the system does not let the
/// thread sleep. @returns false if the gate is set
bool gate::start_sleeping() noexcept {
  auto seen = closed;
  return word_.compare_exchange_strong(seen, slept_on, std::memory_order_relaxed);
}

bool gate::take_soon() noexcept {
  using clock = std::chrono::steady_clock;
  const auto start = clock::now();
  do
    for (unsigned i = 0; i < looks; ++i) {
      // Relaxed: a hint, which spares the exchange.
      if (word_.load(std::memory_order_relaxed) == open)
        return try_take();
      cpu_pause();
    }
  while (clock::now() - start < sleep_cost);
  return false;
}

void gate::wait() noexcept {
  while (!try_take())
    if (start_sleeping())
      futex_wait(word_, slept_on);
}

bool gate::wait_for(std::int64_t nanoseconds) noexcept {
  using clock = std::chrono::steady_clock;
  const auto deadline = later(clock::now(), std::chrono::nanoseconds{nanoseconds});
  while (!try_take()) {
    const auto left = (deadline - clock::now()).count();
    if (left <= 0)
      return false;
    const timespec relative{left / 1'000'000'000, left % 1'000'000'000};
    if (start_sleeping())
      futex_wait(word_, slept_on, &relative);
  }
  return true;
}

} // namespace sweet::inline v0_5::detail
