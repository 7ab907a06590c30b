#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <csignal>

#include "node_options.hpp"

namespace sweet::command {

/// `sweet nodes`: prints the nodes of a cluster, as a node without slots that joins it and leaves.
/// @param blocked what block_signals() has returned
/// @returns the exit code
int list_nodes(const nodes_options& options, const sigset_t& blocked);

/// `sweet drain NAME`: has a node finish what it runs, and end; waits until it has.
/// @param blocked what block_signals() has returned
/// @returns the exit code
int drain_a_node(const drain_options& options, const sigset_t& blocked);

} // namespace sweet::command
