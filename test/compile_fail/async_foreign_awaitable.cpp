// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// EXPECT: An awaitable of another library knows nothing of tasks

#include <sweet/sweet.hpp>

#include <coroutine>

sweet::async<void> waits(sweet::async_event& event) {
#ifdef SWEET_MUST_NOT_COMPILE
  co_await std::suspend_always{}; // nobody would wake the task
#endif
  co_await event;
}
