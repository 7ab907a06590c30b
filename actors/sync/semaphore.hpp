#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/sync/operation.hpp>
#include <sweet/actors/sync/permit_core.hpp>

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <utility>

namespace sweet::inline v0_5 {

namespace detail {
class acquire_arm;
} // namespace detail

/// Permits of a semaphore, which go back when this is destroyed. May outlive all handles of the
/// semaphore. For one thread at a time; any thread may give them back.
class [[nodiscard]] semaphore_permit {
public:
  /// Makes a permit for nothing.
  semaphore_permit() noexcept = default;
  /// Takes the permits over.
  semaphore_permit(semaphore_permit&& other) noexcept
      : core_(std::exchange(other.core_, nullptr)), count_(std::exchange(other.count_, 0)) {}
  /// Takes the permits over, and gives back what this one had.
  semaphore_permit& operator=(semaphore_permit&& other) noexcept {
    semaphore_permit taken{std::move(other)};
    std::swap(core_, taken.core_);
    std::swap(count_, taken.count_);
    return *this;
  }
  ~semaphore_permit() { release(); }

  /// Tells whether it was acquired, and has been neither given back nor forgotten.
  explicit operator bool() const noexcept { return core_ != nullptr; }
  /// Returns how many permits these are; 0: none.
  std::size_t count() const noexcept { return count_; }

  /// Gives the permits back now; those who wait for them go on. Repeating it changes nothing.
  void release() noexcept {
    if (core_ != nullptr)
      std::exchange(core_, nullptr)->give_back(std::exchange(count_, 0));
  }
  /// Takes the permits out of the semaphore for good: it has fewer from now on.
  void forget() noexcept {
    if (core_ != nullptr)
      std::exchange(core_, nullptr)->forget(std::exchange(count_, 0));
  }

private:
  friend class semaphore;
  friend class detail::acquire_arm;
  semaphore_permit(detail::permit_core& core, std::uint32_t count) noexcept
      : core_(&core), count_(count) {}

  detail::permit_core* core_ = nullptr; ///< with a reference to it
  std::uint32_t count_ = 0;
};

namespace detail {

class acquire_arm final : public permit_arm {
public:
  using value_type = semaphore_permit;
  using permit_arm::permit_arm;
  void describe(wait_view& view) const noexcept override { view.on = wait_reason::semaphore; }
  semaphore_permit take() noexcept {
    return granted ? semaphore_permit{core, count} : semaphore_permit{};
  }
  semaphore_permit nothing() noexcept { return {}; }
};

} // namespace detail

/// Lets a limited number of bodies do something at once: those who come later wait until one of
/// them has given its permit back.
///
///     sweet::semaphore connections{10};
///     auto permit = co_await connections.acquire();
///     use(a_connection); // the permit goes back at the end of the block, or when the task stops
///
/// Fair: permits go to those who wait in the order in which they came, also if they ask for
/// several. So a request for many holds up smaller ones behind it until it can be met, and is never
/// starved by them; it takes nothing before it can take all.
///
/// A semaphore is a handle: copies share the same permits, and tasks take copies of it. It needs no
/// runtime, works between tasks of several ones, and goes on after they have ended. Acquiring and
/// giving back allocate nothing. A semaphore has up to 2^30 handles and acquired permits at once.
/// Any thread, and each copy by any number at once.
class semaphore {
public:
  /// The most permits that a semaphore has.
  static constexpr std::size_t max_permits = detail::permit_state::max_permits;

  /// Makes a semaphore. @throws std::invalid_argument if `permits` is above max_permits
  explicit semaphore(std::size_t permits) : core_(new detail::permit_core{checked(permits)}) {}

  /// Waits for `n` permits: `auto permit = co_await s.acquire()`, in a callable
  /// `s.acquire().await()`. Gives an empty permit once the semaphore is closed. More permits than
  /// the semaphore has are waited for until add_permits() makes them. A wait that is stopped, or
  /// that loses in a select(), has taken no permit, and lets those behind it go on.
  /// @throws std::invalid_argument if `n` is above max_permits
  auto acquire(std::size_t n = 1) const {
    return operation<detail::acquire_arm>{std::in_place, *core_, checked(n)};
  }

  /// Takes `n` permits if they are there and nobody waits. Any thread.
  /// @returns an empty permit otherwise, and if the semaphore is closed
  /// @throws std::invalid_argument if `n` is above max_permits
  semaphore_permit try_acquire(std::size_t n = 1) const {
    const auto count = checked(n);
    return core_->try_take(count) ? semaphore_permit{*core_, count} : semaphore_permit{};
  }

  /// Makes `n` further permits; those who wait for them go on.
  /// @throws std::overflow_error if the semaphore had more than max_permits then, held ones
  /// included
  void add_permits(std::size_t n) const { core_->add_permits(n); }

  /// Returns how many permits nobody holds at the moment. There may be some although bodies wait:
  /// the first one asks for more.
  std::size_t available() const noexcept { return core_->permits(); }

  /// Closes the semaphore: those who wait go on with an empty permit, and nobody acquires any more.
  /// Permits that are held stay valid. Repeating it changes nothing.
  void close() const noexcept { core_->close(); }
  /// Tells whether the semaphore is closed.
  bool is_closed() const noexcept { return core_->is_closed(); }

private:
  static std::uint32_t checked(std::size_t n) {
    if (n > max_permits)
      throw std::invalid_argument{"a semaphore has 4,294,967,295 permits at most"};
    return static_cast<std::uint32_t>(n);
  }

  detail::permit_ref core_;
};

} // namespace sweet::inline v0_5
