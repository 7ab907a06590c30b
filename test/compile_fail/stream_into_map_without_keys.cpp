// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// EXPECT: items without a key do not go into a map

#include <sweet/sweet.hpp>

#include <map>
#include <vector>

#ifdef SWEET_MUST_NOT_COMPILE
using container = std::map<int, int>;
#else
using container = std::vector<int>;
#endif

void use(sweet::runtime& rt) {
  static_cast<void>(sweet::async_task::emits<int>(rt)
                        .sequence({1})
                        .receiver(sweet::strategy::serial{}, [](int x) { return x; })
                        .into<container>()
                        .await_final_event());
}
