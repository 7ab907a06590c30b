// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// EXPECT: takes receive<M>\(\) without a timeout

#include <sweet/sweet.hpp>

#include <chrono>

sweet::async<void> body(sweet::task_context ctx) {
  using namespace std::chrono_literals;
#ifdef SWEET_MUST_NOT_COMPILE
  co_await sweet::select(ctx.receive<int>(1s), ctx.sleep_for(1s));
#else
  co_await sweet::select(ctx.receive<int>(), ctx.sleep_for(1s));
#endif
}
