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
#include <sweet/node/work/output_receiver.hpp>
#include <sweet/strategies/placement/placement.hpp>

namespace sweet::inline v0_5::detail {

struct cell;
class node_core;

/// Describes a task for another node: its name, urgency and key are taken from the task that calls.
wire::submitted_task describe_call(const task_context& caller, std::string name,
                                   wire::bytes payload);

/// Runs a function on the node that a placement says. @returns how it has ended
/// @param own of the coroutine itself
/// @param caller the task that calls, which is above it
async<wire::finished_task> run_placed(task_context own, cell& caller,
                                      std::shared_ptr<node_core> node, placement where,
                                      std::uint64_t signature, wire::submitted_task task,
                                      output_receiver on_output);

} // namespace sweet::inline v0_5::detail
