// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// EXPECT: unexpected handler at index

#include <sweet/sweet.hpp>

#include <caf/all.hpp>

using adder = caf::typed_actor<caf::replies_to<int, int>::with<int>>;

adder::behavior_type make(adder::pointer self) {
#ifdef SWEET_MUST_NOT_COMPILE
  return {sweet::handler(self, [](int x, int y) -> sweet::async<double> { co_return x + y; })};
#else
  return {sweet::handler(self, [](int x, int y) -> sweet::async<int> { co_return x + y; })};
#endif
}
