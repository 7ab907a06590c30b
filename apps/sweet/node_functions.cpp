// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "node_functions.hpp"

namespace sweet::command {

listed_node as_listed(const node_member& x) {
  listed_node to{x.who.name,
                 x.who.address,
                 std::string{name_of(x.state)},
                 x.who.draining,
                 x.who.roles,
                 x.who.slots,
                 caf::none,
                 {}};
  for (const auto& type : x.who.task_types)
    to.functions.push_back(type.name);
  return to;
}

bool is_visitor(const listed_node& x) {
  return x.slots == 0 && x.address.empty();
}

} // namespace sweet::command
