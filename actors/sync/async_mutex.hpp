#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/sync/operation.hpp>
#include <sweet/actors/sync/permit_core.hpp>

#include <utility>

namespace sweet::inline v0_5 {

namespace detail {
class lock_arm;
class condition_arm;
} // namespace detail

/// The lock of an async_mutex, which is unlocked when this is destroyed. May outlive all handles of
/// the mutex. For one thread at a time; any thread may unlock.
class [[nodiscard]] async_mutex_guard {
public:
  /// Makes a guard that holds nothing.
  async_mutex_guard() noexcept = default;
  /// Takes the lock over.
  async_mutex_guard(async_mutex_guard&& other) noexcept
      : core_(std::exchange(other.core_, nullptr)) {}
  /// Takes the lock over, and unlocks what this one held.
  async_mutex_guard& operator=(async_mutex_guard&& other) noexcept {
    async_mutex_guard taken{std::move(other)};
    std::swap(core_, taken.core_);
    return *this;
  }
  ~async_mutex_guard() { unlock(); }

  /// Tells whether this holds a lock.
  explicit operator bool() const noexcept { return core_ != nullptr; }

  /// Unlocks now: the lock goes to the first one that waits. Repeating it changes nothing.
  void unlock() noexcept {
    if (core_ != nullptr)
      std::exchange(core_, nullptr)->give_back(1);
  }

private:
  friend class async_mutex;
  friend class detail::lock_arm;
  friend class detail::condition_arm;
  explicit async_mutex_guard(detail::permit_core& core) noexcept : core_(&core) {}

  detail::permit_core* core_ = nullptr; ///< with a reference to it
};

namespace detail {

class lock_arm final : public permit_arm {
public:
  using value_type = async_mutex_guard;
  explicit lock_arm(permit_core& lock) noexcept : permit_arm(lock, 1) {}
  void describe(wait_view& view) const noexcept override {
    view = {.on = wait_reason::mutex, .holder = core.holder()};
  }
  async_mutex_guard take() noexcept { return async_mutex_guard{core}; }
  async_mutex_guard nothing() noexcept { return {}; }
};

} // namespace detail

/// Lets one body at a time do something that takes several waits, where a std::mutex would block a
/// worker, or be unlocked by another thread. For what takes no wait, a std::mutex will do.
///
///     sweet::async_mutex m;
///     auto guard = co_await m.lock();
///     co_await save(state); // unlocked at the end of the block, or when the task stops
///
/// Fair: the lock goes to those who wait in the order in which they came. It is not recursive: a
/// body that locks again waits for itself.
///
/// A mutex is a handle: copies share the same lock, and tasks take copies of it. It needs no
/// runtime, works between tasks of several ones, and goes on after they have ended. Locking and
/// unlocking allocate nothing. A mutex has up to 2^30 handles at once. Any thread, and each copy by
/// any number at once.
class async_mutex {
public:
  /// Makes a mutex that is not locked.
  async_mutex() : core_(new detail::permit_core{1}) {}

  /// Waits for the lock: `auto guard = co_await m.lock()`, in a callable `m.lock().await()`. A wait
  /// that is stopped, or that loses in a select(), does not hold it, and lets those behind it go
  /// on.
  auto lock() const noexcept { return operation<detail::lock_arm>{std::in_place, *core_}; }

  /// Takes the lock if nobody holds it, nor waits for it. Any thread.
  /// @returns a guard that holds nothing otherwise
  async_mutex_guard try_lock() const noexcept {
    if (!core_->try_take(1))
      return {};
    core_->note_holder_here();
    return async_mutex_guard{*core_};
  }

private:
  detail::permit_ref core_;
};

} // namespace sweet::inline v0_5
