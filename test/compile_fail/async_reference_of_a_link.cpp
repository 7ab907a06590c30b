// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// EXPECT: gives a coroutine takes its arguments by value

#include <sweet/sweet.hpp>

#include <string>

#ifdef SWEET_MUST_NOT_COMPILE
sweet::async<std::size_t> length(sweet::task_context ctx, std::string&& text) {
#else
sweet::async<std::size_t> length(sweet::task_context ctx, std::string text) {
#endif
  co_await ctx.yield();
  co_return text.size();
}

auto start(sweet::runtime& rt) {
  return rt.spawn([] { return std::string{"text"}; }).and_then(length);
}
