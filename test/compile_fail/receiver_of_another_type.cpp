// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// EXPECT: the handler takes something that the events of this stage are not

#include <sweet/sweet.hpp>

#include <string>

#ifdef SWEET_MUST_NOT_COMPILE
using event = std::string;
#else
using event = int;
#endif

void use(sweet::runtime& rt) {
  static_cast<void>(sweet::async_task::emits<int>(rt)
                        .sequence({1})
                        .receiver(sweet::strategy::serial{}, [](const event&) {})
                        .await_final_event());
}
