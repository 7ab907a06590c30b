#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/cell.hpp>

#include <atomic>
#include <coroutine>
#include <type_traits>

namespace sweet::inline v0_5::detail {

class async_promise_base;

[[noreturn]] void throw_context_of_another_task();
[[noreturn]] void throw_child_of_another_task();

/// The task whose coroutine awaits something. The await_suspend() of every awaiter of the library
/// takes one, and async_promise knows these awaiters by it.
///
/// The frame of a sweet::async lies in the block of its task, so the task is found from the address
/// of the frame. Any other coroutine's frame has no task in front of it, hence the check.
class awaiting_task {
public:
  template <class Promise>
  awaiting_task(std::coroutine_handle<Promise> h) noexcept : cell_(cell::of_body(h.address())) {
    static_assert(std::is_base_of_v<async_promise_base, Promise>,
                  "only a coroutine that returns sweet::async can co_await this: it is a task that "
                  "waits, and a coroutine of another library is none. Make the caller a "
                  "sweet::async, or use on_done() to resume the other coroutine");
  }

  cell& task() const noexcept { return cell_; }

  /// Checks that the coroutine waits through the context of its own task.
  /// @throws std::logic_error if it is the context of another task
  void check_owns(const cell& context) const {
    if (&context != &cell_) [[unlikely]]
      throw_context_of_another_task();
  }

  /// Checks that a child is awaited by its parent.
  /// @throws std::logic_error if it is the child of another task
  void check_is_parent_of(const cell& child) const {
    // Relaxed: who has the handle has started the child, or has got the handle from who has.
    if (child.parent.load(std::memory_order_relaxed) != &cell_) [[unlikely]]
      throw_child_of_another_task();
  }

private:
  cell& cell_;
};

/// An awaiter whose await_suspend() takes an awaiting_task, and not just any coroutine.
template <class Awaiter>
concept task_awaiter =
    requires(Awaiter& awaiter, awaiting_task who) { awaiter.await_suspend(who); };

/// An awaitable that a sweet::async can `co_await`.
template <class Awaitable>
concept task_awaitable = task_awaiter<Awaitable> || requires(Awaitable&& x) {
  { static_cast<Awaitable&&>(x).operator co_await() } -> task_awaiter;
};

} // namespace sweet::inline v0_5::detail
