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
  void set() noexcept;
  /// Blocks until the gate is set, then closes it again.
  void wait() noexcept;
  /// @returns whether the gate was set before `nanoseconds` had passed; closes it if so.
  bool wait_for(std::int64_t nanoseconds) noexcept;
  /// Closes the gate if it is set.
  bool try_take() noexcept { return word_.exchange(0, std::memory_order_acquire) != 0; }

private:
  std::atomic<std::uint32_t> word_{0};
};

} // namespace sweet::inline v0_5::detail
