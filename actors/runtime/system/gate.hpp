#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <atomic>
#include <cstdint>

namespace sweet::inline v0_5::detail {

/// A flag on which one thread sleeps and which any thread sets: the smallest way to park a thread.
/// The release of `set` pairs with the acquire of `wait`.
class gate {
public:
  /// Sets the gate. Calls the system only if the waiter sleeps.
  void set() noexcept;
  /// Blocks until the gate is set, then closes it again.
  void wait() noexcept;
  /// @returns whether the gate was set before `nanoseconds` had passed; closes it if so.
  bool wait_for(std::int64_t nanoseconds) noexcept;
  /// Looks at the gate for as long as a sleep would cost, without sleeping.
  /// @returns whether the gate was set meanwhile; closes it if so.
  bool take_soon() noexcept;
  /// Closes the gate if it is set. Called by the waiter.
  bool try_take() noexcept { return word_.exchange(closed, std::memory_order_acquire) == open; }

private:
  static constexpr std::uint32_t closed = 0;
  static constexpr std::uint32_t open = 1;
  static constexpr std::uint32_t slept_on = 2; ///< closed, and the waiter sleeps or is about to

  bool start_sleeping() noexcept;

  std::atomic<std::uint32_t> word_{closed};
};

} // namespace sweet::inline v0_5::detail
