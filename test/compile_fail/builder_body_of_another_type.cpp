// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// EXPECT: does not return the type that to<T>\(\) has announced

#include <sweet/sweet.hpp>

#include <string>

void use(sweet::runtime& rt) {
  const auto described = sweet::async_task::to<std::string>(rt);
#ifdef SWEET_MUST_NOT_COMPILE
  described.run([] { return 1; }).cancel();
#else
  described.run([] { return std::string{"1"}; }).cancel();
#endif
}
