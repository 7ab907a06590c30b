// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// EXPECT: is for event-based actors: a blocking actor waits as it is

#include <sweet/sweet.hpp>

#include <caf/all.hpp>

#ifdef SWEET_MUST_NOT_COMPILE
void start(caf::blocking_actor* self) {
#else
void start(caf::event_based_actor* self) {
#endif
  static_cast<void>(sweet::handler(self, [](int x) -> sweet::async<int> { co_return 2 * x; }));
}
