#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/task_error.hpp>
#include <sweet/messages/task_result.hpp>

#include <utility>

namespace sweet {

/// What follows the end of a task: a base of both handles. Defined in
/// <sweet/actors/task/chain.hpp> and <sweet/actors/task/on_done.hpp>.
///
/// chain() and its like start one more task, a link, and return its handle. A link is a sibling of
/// the task: a child of the same parent behind a child_task, which it takes over (by std::move); a
/// top-level task behind a spawning_task. It has the priority and the deadline of the task, and
/// waits for it without a thread.
///
/// - An error skips a link that wants a value, and a value one that wants an error: the link ends
///   with the same outcome, and an error still names the task it happened in.
/// - A cancelled link cancels the task before it if that has not ended; so cancelling the last
///   link cancels whichever runs. If a task is cancelled, the links behind it end as cancelled;
///   none of their functions is called.
/// - What the failure of a child does to a fail_fast parent is fixed when it is spawned: or_else()
///   does not save the parent of a child_task. Use child_failure::collect for that.
///
/// The functions are moved into the link and called once, on a worker; what they throw is the
/// link's failure. A value that cannot be copied is moved to the link, away from other handles.
///
/// From a child_task these throw cancelled if the parent has been killed. Those of a spawning_task
/// may be called from any thread, and throw task_failure with error_code::unreachable once the
/// runtime has ended: nothing can run there any more.
/// @tparam Handle child_task<T> or spawning_task<T>
template <class Handle, class T>
class continuations {
public:
  /// A link that calls `f(task_context, value)` or `f(value)`; without the value if T is void.
  ///
  /// `f` returns U, task_result<U>, caf::expected<U>, or async<U>, which runs as a child of the
  /// link. @returns a handle to the U
  template <class F>
  auto chain(F&& f) const&;
  template <class F>
  auto chain(F&& f) &&;

  /// chain() for a function that returns a plain value.
  template <class F>
  auto map(F&& f) const&;
  template <class F>
  auto map(F&& f) &&;

  /// chain() for a function that may fail by its result: it returns task_result<U>,
  /// caf::expected<U> or async<U>.
  template <class F>
  auto and_then(F&& f) const&;
  template <class F>
  auto and_then(F&& f) &&;

  /// A link that calls `f(task_context, error)` or `f(error)`, which returns the task_error to fail
  /// with instead.
  template <class F>
  auto map_err(F&& f) const&;
  template <class F>
  auto map_err(F&& f) &&;

  /// A link that calls `f(task_context, error)` or `f(error)`, which returns what to end with
  /// instead: T, task_result<T>, caf::expected<T> or async<T>.
  template <class F>
  auto or_else(F&& f) const&;
  template <class F>
  auto or_else(F&& f) &&;

  /// Calls `callback(task_result<T>)` once when the task has ended, on a worker; at once if it has
  /// ended already. Any number of callbacks, in no particular order.
  ///
  /// An exception goes to the log as an error. A runtime that ends calls the callbacks of all its
  /// tasks first; once it is gone, they are called right here. The callback is not part of the
  /// task: the task's parent does not wait for it, and cancellation does not reach it. Of a value
  /// that cannot be copied there is one: who takes it second gets error_code::invalid_state.
  ///
  /// Of a spawning_task: any thread.
  template <class F>
  void on_done(F&& callback) const;

  friend bool operator==(const continuations&, const continuations&) noexcept = default;

protected:
  continuations() noexcept = default;
  continuations(const continuations&) noexcept = default;
  continuations& operator=(const continuations&) noexcept = default;
  ~continuations() = default;
};

} // namespace sweet
