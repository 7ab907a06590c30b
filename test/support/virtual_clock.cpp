// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/testing/virtual_clock.hpp>

#include <sweet/strategies/later.hpp>

#include <cassert>
#include <optional>
#include <utility>

namespace sweet::inline v0_5::testing {

// Release and acquire: who reads a time has seen what happened before time moved there.
clock::time_point virtual_clock::now() const noexcept {
  return time_point{duration{now_.load(std::memory_order_acquire)}};
}

void virtual_clock::advance(duration d) {
  assert(d >= duration::zero());
  std::lock_guard lock{mutex_};
  const auto end = detail::later(now(), d);
  for (;;) {
    std::optional<time_point> next;
    for (auto* listener : listeners_)
      if (const auto due = listener->next_due(); due && (!next || *due < *next))
        next = due;
    if (!next || *next > end)
      break;
    reach(*next);
  }
  reach(end);
}

void virtual_clock::reach(time_point t) {
  if (t > now())
    now_.store(t.time_since_epoch().count(), std::memory_order_release);
  std::size_t fired = 0;
  for (auto* listener : listeners_)
    fired += listener->reach(now());
  if (fired != 0 && settle_)
    settle_();
}

bool virtual_clock::start_telling(clock_listener& listener) {
  std::lock_guard lock{mutex_};
  listeners_.push_back(&listener);
  return true;
}

void virtual_clock::stop_telling(clock_listener& listener) {
  std::lock_guard lock{mutex_};
  std::erase(listeners_, &listener);
}

} // namespace sweet::inline v0_5::testing
