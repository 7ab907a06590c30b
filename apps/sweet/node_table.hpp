#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <string>
#include <vector>

#include "node_functions.hpp"

namespace sweet::command {

/// Whether that life of the node is over.
[[nodiscard]] bool has_ended(const listed_node& x);

/// Sorts nodes by name; of a name, lives that are over come before the one that is not.
void sort_nodes(std::vector<listed_node>& nodes);

/// Formats nodes as a table with a head.
[[nodiscard]] std::string node_table(const std::vector<listed_node>& nodes);

/// Formats nodes as a JSON object a line.
[[nodiscard]] std::string node_lines(const std::vector<listed_node>& nodes);

} // namespace sweet::command
