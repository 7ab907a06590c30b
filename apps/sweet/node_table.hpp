#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <string>
#include <vector>

#include "node_functions.hpp"

namespace sweet::command {

/// Formats nodes as a table with a head.
[[nodiscard]] std::string node_table(const std::vector<listed_node>& nodes);

/// Formats nodes as a JSON object a line.
[[nodiscard]] std::string node_lines(const std::vector<listed_node>& nodes);

} // namespace sweet::command
