// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// EXPECT: a member function that is called through a service_ref takes its parameters by value

#include <sweet/sweet.hpp>

#include <string>

struct greeter : sweet::service {
#ifdef SWEET_MUST_NOT_COMPILE
  sweet::async<std::string> greet(const std::string& name) { co_return "hello " + name; }
#else
  sweet::async<std::string> greet(std::string name) { co_return "hello " + name; }
#endif
};

sweet::async<std::string> use(sweet::task_context ctx, sweet::service_ref<greeter> ref) {
  co_return co_await ref.call(ctx, &greeter::greet, "you");
}
