// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// EXPECT: use map

#include <sweet/messages/task_result.hpp>

#ifdef SWEET_MUST_NOT_COMPILE
int next(int x) {
  return x;
}
#else
sweet::task_result<int> next(int x) {
  return x;
}
#endif

bool use(sweet::task_result<int> x) {
  return x.and_then(next).is_ok();
}
