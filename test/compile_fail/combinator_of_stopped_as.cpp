// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// EXPECT: combinable_task

#include <sweet/sweet.hpp>

#include <utility>

sweet::async<bool> both(sweet::task_context ctx) {
  auto one = ctx.spawn([] { return 1; });
  auto other = ctx.spawn([] { return 2; });
#ifdef SWEET_MUST_NOT_COMPILE
  // A stop ends the whole wait, not one member of it.
  co_await sweet::when_all(sweet::stopped_as_optional(one), std::move(other));
#endif
  const auto values =
      co_await sweet::stopped_as_optional(sweet::when_all(std::move(one), std::move(other)));
  co_return values.has_value();
}
