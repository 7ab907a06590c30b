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

namespace sweet::detail {

/// Takes the outcome of a child that its parent has awaited, and the child off the tree.
/// @throws cancelled if the wait was interrupted; the child is left as it is then;
/// std::logic_error if its outcome was taken meanwhile: g++ begins all waits of an expression such
/// as `co_await child + co_await child` before it takes a value
template <class T>
task_result<T> take_child(cell*& child) {
  if (!task_of_handle(child).is_done()) [[unlikely]] {
    if (!child->has_outcome()) {
      note_thrown(*child->parent.load(std::memory_order_relaxed));
      throw cancelled{};
    }
    // Its outcome was given before its end: the child is reaped when that comes.
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

/// The same for its value. @throws task_failure if the child did not complete
template <class T>
T take_child_value(cell*& child) {
  if constexpr (is_small_value<T>) {
    const auto s = task_of_handle(child).state.see();
    if (s.is_done() && !s.has_no_value()) [[likely]] {
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
  cell& parent = *task_of_handle(child).parent.load(std::memory_order_relaxed);
  auto outcome = take_child<T>(child);
  if (outcome.is_err())
    prefer_own_cancellation(parent, outcome.error());
  return value_or_throw<T>(std::move(outcome));
}

/// Awaits a child in its parent's coroutine.
class child_awaiter_base {
public:
  explicit child_awaiter_base(cell*& child) noexcept : child_(child) {}

  bool await_ready() const noexcept { return child_->has_outcome(); }
  bool await_suspend(awaiting_task h) const noexcept { return wait_for_child(h.task(), *child_); }

protected:
  cell*& child_;
};

template <class T>
class child_value_awaiter : public child_awaiter_base {
public:
  using child_awaiter_base::child_awaiter_base;
  T await_resume() { return take_child_value<T>(child_); }
};

template <class T>
class child_result_awaiter : public child_awaiter_base {
public:
  using child_awaiter_base::child_awaiter_base;
  task_result<T> await_resume() { return take_child<T>(child_); }
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
    cell& c = unstarted_.release();
    start_child(parent, c);
    child_ = &c;
    return wait_for_child(parent, c);
  }
  T await_resume() { return take_child_value<T>(child_); }

private:
  unstarted_task unstarted_;
  cell* child_ = nullptr;
};

} // namespace sweet::detail
