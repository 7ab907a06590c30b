#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/sync/async_mutex.hpp>
#include <sweet/actors/sync/permit_core.hpp>
#include <sweet/actors/sync/wait_line.hpp>

#include <mutex>

namespace sweet::inline v0_5::detail {

/// What the handles of a condition share: the line of those who wait for a notification. One that
/// is notified goes on to the line of its mutex, and wakes once it has the lock.
///
/// The mutex of a condition is locked before the one of a permit_core, never after it.
class condition_core {
public:
  void notify_one() noexcept;
  void notify_all() noexcept;

private:
  friend class condition_arm;

  /// Moves the first one on. @param alone whether it is the only one that is told
  /// @returns false if nobody waits
  bool notify_first(wake_list& woken, bool alone) noexcept;

  std::mutex mutex_;
  wait_line line_; ///< under the mutex
};

/// Unlocks a mutex, waits for a notification, and then for the lock.
class condition_arm final : public permit_arm {
public:
  using value_type = void;
  condition_arm(condition_core& condition, async_mutex_guard& guard);
  ~condition_arm() { core.drop_reference(); }

  bool enter() override;
  bool leave() noexcept override;
  void describe(wait_view& view) const noexcept override { view.on = wait_reason::condition; }
  void take() noexcept { guard_ = async_mutex_guard{core}; }
  void nothing() noexcept {}

private:
  friend class condition_core;

  /// The place in the line of the condition; the arm itself is one in that of the mutex.
  struct place : place_in_line {
    explicit place(condition_arm& a) noexcept : of(a) {}
    condition_arm& of;
  };

  condition_core& condition_;
  async_mutex_guard& guard_;
  place place_{*this};
  bool has_unlocked_ = false;
  /// Whether nobody else has been told what this one was. Under the mutex of the condition.
  bool told_alone_ = false;
};

} // namespace sweet::inline v0_5::detail
