// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// EXPECT: a fallback gives the value of the task

#include <sweet/sweet.hpp>

#include <string>

#ifdef SWEET_MUST_NOT_COMPILE
int fallback(const sweet::task_error& error) {
  return static_cast<int>(error.attempt());
}
#else
std::string fallback(const sweet::task_error& error) {
  return error.message();
}
#endif

void use(sweet::runtime& rt) {
  sweet::async_task::to<std::string>(rt)
      .fallback(fallback)
      .run([] { return std::string{}; })
      .cancel();
}
