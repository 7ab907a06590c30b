// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// EXPECT: this type cannot be sent to another node: write template <class Inspector>
// ERRORS: 1

#include <sweet/node/wire/codec.hpp>

#include <string>

#include <caf/serializer.hpp>

struct order {
  std::string article;
};

#ifdef SWEET_MUST_NOT_COMPILE
// Takes CAF's own class, and not any inspector.
caf::error inspect(caf::serializer& f, order& x) {
  return f(x.article);
}
#else
template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, order& x) {
  return f(x.article);
}
#endif

bool use() {
  return sweet::detail::wire::encode(order{}).is_ok();
}
