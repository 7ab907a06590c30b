#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/task/async.hpp>
#include <sweet/actors/task/task_context.hpp>

#include <caf/actor.hpp>
#include <caf/fwd.hpp>

#include <functional>
#include <memory>

namespace sweet::inline v0_5::detail {

class service_link;

/// How the actor of a service is started, each time anew: by `now` or by `later`; the other one is
/// empty.
struct actor_start {
  std::function<caf::actor(task_context)> now;
  std::function<async<caf::actor>(task_context)> later; ///< may take a while
  /// Whether the actor says by start_announcement when it has started; otherwise it has started as
  /// soon as it exists.
  bool announces = false;
};

/// Tells the supervisor that an actor has started. An actor that is started by `now` calls it once
/// its behavior is made.
class start_announcement {
public:
  /// @param ctx the context that `now` was called with
  explicit start_announcement(task_context ctx);
  void operator()(caf::local_actor& self) const;

private:
  std::shared_ptr<service_link> link_;
};

/// The body of the task that stands for an ordinary actor in the tree: starts the actor, and ends
/// as the actor does. When it is cancelled it sends the actor an exit, at graceful with
/// user_shutdown, at kill with kill; at kill_hard it leaves the actor behind.
async<void> run_actor(task_context ctx, std::shared_ptr<const actor_start> start);

/// Makes an actor fail with the exception that it throws, message included. Called before its first
/// message.
void keep_exceptions(caf::scheduled_actor& self);

} // namespace sweet::inline v0_5::detail
