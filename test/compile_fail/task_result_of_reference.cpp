// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// EXPECT: a task_result cannot hold a reference

#include <sweet/messages/task_result.hpp>

#ifdef SWEET_MUST_NOT_COMPILE
using value = int&;
#else
using value = int*;
#endif

bool use(sweet::task_result<value> x) {
  return x.is_ok();
}
