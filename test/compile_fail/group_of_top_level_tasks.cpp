// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// EXPECT: the members of a task_group are children of its task

#include <sweet/sweet.hpp>

void use(sweet::task_context ctx) {
  sweet::task_group<int> group{ctx};
#ifdef SWEET_MUST_NOT_COMPILE
  group.spawn(sweet::async_task::to<int>(ctx).detach(), [] { return 1; });
#else
  group.spawn(sweet::async_task::to<int>(ctx), [] { return 1; });
#endif
}
