// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// EXPECT: is no arm of another one

#include <sweet/sweet.hpp>

#include <chrono>

sweet::async<void> body(sweet::task_context ctx, sweet::channel_receiver<int> rx) {
  using namespace std::chrono_literals;
#ifdef SWEET_MUST_NOT_COMPILE
  co_await sweet::select(sweet::select(rx.receive()), ctx.sleep_for(1s));
#else
  co_await sweet::select(rx.receive(), ctx.sleep_for(1s));
#endif
}
