// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// EXPECT: it and its arguments have to be copyable

#include <sweet/sweet.hpp>

#include <memory>

void use(sweet::runtime& rt) {
  const auto described = sweet::async_task::to<int>(rt);
  const auto body = [](std::unique_ptr<int> p) { return *p; };
#ifdef SWEET_MUST_NOT_COMPILE
  described.retry(3).run(body, std::make_unique<int>(1)).cancel();
#else
  described.fallback([](const sweet::task_error&) { return 2; })
      .run(body, std::make_unique<int>(1))
      .cancel();
#endif
}
