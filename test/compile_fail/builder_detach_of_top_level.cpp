// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// EXPECT: constraints not satisfied|no matching (member )?function

#include <sweet/sweet.hpp>

void use(sweet::runtime& rt, sweet::task_context ctx) {
#ifdef SWEET_MUST_NOT_COMPILE
  static_cast<void>(ctx);
  sweet::async_task::to<int>(rt).detach().run([] { return 1; }).cancel();
#else
  static_cast<void>(rt);
  sweet::async_task::to<int>(ctx).detach().run([] { return 1; }).cancel();
#endif
}
