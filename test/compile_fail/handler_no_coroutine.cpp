// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// EXPECT: is a coroutine: it returns sweet::async<T>; give any other function to the behavior

#include <sweet/sweet.hpp>

#include <caf/all.hpp>

caf::behavior make(caf::event_based_actor* self) {
#ifdef SWEET_MUST_NOT_COMPILE
  return {sweet::handler(self, [](int x) { return 2 * x; })};
#else
  return {sweet::handler(self, [](int x) -> sweet::async<int> { co_return 2 * x; })};
#endif
}
