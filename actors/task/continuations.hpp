#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/task_error.hpp>
#include <sweet/messages/task_result.hpp>

#include <utility>

namespace sweet::inline v0_5 {

/// Lets another task or a callback follow the end of a task: a base of child_task and
/// spawning_task. Its functions are defined in <sweet/actors/task/chain.hpp> and
/// <sweet/actors/task/on_done.hpp>.
///
/// chain(), map(), and_then(), map_err() and or_else() start one more task, a link, and return its
/// handle. A link is a sibling of the task: behind a child_task, which it takes over (by
/// std::move), a child of the same parent; behind a spawning_task a top-level task. It has the
/// priority and the deadline of the task, and waits for it without a thread.
///
/// - An error skips a link that wants a value, and a value skips a link that wants an error: the
/// link ends with the same outcome, and an error still names the task in which it happened.
/// - A cancelled link cancels the task before it, unless that has ended; so cancelling the last
/// link cancels whichever task is running. If a task is cancelled, the links behind it end as
/// cancelled, and none of their functions is called.
/// - Whether the failure of a child fails its parent is fixed when the child is spawned: or_else()
/// does not save a fail_fast parent. Use child_failure::collect for that.
///
/// The functions are moved into the link and called once, on a worker; an exception is the failure
/// of the link. A value that cannot be copied is moved to the link, away from other handles.
///
/// The functions of a child_task throw cancelled if the parent was killed. Those of a spawning_task
/// may be called from any thread, and throw task_failure with error_code::unreachable once the
/// runtime has ended: nothing can run there any more.
/// @tparam Handle child_task<T> or spawning_task<T>
/// @tparam T the type of the value of the task
template <class Handle, class T>
class continuations {
public:
  /// Appends a link that calls `f(task_context, value)` or `f(value)`, without the value if T is
  /// void.
  /// `f` returns U, `task_result<U>`, `caf::expected<U>`, or `async<U>`, which runs as a child of
  /// the link.
  /// @returns a handle to the U
  template <class F>
  auto chain(F&& f) const&;
  /// Takes over the task, and appends a link that calls `f(task_context, value)` or `f(value)`,
  /// without the value if T is void.
  /// `f` returns U, `task_result<U>`, `caf::expected<U>`, or `async<U>`, which runs as a child of
  /// the link.
  /// @returns a handle to the U
  template <class F>
  auto chain(F&& f) &&;

  /// Appends a link that calls `f(task_context, value)` or `f(value)`, which returns a plain value.
  /// @returns a handle to that value
  template <class F>
  auto map(F&& f) const&;
  /// Takes over the task, and appends a link that calls `f(task_context, value)` or `f(value)`,
  /// which returns a plain value.
  /// @returns a handle to that value
  template <class F>
  auto map(F&& f) &&;

  /// Appends a link that calls `f(task_context, value)` or `f(value)`, which may fail by its
  /// result: it returns `task_result<U>`, `caf::expected<U>` or `async<U>`.
  /// @returns a handle to the U
  template <class F>
  auto and_then(F&& f) const&;
  /// Takes over the task, and appends a link that calls `f(task_context, value)` or `f(value)`,
  /// which may fail by its result: it returns `task_result<U>`, `caf::expected<U>` or `async<U>`.
  /// @returns a handle to the U
  template <class F>
  auto and_then(F&& f) &&;

  /// Appends a link that calls `f(task_context, error)` or `f(error)`, which returns another
  /// task_error to fail with.
  /// @returns a handle to the T
  template <class F>
  auto map_err(F&& f) const&;
  /// Takes over the task, and appends a link that calls `f(task_context, error)` or `f(error)`,
  /// which returns another task_error to fail with.
  /// @returns a handle to the T
  template <class F>
  auto map_err(F&& f) &&;

  /// Appends a link that calls `f(task_context, error)` or `f(error)`, which returns another
  /// outcome: T, `task_result<T>`, `caf::expected<T>` or `async<T>`.
  /// @returns a handle to the T
  template <class F>
  auto or_else(F&& f) const&;
  /// Takes over the task, and appends a link that calls `f(task_context, error)` or `f(error)`,
  /// which returns another outcome: T, `task_result<T>`, `caf::expected<T>` or `async<T>`.
  /// @returns a handle to the T
  template <class F>
  auto or_else(F&& f) &&;

  /// Calls `callback(task_result<T>)` once when the task has ended, on a worker; at once if it has
  /// ended already. Any number of callbacks, in no particular order. For a spawning_task: any
  /// thread.
  ///
  /// An exception goes to the log as an error. A runtime that ends calls the callbacks of all its
  /// tasks first; once it is gone, the callback is called in the calling thread. The callback is
  /// not part of the task: the parent of the task does not wait for it, and cancellation does not
  /// reach it. A value that cannot be copied goes to one waiter; later ones get
  /// error_code::invalid_state.
  template <class F>
  void on_done(F&& callback) const;

  friend bool operator==(const continuations&, const continuations&) noexcept = default;

protected:
  /// For the handles.
  continuations() noexcept = default;
  /// For the handles.
  continuations(const continuations&) noexcept = default;
  /// For the handles.
  continuations& operator=(const continuations&) noexcept = default;
  /// For the handles.
  ~continuations() = default;
};

} // namespace sweet::inline v0_5
