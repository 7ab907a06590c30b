#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/task_outcome.hpp>
#include <sweet/actors/runtime/cell/task_reference.hpp>
#include <sweet/actors/runtime/threads/blocking_join.hpp>
#include <sweet/actors/task/continuations.hpp>
#include <sweet/actors/task/shared_awaiter.hpp>
#include <sweet/actors/task/take_outcome.hpp>
#include <sweet/actors/task/task_handle.hpp>

#include <chrono>
#include <functional>
#include <new>
#include <type_traits>
#include <utility>

namespace sweet::inline v0_5 {

/// A counted handle to a task: copyable, for any thread and many waiters, valid after the end.
///
/// All of its functions but chain(), map(), and_then(), map_err() and or_else() work after the end
/// of the runtime, too, when every task has its outcome: cancel() answers how the task had ended,
/// send() gives error_code::unreachable, parent() and children() are empty, and messages to actor()
/// are dropped. on_done() calls its function at once, in the calling thread.
///
/// Dropping the handle neither cancels the task nor leaks it. A value that can be copied is copied
/// to each waiter. A value that cannot goes to the first waiter, and others get
/// error_code::invalid_state.
/// @tparam T the type of the value; may be void
template <class T>
class [[nodiscard]] spawning_task : public task_handle, public continuations<spawning_task<T>, T> {
public:
  /// The type of the value of the task.
  using value_type = T;

  /// Makes a handle to no task.
  spawning_task() noexcept = default;
  /// Makes another handle to the task of `other`.
  spawning_task(const spawning_task& other) noexcept
      : task_handle(other), continuations<spawning_task<T>, T>() {
    if (cell_ != nullptr)
      detail::add_reference(*cell_);
  }
  /// Takes over the task of `other`, which refers to none afterwards.
  spawning_task(spawning_task&&) noexcept = default;
  /// Drops the task of this handle, and refers to that of `other`.
  spawning_task& operator=(spawning_task other) noexcept {
    swap(other);
    return *this;
  }
  /// Drops the handle; the task goes on.
  ~spawning_task() {
    if (cell_ != nullptr)
      detail::release_reference(*cell_);
  }

  /// Blocks until the task has ended, from any thread. On a worker it never deadlocks, see
  /// child_task::await().
  /// @throws cancelled if a body calls this and its task is cancelled meanwhile
  task_result<T> await() const { return await(std::chrono::nanoseconds{-1}); }

  /// Blocks until the task has ended, at most for `timeout`; a negative one is no limit. Any
  /// thread.
  /// @returns error_code::timeout if the task has not ended by then; the task goes on
  /// @throws cancelled if a body calls this and its task is cancelled meanwhile
  task_result<T> await(std::chrono::nanoseconds timeout) const {
    const auto outcome = detail::join_any(task(), timeout);
    if (outcome != detail::join_outcome::ended)
      return detail::error_of(outcome);
    return detail::outcome_in_time<T>(task());
  }

  /// Blocks like await(), and returns `handler(outcome)`. Exceptions of the handler pass through.
  /// @throws cancelled if a body calls this and its task is cancelled meanwhile
  template <class F>
  auto await_result(F&& handler) const {
    return std::invoke(std::forward<F>(handler), await());
  }

  /// Waits for the task to end: `co_await task` gives its value.
  /// Cancelling the awaiting task stops its body at this wait.
  /// @throws task_failure if the task did not complete
  auto operator co_await() const { return detail::shared_value_awaiter<T>{task()}; }

  /// Waits for the task to end: `co_await task.result()` gives its outcome as a task_result.
  /// Cancelling the awaiting task stops its body at this wait.
  auto result() const { return detail::shared_result_awaiter<T>{task()}; }

  /// Returns the value as it lies in the task: null until the task has completed, valid as long as
  /// the handle.
  const T* value() const
    requires(!std::is_void_v<T>)
  {
    if (status() != task_status::completed)
      return nullptr;
    if constexpr (detail::is_small_value<T>)
      // write_small_value() has made a T of these bytes: memcpy begins the lifetime of a trivial
      // object.
      return std::launder(reinterpret_cast<const T*>(&task().result.bits));
    else
      return &detail::stored_value<T>(task());
  }

  /// Tells whether both refer to the same task, or both to none.
  friend bool operator==(const spawning_task& a, const spawning_task& b) noexcept {
    return a.cell_ == b.cell_;
  }

private:
  friend struct detail::handle_access;
  template <class>
  friend class child_task;
  /// Takes over a reference.
  explicit spawning_task(detail::cell& c) noexcept : task_handle(c) {}
};

namespace detail {

/// Lets the library make handles and look into them.
struct handle_access {
  template <class Handle>
  static Handle make(cell& c) noexcept {
    return Handle{c};
  }
  /// Returns the task of a handle; null if there is none.
  template <class Handle>
  static cell* find(const Handle& handle) noexcept {
    return handle.cell_;
  }
  /// Takes the task over from a handle that has one.
  template <class Handle>
  static cell& release(Handle& handle) noexcept {
    return *std::exchange(handle.cell_, nullptr);
  }
};

} // namespace detail

} // namespace sweet::inline v0_5
