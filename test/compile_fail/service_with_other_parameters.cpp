// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// EXPECT: a service is made from the body of a task

#include <sweet/sweet.hpp>

auto start(sweet::runtime& rt) {
#ifdef SWEET_MUST_NOT_COMPILE
  const auto body = [](int port) { static_cast<void>(port); };
#else
  const auto body = [port = 80] { static_cast<void>(port); };
#endif
  return sweet::supervisor::one_for_one(rt).service("a", body).start();
}
