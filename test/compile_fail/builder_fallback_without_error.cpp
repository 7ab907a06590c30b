// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// EXPECT: a fallback is called as f\(const task_error&\)

#include <sweet/sweet.hpp>

#ifdef SWEET_MUST_NOT_COMPILE
int fallback() {
  return 1;
}
#else
int fallback(const sweet::task_error&) {
  return 1;
}
#endif

void use(sweet::runtime& rt) {
  sweet::async_task::to<int>(rt).fallback(fallback).run([] { return 2; }).cancel();
}
