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

namespace sweet {

/// A counted handle to a task: copyable, for any thread and many waiters, valid after the end.
///
/// All of it but chain() and its like works after the end of the runtime, too, when every task has
/// its outcome: cancel() answers how the task had ended, send() gives error_code::unreachable,
/// parent() and children() are empty, and what is sent to actor() is dropped. on_done() calls its
/// function at once, in the calling thread.
///
/// Dropping it neither cancels the task nor leaks it. A value that can be copied is copied to each
/// waiter; one that cannot goes to the first, and others get error_code::invalid_state.
template <class T>
class [[nodiscard]] spawning_task : public task_handle, public continuations<spawning_task<T>, T> {
public:
  using value_type = T;

  spawning_task() noexcept = default;
  spawning_task(const spawning_task& other) noexcept
      : task_handle(other), continuations<spawning_task<T>, T>() {
    if (cell_ != nullptr)
      detail::add_reference(*cell_);
  }
  spawning_task(spawning_task&&) noexcept = default;
  spawning_task& operator=(spawning_task other) noexcept {
    swap(other);
    return *this;
  }
  ~spawning_task() {
    if (cell_ != nullptr)
      detail::release_reference(*cell_);
  }

  /// Blocks until the task has ended, from any thread. On a worker it never deadlocks, see
  /// child_task::await().
  /// @throws cancelled if called by a body whose task is cancelled meanwhile
  task_result<T> await() const { return await(std::chrono::nanoseconds{-1}); }

  /// Waits for at most `timeout`; a negative one is none.
  /// @returns error_code::timeout if the task has not ended by then; it goes on
  task_result<T> await(std::chrono::nanoseconds timeout) const {
    const auto outcome = detail::join_any(task(), timeout);
    if (outcome != detail::join_outcome::ended)
      return detail::error_of(outcome);
    return detail::outcome_of_shared<T>(task());
  }

  /// `handler(await())`. @throws as await(), and what the handler throws
  template <class F>
  auto await_result(F&& handler) const {
    return std::invoke(std::forward<F>(handler), await());
  }

  /// `co_await task`: its value. @throws task_failure if it did not complete, cancelled if the
  /// awaiting task is cancelled while it waits
  auto operator co_await() const { return detail::shared_value_awaiter<T>{task()}; }

  /// `co_await task.result()`: its outcome as a value. @throws cancelled likewise
  auto result() const { return detail::shared_result_awaiter<T>{task()}; }

  /// The value as it lies in the task: null until the task has completed, valid as long as the
  /// handle.
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

  /// Whether both refer to the same task, or both to none.
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
  /// The task; null if there is none.
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

} // namespace sweet
