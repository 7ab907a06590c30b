// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// EXPECT: the destructor of a message must not throw

#include <sweet/sweet.hpp>

struct message {
#ifdef SWEET_MUST_NOT_COMPILE
  ~message() noexcept(false) {}
#endif
  int number = 0;
};

void send(const sweet::spawning_task<void>& to) {
  static_cast<void>(to.send(message{}));
}
