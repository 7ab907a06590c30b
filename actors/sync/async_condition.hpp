#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/sync/async_mutex.hpp>
#include <sweet/actors/sync/condition_core.hpp>
#include <sweet/actors/sync/operation.hpp>

#include <memory>

namespace sweet::inline v0_5 {

/// Lets bodies wait until something holds that an async_mutex protects.
///
///     auto guard = co_await m.lock();
///     while (queue.empty())
///       co_await not_empty.wait(guard);
///     use(queue.front()); // with the lock
///
/// Fair: those who wait are notified in the order in which they came, and then stand in line for
/// the lock behind those who stand there already. So what a notification was about may have changed
/// when the body goes on, and a callable may go on without one: wait in a loop.
///
/// A condition is a handle: copies share the same condition, and tasks take copies of it. It needs
/// no runtime, works between tasks of several ones, and goes on after they have ended. Waiting and
/// notifying allocate nothing. Any thread, and each copy by any number at once.
class async_condition {
public:
  /// Makes a condition for which nobody waits.
  async_condition() : core_(std::make_shared<detail::condition_core>()) {}

  /// Unlocks the mutex, waits for a notification and then for the lock, which `guard` holds when
  /// the body goes on: `co_await c.wait(guard)`, in a callable `c.wait(guard).await()`. Nothing
  /// that is notified after the unlocking is missed. `guard` must stay where it is until then.
  ///
  /// A wait that is stopped, or that loses in a select(), leaves `guard` without the lock, even if
  /// other arms of the select() were there at once: lock it again. If it was the one that
  /// notify_one() has notified, the next one is instead. In a destructor of a body that stops,
  /// await() does not wait, and may leave `guard` without the lock as well.
  /// @throws std::logic_error if `guard` holds nothing
  auto wait(async_mutex_guard& guard) const {
    return operation<detail::condition_arm>{std::in_place, *core_, guard};
  }

  /// Notifies the one that has waited longest; nothing happens if nobody waits. Need not hold the
  /// lock. Any thread.
  void notify_one() const noexcept { core_->notify_one(); }
  /// Notifies all that wait, which get the lock one by one. Need not hold the lock. Any thread.
  void notify_all() const noexcept { core_->notify_all(); }

private:
  std::shared_ptr<detail::condition_core> core_;
};

} // namespace sweet::inline v0_5
