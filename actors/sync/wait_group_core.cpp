// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/sync/wait_group_core.hpp>

#include <limits>
#include <stdexcept>

namespace sweet::inline v0_5::detail {

void wait_group_core::add(std::size_t n) {
  std::lock_guard guard{mutex_};
  if (n > std::numeric_limits<std::size_t>::max() - count_)
    throw std::overflow_error{"a wait_group cannot count so far"};
  count_ += n;
}

void wait_group_core::done() {
  wake_list woken;
  std::lock_guard guard{mutex_};
  if (count_ == 0)
    throw std::logic_error{"wait_group::done() was called more often than add() has announced"};
  if (--count_ != 0)
    return;
  while (auto* p = line_.serve_first())
    woken.add(*p);
}

std::size_t wait_group_core::count() const noexcept {
  std::lock_guard guard{mutex_};
  return count_;
}

bool wait_group_arm::enter() {
  std::lock_guard guard{core_.mutex_};
  if (core_.count_ != 0) {
    core_.line_.enter(*this);
    return true;
  }
  claim();
  return false;
}

bool wait_group_arm::leave() noexcept {
  std::lock_guard guard{core_.mutex_};
  return core_.line_.leave(*this);
}

} // namespace sweet::inline v0_5::detail
