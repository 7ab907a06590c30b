#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/task_children.hpp>
#include <sweet/actors/runtime/cell/task_reference.hpp>
#include <sweet/actors/runtime/threads/blocking_join.hpp>
#include <sweet/actors/task/child_awaiter.hpp>
#include <sweet/actors/task/continuations.hpp>
#include <sweet/actors/task/spawning_task.hpp>
#include <sweet/actors/task/task_handle.hpp>

#include <functional>
#include <utility>

namespace sweet::inline v0_5 {

/// A handle to a child, held by the body of its parent: as cheap as a handle can be.
///
/// Move-only, and for the parent's body only; share() gives a handle for other tasks and threads.
/// Dropping the handle neither cancels the child nor leaks it: the child is reaped when it ends,
/// and its failure still counts. The parent does not end before its children; keep no child_task
/// where it outlives the parent's body.
/// @tparam T the type of the value; may be void
template <class T>
class [[nodiscard]] child_task : public task_handle, public continuations<child_task<T>, T> {
public:
  /// The type of the value of the child.
  using value_type = T;

  /// Makes a handle to no task.
  child_task() noexcept = default;
  /// Takes over the child of `other`, which refers to none afterwards.
  child_task(child_task&&) noexcept = default;
  /// Drops the child of this handle, and takes over that of `other`.
  child_task& operator=(child_task other) noexcept {
    swap(other);
    return *this;
  }
  /// Drops the handle; the child goes on.
  ~child_task() {
    if (cell_ != nullptr)
      detail::drop_child(*cell_);
  }

  /// Waits for the child to end: `co_await child` gives its value.
  /// Cancelling the awaiting task stops its body at this wait.
  /// @throws task_failure if the child did not complete
  auto operator co_await() {
    static_cast<void>(task());
    return detail::child_value_awaiter<T>{cell_};
  }

  /// Waits for the child to end: `co_await child.result()` gives its outcome as a task_result.
  /// Cancelling the awaiting task stops its body at this wait.
  auto result() {
    static_cast<void>(task());
    return detail::child_result_awaiter<T>{cell_};
  }

  /// Blocks the thread of the body until the child has ended; for bodies that are no coroutines.
  ///
  /// On a worker it never deadlocks: the thread runs what the body has spawned, and otherwise
  /// another thread takes over while this one sleeps. At most 512 bodies can block so at the same
  /// time; one more gets error_code::resource_limit, and the child stays.
  /// @throws cancelled if this task is cancelled meanwhile
  task_result<T> await() {
    const auto outcome = detail::join_blocking(task());
    if (outcome != detail::join_outcome::ended)
      return detail::error_of(outcome);
    return detail::take_child<T>(cell_);
  }

  /// Blocks like await(), and returns `handler(outcome)`. Exceptions of the handler pass through.
  /// @throws cancelled if this task is cancelled meanwhile
  template <class F>
  auto await_result(F&& handler) {
    return std::invoke(std::forward<F>(handler), await());
  }

  /// Returns a handle for any thread, which is valid after the end of the child.
  spawning_task<T> share() const {
    detail::share(task());
    return spawning_task<T>{task()};
  }

private:
  friend struct detail::handle_access;
  explicit child_task(detail::cell& c) noexcept : task_handle(c) {}
};

} // namespace sweet::inline v0_5
