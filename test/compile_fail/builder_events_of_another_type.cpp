// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// EXPECT: do not convert implicitly to the events

#include <sweet/sweet.hpp>

#include <vector>

void use(sweet::runtime& rt) {
#ifdef SWEET_MUST_NOT_COMPILE
  const std::vector<int> values{5}; // not a vector of 5
#else
  const std::vector<std::vector<int>> values{std::vector<int>(5)};
#endif
  sweet::async_task::emits<std::vector<int>>(rt)
      .sender(values)
      .receiver(sweet::strategy::serial(), [](std::vector<int>) {})
      .run()
      .cancel();
}
