// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// EXPECT: a pointer or a view cannot be sent to another node
// ERRORS: 1

#include <sweet/node/wire/codec.hpp>

#include <string>

#include <caf/actor.hpp>
#include <caf/message.hpp>

struct order {
#ifdef SWEET_MUST_NOT_COMPILE
  const char* who{};
#else
  std::string who{};
#endif
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, order& x) {
  return f(x.who);
}

bool use() {
  return sweet::detail::wire::encode(order{}).is_ok();
}
