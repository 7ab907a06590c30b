// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// EXPECT: leave blocking\(\) out, or run a callable

#include <sweet/sweet.hpp>

sweet::async<int> coroutine() {
  co_return 1;
}

int callable() {
  return 1;
}

void use(sweet::runtime& rt) {
  const auto described = sweet::async_task::to<int>(rt).blocking();
#ifdef SWEET_MUST_NOT_COMPILE
  described.run(coroutine);
#else
  described.run(callable).cancel();
#endif
}
