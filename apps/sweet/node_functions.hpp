#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/node_member.hpp>
#include <sweet/node/remote.hpp>

#include <cstdint>
#include <string>
#include <vector>

#include <caf/optional.hpp>

// What a node that `sweet node` has started does for the commands that ask nodes. They talk to one
// node of the cluster, which asks the others.
namespace sweet::command {

/// A node as `sweet nodes` shows it.
struct listed_node {
  std::string name;
  std::string address; ///< empty: it listens nowhere
  std::string state;   ///< of member_state
  bool is_draining = false;
  std::vector<std::string> roles;
  std::uint32_t slots = 0;
  caf::optional<std::uint32_t> busy; ///< how many are taken; empty: that is not known
  std::vector<std::string> functions;
};

/// Lets it travel.
template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, listed_node& x) {
  return f(x.name, x.address, x.state, x.is_draining, x.roles, x.slots, x.busy, x.functions);
}

/// What is known of a member; how many of its slots are taken is not.
[[nodiscard]] listed_node as_listed(const node_member& x);

/// Whether it is only here to ask, as the commands are.
[[nodiscard]] bool is_visitor(const listed_node& x);

/// Returns how many slots of the node are taken.
inline constexpr remote<std::uint32_t()> busy_slots_of_node{"sweet.busy"};

/// Returns the nodes that it knows, with itself. Takes how many milliseconds others may take to
/// answer.
inline constexpr remote<std::vector<listed_node>(std::uint32_t)> nodes_of_cluster{"sweet.nodes"};

/// Has a node of that name, itself or another one, finish what it runs, and then end.
inline constexpr remote<void(std::string)> drain_node{"sweet.drain"};

} // namespace sweet::command
