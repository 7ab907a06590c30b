#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <sweet/strategies/later.hpp>

#include <chrono>
#include <cstdint>

namespace sweet::inline v0_5 {

/// What an interval does about ticks that were due while nobody waited for them. With a period of
/// 10, ticks that were due at 20, 30 and 40, and a task that comes at 45:
enum class missed_ticks : std::uint8_t {
  burst, ///< all come, at once, until the interval has caught up: 20, 30, 40, and 50 at 50
  skip,  ///< one comes, and the others never: 20, and 50 at 50
  delay, ///< one comes, and the next one a period later: 20, and 55 at 55
};

namespace detail {

/// Returns when the next tick of an interval is due.
/// @param due when the one was due that is given now @pre `period > 0`, `due <= now`
constexpr std::chrono::steady_clock::time_point next_tick(std::chrono::steady_clock::time_point due,
                                                          std::chrono::steady_clock::time_point now,
                                                          std::chrono::nanoseconds period,
                                                          missed_ticks missed) noexcept {
  switch (missed) {
    case missed_ticks::burst: break;
    case missed_ticks::skip: return later(now, period - (now - due) % period);
    case missed_ticks::delay: return later(now, period);
  }
  return later(due, period);
}

} // namespace detail

} // namespace sweet::inline v0_5
