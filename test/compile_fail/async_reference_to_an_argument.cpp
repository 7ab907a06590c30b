// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// EXPECT: gives a coroutine takes its arguments by value

#include <sweet/sweet.hpp>

#include <string>

#ifdef SWEET_MUST_NOT_COMPILE
sweet::async<void> greet(sweet::task_context ctx, const std::string& name) {
#else
sweet::async<void> greet(sweet::task_context ctx, std::string name) {
#endif
  co_await ctx.yield();
  ctx.log(sweet::log_level::info, "hello " + name);
}

auto start(sweet::runtime& rt) {
  return rt.spawn(greet, std::string{"Ada"});
}
