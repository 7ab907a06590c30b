#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/task_result.hpp>
#include <sweet/node/node_builder.hpp>

#include <exception>
#include <vector>

#include "job_file_error.hpp"
#include "node_config.hpp"

namespace sweet::command {

/// Describes a node with the name, the cluster and the proof of a configuration; reads the file of
/// its secret. Errors: io, invalid_data
[[nodiscard]] task_result<node_builder> configured_node(runtime& rt, const node_config& config);

/// Says on standard error what is wrong with a configuration. @returns the exit code
int refuse_config(const std::vector<job_file_error>& errors);

/// Says on standard error why a node could not be described. @returns the exit code
int refuse_config(const task_error& error);

/// Says on standard error why a node could not be started. @returns the exit code
int cannot_start(const std::exception& why);

} // namespace sweet::command
