#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace sweet::inline v0_5 {

/// The needs of each node of a graph: lists of the places of nodes, by the place of the node.
using dependency_lists = std::vector<std::vector<std::size_t>>;

/// Nodes that wait for each other: each needs the next one, and the last needs the first.
struct dependency_cycle {
  std::vector<std::size_t> nodes; ///< the places of the nodes, in the order of the cycle
  /// The index of the first node among the needs of the last node.
  std::size_t closing_need = 0;

  friend bool operator==(const dependency_cycle&, const dependency_cycle&) = default;
};

/// Finds cycles, depth first in the order of the nodes and of their needs. Reports each need that
/// closes a cycle in this walk once; if there is none, the graph has no cycle. Takes time and
/// memory in proportion to the graph and to what it returns, and no recursion.
/// @param needs the graph
/// @param most the number of cycles after which the search stops
/// @pre each need is the place of a node
std::vector<dependency_cycle>
find_cycles(const dependency_lists& needs,
            std::size_t most = std::numeric_limits<std::size_t>::max());

/// Formats a cycle as "a -> b -> a".
/// @param cycle a cycle of the graph
/// @param names the names of all nodes, by place
std::string to_string(const dependency_cycle& cycle, const std::vector<std::string_view>& names);

/// Tells for each node whether it is wanted or needed by a wanted node, directly or not.
/// @pre each need, and each wanted, is the place of a node
std::vector<bool> with_needs(const dependency_lists& needs, const std::vector<std::size_t>& wanted);

} // namespace sweet::inline v0_5
