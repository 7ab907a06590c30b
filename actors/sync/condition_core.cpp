// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/sync/condition_core.hpp>

#include <stdexcept>

namespace sweet::inline v0_5::detail {

namespace {

permit_core& check_locked(permit_core* core) {
  if (core == nullptr)
    throw std::logic_error{"async_condition::wait() needs a guard that holds a lock"};
  return *core;
}

} // namespace

bool condition_core::notify_first(wake_list& woken, bool alone) noexcept {
  auto* const first = line_.first();
  if (first == nullptr)
    return false;
  line_.leave(*first);
  auto& arm = static_cast<condition_arm::place&>(*first).of;
  arm.told_alone_ = alone;
  arm.core.take_in(arm, woken);
  return true;
}

void condition_core::notify_one() noexcept {
  wake_list woken;
  std::lock_guard guard{mutex_};
  notify_first(woken, true);
}

void condition_core::notify_all() noexcept {
  wake_list woken;
  std::lock_guard guard{mutex_};
  while (notify_first(woken, false)) {
  }
}

condition_arm::condition_arm(condition_core& condition, async_mutex_guard& guard)
    : permit_arm(check_locked(guard.core_), 1), condition_(condition), guard_(guard) {
  // The guard gives up its own while this waits.
  core.add_reference();
}

bool condition_arm::enter() {
  // A thread that was wakened for something else may have missed a notification: it goes on, as if
  // there had been one.
  if (has_unlocked_)
    return core.enter(*this);
  if (guard_.core_ != &core)
    throw std::logic_error{"the lock was given up between async_condition::wait() and its wait"};
  place_.among = among;
  {
    std::lock_guard guard{condition_.mutex_};
    condition_.line_.enter(place_);
  }
  has_unlocked_ = true;
  // Whoever notifies because of what it finds under the lock finds this one in line. Until here
  // nobody can hand the lock to it.
  guard_.unlock();
  return true;
}

bool condition_arm::leave() noexcept {
  {
    std::lock_guard guard{condition_.mutex_};
    if (condition_.line_.leave(place_))
      return true;
  }
  const bool left = core.leave(*this);
  // The notification goes on to the next one.
  if (!served && told_alone_) {
    told_alone_ = false;
    condition_.notify_one();
  }
  return left;
}

} // namespace sweet::inline v0_5::detail
