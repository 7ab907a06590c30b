// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// EXPECT: (no known conversion|could not convert|cannot convert).*(int|duration|nanoseconds)

#include <sweet/sweet.hpp>

#include <chrono>

void use(sweet::runtime& rt) {
  const auto described = sweet::async_task::to<int>(rt);
#ifdef SWEET_MUST_NOT_COMPILE
  described.timeout(30).run([] { return 1; }).cancel();
#else
  described.timeout(std::chrono::seconds{30}).run([] { return 1; }).cancel();
#endif
}
