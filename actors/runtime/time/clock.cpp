// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/time/clock.hpp>

#include <ctime>

namespace sweet::inline v0_5 {

clock::time_point steady_clock::coarse_now() const noexcept {
  // This is the clock that std::chrono::steady_clock reads, as of the kernel's last tick.
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  return time_point{std::chrono::seconds{now.tv_sec} + std::chrono::nanoseconds{now.tv_nsec}};
}

} // namespace sweet::inline v0_5
