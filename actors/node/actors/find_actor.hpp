#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include <caf/actor_cast.hpp>
#include <caf/actor_system.hpp>

#include <sweet/actors/task/async.hpp>
#include <sweet/actors/task/spawn.hpp>
#include <sweet/actors/task/spawning_task.hpp>
#include <sweet/actors/task/task_context.hpp>
#include <sweet/messages/task_result.hpp>
#include <sweet/node/actors/actor_query.hpp>
#include <sweet/strategies/placement/placement.hpp>

namespace sweet::inline v0_5::detail {

class node_core;

/// Publishes an actor of a node.
/// @param what returns the interface of its handles
task_result<void> publish(node_core& core, std::string name, caf::strong_actor_ptr who,
                          actor_interface (*what)(const caf::actor_system&));

/// Returns the name in on(). @throws std::invalid_argument if it is another placement
std::string node_of(const placement& x);

/// Returns where tasks of a node are at home.
task_home& home_of(node_core& core);

/// Waits until somebody has published an actor. Fails with a sentence after `within`.
async<caf::strong_actor_ptr> look_for(task_context ctx, std::shared_ptr<node_core> core,
                                      std::string name, std::string node,
                                      actor_interface (*what)(const caf::actor_system&),
                                      std::chrono::nanoseconds within);

/// Starts a task that finds an actor.
/// @param node that publishes it; empty: any one
template <class Handle>
spawning_task<Handle> find_actor(std::shared_ptr<node_core> core, std::string name,
                                 std::string node, std::chrono::nanoseconds within) {
  auto& home = home_of(*core);
  return spawn_top_level(
      home,
      [](task_context ctx, std::shared_ptr<node_core> in, std::string wanted, std::string on,
         std::chrono::nanoseconds time) -> async<Handle> {
        co_return caf::actor_cast<Handle>(co_await look_for(
            ctx, in, std::move(wanted), std::move(on), interface_of<Handle>, time));
      },
      std::move(core), std::move(name), std::move(node), within);
}

} // namespace sweet::inline v0_5::detail
