#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell.hpp>

#include <coroutine>
#include <type_traits>

namespace sweet::detail {

class async_promise_base;

/// The task whose coroutine awaits something: what every awaiter's await_suspend() asks first.
///
/// The frame of a sweet::async lies in the block of its task, so the task is found from the address
/// of the frame. Any other coroutine's frame has no task in front of it, hence the check.
template <class Promise>
cell& awaiting_task(std::coroutine_handle<Promise> h) noexcept {
  static_assert(std::is_base_of_v<async_promise_base, Promise>,
                "only a coroutine that returns sweet::async can co_await this: it is a task that "
                "waits, and a coroutine of another library is none. Make the caller a sweet::async, "
                "or use on_done() to resume the other coroutine");
  return cell::of_body(h.address());
}

} // namespace sweet::detail
