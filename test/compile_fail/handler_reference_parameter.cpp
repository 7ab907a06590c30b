// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// EXPECT: takes its parameters by value: the message is gone when the coroutine goes on

#include <sweet/sweet.hpp>

#include <caf/all.hpp>

#include <string>

caf::behavior make(caf::event_based_actor* self) {
#ifdef SWEET_MUST_NOT_COMPILE
  return {
    sweet::handler(self, [](const std::string& name) -> sweet::async<std::string> {
#else
  return {sweet::handler(self, [](std::string name) -> sweet::async<std::string> {
#endif
      co_return "hello " + name;
    })
  };
}
