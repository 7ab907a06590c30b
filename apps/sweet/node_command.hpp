#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <csignal>

#include "node_options.hpp"

namespace sweet::command {

/// `sweet node`: is a node of a cluster until a signal ends it. SIGTERM and SIGINT drain it first,
/// the next one ends it at once, a third one kills what it still runs. SIGHUP has it read its
/// certificates again.
/// @param blocked what block_signals() has returned
/// @returns the exit code
int run_node(const node_options& options, const sigset_t& blocked);

} // namespace sweet::command
