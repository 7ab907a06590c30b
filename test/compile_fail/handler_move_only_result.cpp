// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// EXPECT: becomes the content of a message: CAF copies it

#include <sweet/sweet.hpp>

#include <caf/all.hpp>

#include <memory>

caf::behavior make(caf::event_based_actor* self) {
#ifdef SWEET_MUST_NOT_COMPILE
  return {
    sweet::handler(self, [](int x) -> sweet::async<std::unique_ptr<int>> {
      co_return std::make_unique<int>(x);
#else
  return {sweet::handler(self, [](int x) -> sweet::async<int> {
    co_return *std::make_unique<int>(x);
#endif
    })
  };
}
