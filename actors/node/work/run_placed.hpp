#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstdint>
#include <memory>
#include <string>

#include <sweet/actors/task/async.hpp>
#include <sweet/actors/task/task_context.hpp>
#include <sweet/node/wire/frames.hpp>
#include <sweet/strategies/placement/placement.hpp>

namespace sweet::inline v0_5::detail {

class node_core;

/// Runs a function on the node that a placement says, for the task of `ctx`. @returns how it has
/// ended
/// @param payload its arguments
async<wire::finished_task> run_placed(task_context ctx, std::shared_ptr<node_core> node,
                                      placement where, std::uint64_t signature, std::string name,
                                      wire::bytes payload);

} // namespace sweet::inline v0_5::detail
