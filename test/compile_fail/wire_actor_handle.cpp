// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// EXPECT: an actor handle inside a value cannot be sent to another node
// ERRORS: 1

#include <sweet/node/wire/codec.hpp>

#include <string>

#include <caf/actor.hpp>
#include <caf/message.hpp>

struct order {
#ifdef SWEET_MUST_NOT_COMPILE
  caf::actor who{};
#else
  int who{};
#endif
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, order& x) {
  return f(x.who);
}

bool use() {
  return sweet::detail::wire::encode(order{}).is_ok();
}
