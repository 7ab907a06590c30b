#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/cancel.hpp>
#include <sweet/actors/task/async.hpp>
#include <sweet/actors/task/spawning_task.hpp>
#include <sweet/messages/fails_with.hpp>

#include <type_traits>
#include <utility>

namespace sweet::inline v0_5::detail {

/// A task that another one, the follower, waits for in order to end like it or to go on from its
/// value: a parameter of the follower's coroutine. If the follower is cancelled before the task has
/// ended, the task is cancelled too, also if the follower has not even started.
template <class T>
class followed_task {
public:
  explicit followed_task(spawning_task<T> task) noexcept : task_(std::move(task)) {}
  followed_task(followed_task&& other) noexcept
      : task_(std::move(other.task_)), follower_(std::exchange(other.follower_, nullptr)) {}
  followed_task& operator=(followed_task&&) = delete;
  // A follower that was never started has nothing to pass on.
  ~followed_task() {
    if (!task_ || follower_ == nullptr ||
        follower_->parent.load(std::memory_order_relaxed) == nullptr)
      return;
    if (const auto level = follower_->level(); level != cancellation_level::none)
      cancel_shared(*handle_access::find(task_), level);
  }

  auto result() const noexcept { return task_.result(); }
  /// Lets the task go, because its outcome has been taken.
  void let_go() noexcept { task_ = {}; }

private:
  friend void bind_context(const followed_task& followed, cell& follower) noexcept {
    followed.follower_ = &follower;
  }

  spawning_task<T> task_;
  // Set by the promise of the follower, as with task_context.
  mutable cell* follower_ = nullptr;
};

/// Waits for a task, and ends like it.
template <class T>
async<T> follow(followed_task<T> task) {
  auto outcome = co_await task.result();
  if (outcome.is_err())
    throw fails_with{outcome.error()};
  if constexpr (!std::is_void_v<T>)
    co_return std::move(outcome).value();
}

} // namespace sweet::inline v0_5::detail
