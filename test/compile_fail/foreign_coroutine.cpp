// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// EXPECT: only a coroutine that returns sweet::async can co_await this

#include <sweet/sweet.hpp>

#include <coroutine>

struct foreign {
  struct promise_type {
    foreign get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() {}
  };
};

#ifdef SWEET_MUST_NOT_COMPILE
foreign waits(sweet::child_task<int>& child) {
  static_cast<void>(co_await child);
}
#else
sweet::async<void> waits(sweet::child_task<int>& child) {
  static_cast<void>(co_await child);
}
#endif
