// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// EXPECT: could not be told from a failure

#include <sweet/messages/task_result.hpp>

#ifdef SWEET_MUST_NOT_COMPILE
using value = sweet::task_error;
#else
using value = sweet::task_failure;
#endif

bool use(sweet::task_result<value> x) {
  return x.is_ok();
}
