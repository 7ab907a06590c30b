#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/process/orphan_guard.hpp>
#include <sweet/node/node_builder.hpp>

#include <memory>
#include <string>
#include <vector>

namespace sweet::command {

/// Has a node run commands of jobs, in a folder of its own each, for these roles.
/// @param guard ends what runs if this process is killed
[[nodiscard]] node_builder provide_commands(node_builder to, const std::vector<std::string>& roles,
                                            std::shared_ptr<const orphan_guard> guard);

} // namespace sweet::command
