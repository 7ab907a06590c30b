#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/task_children.hpp>
#include <sweet/actors/runtime/cell/task_memory.hpp>
#include <sweet/actors/runtime/cell/task_outcome.hpp>
#include <sweet/actors/runtime/cell/task_reference.hpp>
#include <sweet/actors/runtime/cell/task_start.hpp>
#include <sweet/actors/runtime/cell/task_wait.hpp>
#include <sweet/actors/runtime/cell/unstarted_task.hpp>
#include <sweet/actors/task/awaiting_task.hpp>
#include <sweet/actors/task/take_outcome.hpp>
#include <sweet/messages/cancelled.hpp>

#include <type_traits>
#include <utility>

namespace sweet::inline v0_5::detail {

/// Takes the outcome of a child that its parent has awaited, and the child off the tree.
/// @pre the child has an outcome @throws std::logic_error if its outcome was taken meanwhile: g++
/// begins all waits of an expression such as `co_await child + co_await child` before it takes a
/// value
template <class T>
task_result<T> take_child(cell*& child) {
  if (!task_of_handle(child).is_done()) [[unlikely]] {
    // The outcome came before the end: the child is reaped when it ends.
    task_result<T> early{outcome_error(*child)};
    drop_child(*std::exchange(child, nullptr));
    return early;
  }
  cell& c = *std::exchange(child, nullptr);
  struct consume_at_end {
    cell& c;
    ~consume_at_end() { consume(c); }
  } at_end{c};
  return outcome_of_child<T>(c);
}

/// Takes the value of a child that its parent has awaited, and the child off the tree.
/// @throws task_failure if the child did not complete; std::logic_error if its outcome was taken
/// meanwhile
template <class T>
T take_child_value(cell*& child) {
  if constexpr (is_small_value<T>) {
    const auto s = task_of_handle(child).state.see();
    if (s.has_value()) [[likely]] {
      cell& c = *std::exchange(child, nullptr);
      if constexpr (std::is_void_v<T>) {
        return consume(c);
      } else {
        T value = read_small_value<T>(c);
        consume(c);
        return value;
      }
    }
  }
  return value_or_throw<T>(take_child<T>(child));
}

/// Begins the wait of a coroutine for the value of a child. @returns false if the coroutine goes on
/// at once
inline bool await_value_of(cell& parent, cell& child) noexcept {
  if (wait_for_child(parent, child, wait_kind::child))
    return true;
  if (!shares_stop(parent, child))
    return false;
  parent.begin_stop();
  return true;
}

/// Awaits the value of a child in its parent's coroutine.
template <class T>
class [[nodiscard]] child_value_awaiter {
public:
  explicit child_value_awaiter(cell*& child) noexcept : child_(child) {}

  bool await_ready() const noexcept { return has_value(*child_); }
  bool await_suspend(awaiting_task h) const {
    h.check_is_parent_of(*child_);
    return await_value_of(h.task(), *child_);
  }
  T await_resume() { return take_child_value<T>(child_); }

private:
  cell*& child_;
};

/// Awaits the outcome of a child, whatever it is, in its parent's coroutine.
template <class T>
class [[nodiscard]] child_result_awaiter {
public:
  explicit child_result_awaiter(cell*& child) noexcept : child_(child) {}

  bool await_ready() const noexcept { return child_->has_outcome(); }
  bool await_suspend(awaiting_task h) const {
    h.check_is_parent_of(*child_);
    return wait_for_child(h.task(), *child_, wait_kind::outcome);
  }
  task_result<T> await_resume() { return take_child<T>(child_); }

private:
  cell*& child_;
};

/// Starts a task that has not been started as a child of the awaiting task, and awaits it.
template <class T>
class start_and_await {
public:
  explicit start_and_await(cell& c) noexcept : unstarted_(c) {}
  start_and_await(const start_and_await&) = delete;
  start_and_await& operator=(const start_and_await&) = delete;
  ~start_and_await() {
    if (child_ != nullptr)
      drop_child(*child_);
  }

  bool await_ready() const noexcept { return false; }
  bool await_suspend(awaiting_task h) {
    cell& parent = h.task();
    if (!may_start(parent)) [[unlikely]] {
      parent.begin_stop();
      return true;
    }
    lend_to_child(parent);
    cell& c = unstarted_.release();
    start_admitted(parent, c);
    child_ = &c;
    return await_value_of(parent, c);
  }
  T await_resume() { return take_child_value<T>(child_); }

private:
  unstarted_task unstarted_;
  cell* child_ = nullptr;
};

} // namespace sweet::inline v0_5::detail
