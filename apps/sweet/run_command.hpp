#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <csignal>

#include "command_line.hpp"

namespace sweet::command {

/// `sweet run`: reads the job file, runs its jobs, and reports on standard output.
/// @pre no other thread runs, the standard descriptors are open, SIGPIPE is ignored and SIGCHLD is
/// not
/// @param blocked what block_signals() has returned
/// @returns the exit code
/// @throws std::exception if this system cannot run jobs at all
int run_jobs(const run_options& options, const sigset_t& blocked);

} // namespace sweet::command
