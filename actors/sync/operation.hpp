#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/sync/wait_arm.hpp>
#include <sweet/actors/task/awaiting_task.hpp>

#include <utility>

namespace sweet::inline v0_5 {

/// What the primitives of actors/sync/ return where a body may have to wait, such as
/// `receiver.receive()`. A coroutine awaits it, a callable calls await(), select() takes several:
/// at once, and each operation once.
///
/// An operation that is stopped, or that loses in a select(), has taken nothing.
/// @tparam Arm what is waited for, a detail::wait_arm. For the library
template <class Arm>
class [[nodiscard]] operation {
public:
  /// What the operation gives.
  using value_type = typename Arm::value_type;

  /// Makes an operation that has not begun. For the library.
  template <class... Args>
  explicit operation(std::in_place_t, Args&&... args) : arm_(std::forward<Args>(args)...) {}
  operation(const operation&) = delete;
  operation& operator=(const operation&) = delete;

  /// Waits: `co_await operation`. Cancelling the awaiting task stops its body at this wait; a task
  /// that has been cancelled stops here even if it would not have to wait.
  auto operator co_await() noexcept { return awaiter{arm_}; }

  /// Waits in a body that is no coroutine, or in a thread that runs no task: blocks the thread; see
  /// child_task::await().
  /// @returns what co_await gives; nothing (see the operation), if it would have to wait in a
  /// destructor of a body that stops
  /// @throws cancelled if the task is cancelled, or has been
  /// @throws task_failure with resource_limit if 512 bodies block already, and with invalid_state
  /// in a callback that must not wait
  /// @throws std::bad_alloc if what is waited for needs memory, as the first item of a channel
  /// does, and there is none; nothing has been taken then. In a destructor of a body that stops it
  /// is as if there was nothing to get
  value_type await() { return detail::block_for(arm_) ? arm_.take() : arm_.nothing(); }

  /// The arm, for select().
  Arm& arm() noexcept { return arm_; }

private:
  class awaiter {
  public:
    explicit awaiter(Arm& arm) noexcept : wait_(arm) {}
    awaiter(const awaiter&) = delete;
    awaiter& operator=(const awaiter&) = delete;

    bool await_ready() const noexcept { return false; }
    bool await_suspend(detail::awaiting_task h) { return wait_.suspend(h.task()); }
    value_type await_resume() { return wait_.arm().take(); }

  private:
    detail::single_wait<Arm> wait_;
  };

  Arm arm_;
};

} // namespace sweet::inline v0_5
