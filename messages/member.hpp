#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <sweet/messages/incarnation.hpp>
#include <sweet/messages/inspection.hpp>
#include <sweet/messages/task_type.hpp>

namespace sweet::inline v0_5 {

/// What a node says of itself. Only the node itself changes it, with a higher version each time, so
/// that the highest version of a start is always the true one, in whichever order versions arrive.
struct member {
  std::string name;                  ///< its name in the cluster
  sweet::incarnation incarnation;    ///< its life
  std::uint64_t version = 1;         ///< counts the changes within a start
  std::string address;               ///< where it listens, "host:port"; empty: nowhere
  std::vector<std::string> roles;    ///< what it is for, such as "gpu"; "hub" links to all nodes
  std::uint32_t slots = 0;           ///< how many tasks of others it runs at a time
  std::vector<task_type> task_types; ///< the tasks that it can run
  bool draining = false;             ///< it takes no more work, and finishes what it has
  bool left = false;                 ///< it has gone by its own will

  friend bool operator==(const member&, const member&) = default;
};

/// Tells whether a node has a role.
inline bool has_role(const member& x, std::string_view role) {
  return std::find(x.roles.begin(), x.roles.end(), role) != x.roles.end();
}

/// Lets CAF serialise what a node says of itself.
template <class Inspector>
detail::inspection<Inspector> inspect(Inspector& f, member& x) {
  return detail::inspect_fields(f, "member", x.name, x.incarnation, x.version, x.address, x.roles,
                                x.slots, x.task_types, x.draining, x.left);
}

} // namespace sweet::inline v0_5
