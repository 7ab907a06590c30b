// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// EXPECT: a coroutine that is a member function refers to its object

#include <sweet/sweet.hpp>

struct server {
  sweet::async<void> serve() { co_return; }
};

void use(sweet::runtime& rt, server& s) {
#ifdef SWEET_MUST_NOT_COMPILE
  rt.spawn(&server::serve, s).cancel();
#else
  rt.spawn(&server::serve, &s).cancel();
#endif
}
