#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <chrono>
#include <ctime>

namespace sweet::inline v0_5::detail {

/// Returns how long this thread has used a processor so far; a call costs about half a microsecond.
inline std::chrono::nanoseconds thread_cpu_time() noexcept {
  timespec t{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return std::chrono::seconds{t.tv_sec} + std::chrono::nanoseconds{t.tv_nsec};
}

} // namespace sweet::inline v0_5::detail
