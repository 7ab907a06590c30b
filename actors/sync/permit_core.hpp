#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/sync/permit_state.hpp>
#include <sweet/actors/sync/wait_arm.hpp>
#include <sweet/actors/sync/wait_line.hpp>

#include <atomic>
#include <cstdint>
#include <mutex>
#include <utility>

namespace sweet::inline v0_5::detail {

class permit_core;

/// Waits for permits. An arm that is served without having been granted permits has found them
/// closed.
struct permit_arm : wait_arm {
  permit_arm(permit_core& of, std::uint32_t n) noexcept : core(of), count(n) {}

  bool enter() override;
  bool leave() noexcept override;

  permit_core& core;
  std::uint32_t count;
  bool granted = false; ///< with a reference to the core

protected:
  ~permit_arm() = default;
};

/// What the handles of a semaphore or a mutex share: permits, and the line of those who wait for
/// some. It ends with the last handle and the last held permit.
///
/// Permits go to the first in line only: a large request is not overtaken by small ones. Under the
/// mutex, and between any two uses of it: the state is queued if and only if the line has a place
/// in it, and there are too few permits for the first one, unless another arm of its wait has won;
/// that one leaves, and its place is given to the next.
class permit_core {
public:
  explicit permit_core(std::uint32_t permits) noexcept : state_(permits), total_(permits) {}
  permit_core(const permit_core&) = delete;
  permit_core& operator=(const permit_core&) = delete;

  void add_reference() noexcept { state_.add_reference(); }
  void drop_reference() noexcept {
    if (state_.drop_reference())
      delete this;
  }

  /// Takes permits, with a reference, if there are enough and nobody waits.
  bool try_take(std::uint32_t n) noexcept {
    const auto how = state_.try_take(n);
    return how == permit_state::taken::yes ||
           (how == permit_state::taken::by_mutex && try_take_by_mutex(n));
  }
  /// Gives permits back, with the reference.
  void give_back(std::uint32_t n) noexcept {
    switch (state_.try_give(n)) {
      case permit_state::given::yes: return;
      case permit_state::given::last: delete this; return;
      case permit_state::given::by_mutex: give_back_by_mutex(n);
    }
  }
  /// Gives the reference back without the permits, which are gone.
  void forget(std::uint32_t n) noexcept;
  /// Makes further permits. @throws std::overflow_error if there were more than max_permits in all
  void add_permits(std::uint64_t n);

  /// Takes permits for an arm of the calling body, or puts the arm in line.
  /// @returns whether it stands there
  bool enter(permit_arm& arm) noexcept;
  /// Does so for an arm that waits for something else so far, in the line of another mutex.
  void take_in(permit_arm& arm, wake_list& woken) noexcept;
  /// See wait_arm::leave().
  bool leave(permit_arm& arm) noexcept;

  /// Those who wait, and those who come, get nothing from now on.
  void close() noexcept;
  /// Notes which task has taken permits, null for none. Relaxed: snapshots name it, and touch it by
  /// no more than its address.
  void note_holder(const cell* task) noexcept { holder_.store(task, std::memory_order_relaxed); }
  /// Notes the task that runs on this thread. Not inline: see this_thread().
  void note_holder_here() noexcept;
  /// The one that has taken permits last; it may have ended.
  const cell* holder() const noexcept { return holder_.load(std::memory_order_relaxed); }

  bool is_closed() const noexcept { return state_.is_closed(); }
  std::uint32_t permits() const noexcept { return state_.permits(); }

private:
  friend struct permit_arm;

  ~permit_core() = default;
  bool try_take_by_mutex(std::uint32_t n) noexcept;
  void give_back_by_mutex(std::uint32_t n) noexcept;
  /// Serves the first in line as long as there are permits. @param entering is served without a
  /// wake-up @pre the mutex is held, and queued or the line empty
  void hand_out(wake_list& woken, const permit_arm* entering = nullptr) noexcept;

  permit_state state_;
  std::atomic<const cell*> holder_{nullptr};
  std::mutex mutex_;
  // All that follows is under the mutex.
  wait_line line_;
  std::uint64_t total_; ///< permits, whether held or not: they never exceed max_permits
};

/// A reference to a core, or to none.
class permit_ref {
public:
  permit_ref() noexcept = default;
  /// Takes over the reference of the caller.
  explicit permit_ref(permit_core* core) noexcept : core_(core) {}
  permit_ref(const permit_ref& other) noexcept : core_(other.core_) {
    if (core_ != nullptr)
      core_->add_reference();
  }
  permit_ref(permit_ref&& other) noexcept : core_(std::exchange(other.core_, nullptr)) {}
  permit_ref& operator=(permit_ref other) noexcept {
    std::swap(core_, other.core_);
    return *this;
  }
  ~permit_ref() {
    if (core_ != nullptr)
      core_->drop_reference();
  }

  permit_core& operator*() const noexcept { return *core_; }
  permit_core* operator->() const noexcept { return core_; }

private:
  permit_core* core_ = nullptr;
};

} // namespace sweet::inline v0_5::detail
