#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace sweet {

/// For each node of a graph, known by its place, the places of those that it needs.
using dependency_lists = std::vector<std::vector<std::size_t>>;

/// Nodes that wait for each other: each needs the next one, and the last needs the first.
struct dependency_cycle {
  std::vector<std::size_t> nodes;
  /// Which of the needs of the last node is the first one.
  std::size_t closing_need = 0;

  friend bool operator==(const dependency_cycle&, const dependency_cycle&) = default;
};

/// Looks for cycles, depth first in the order of the nodes and of their needs. Without them there
/// is no cycle; each need that closes a cycle for this walk is told once. Takes time and memory in
/// proportion to the graph and to what it returns, and no recursion.
/// @param most stop after so many
/// @pre each need is the place of a node
std::vector<dependency_cycle>
find_cycles(const dependency_lists& needs,
            std::size_t most = std::numeric_limits<std::size_t>::max());

/// "a -> b -> a"
/// @param names of all nodes
std::string to_string(const dependency_cycle& cycle, const std::vector<std::string_view>& names);

/// Which nodes are among `wanted` or needed by one of those, directly or not.
/// @pre each need, and each wanted, is the place of a node
std::vector<bool> with_needs(const dependency_lists& needs, const std::vector<std::size_t>& wanted);

} // namespace sweet
