// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// EXPECT: use and_then

#include <sweet/messages/task_result.hpp>

#ifdef SWEET_MUST_NOT_COMPILE
sweet::task_result<int> next(int x) {
  return x;
}
#else
int next(int x) {
  return x;
}
#endif

bool use(sweet::task_result<int> x) {
  return x.map(next).is_ok();
}
