#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "command_line.hpp"

namespace sweet::command {

/// `sweet cert`: makes certificates for nodes, and their authority unless there is one. Says on
/// standard output which files it has made, and on standard error why not.
/// @returns the exit code
int make_certificates(const cert_options& options);

} // namespace sweet::command
