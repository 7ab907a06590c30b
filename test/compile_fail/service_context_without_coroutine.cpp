// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// EXPECT: a member function that takes a task_context is a coroutine: let it return async<R>

#include <sweet/sweet.hpp>

#include <string>

struct greeter : sweet::service {
#ifdef SWEET_MUST_NOT_COMPILE
  std::string greet(sweet::task_context ctx) { return "hello from " + ctx.name(); }
#else
  sweet::async<std::string> greet(sweet::task_context ctx) { co_return "hello from " + ctx.name(); }
#endif
};

sweet::async<std::string> use(sweet::task_context ctx, sweet::service_ref<greeter> ref) {
  co_return co_await ref.call(ctx, &greeter::greet);
}
