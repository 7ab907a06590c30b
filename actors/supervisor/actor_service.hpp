#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/task/async.hpp>
#include <sweet/actors/task/task_context.hpp>

#include <caf/actor.hpp>
#include <caf/fwd.hpp>

#include <functional>
#include <memory>

namespace sweet::detail {

class service_link;

/// How the actor of a service is started, each time anew: one of both.
struct actor_start {
  std::function<caf::actor(task_context)> now;
  std::function<async<caf::actor>(task_context)> later; ///< takes a while
  /// It tells by start_announcement when it has started; else it has as soon as it is there.
  bool announces = false;
};

/// For an actor that is started by `now`: called by it once its behavior is made.
class start_announcement {
public:
  /// @param ctx what `now` has been given
  explicit start_announcement(task_context ctx);
  void operator()(caf::local_actor& self) const;

private:
  std::shared_ptr<service_link> link_;
};

/// The task that stands for an ordinary actor in the tree: starts it, and ends as the actor does.
/// Cancelled, it asks the actor to exit with user_shutdown, at kill with kill; at kill_hard it
/// leaves the actor behind.
async<void> run_actor(task_context ctx, std::shared_ptr<const actor_start> start);

/// Has the actor fail with what it throws, message included. Before its first message.
void keep_exceptions(caf::scheduled_actor& self);

} // namespace sweet::detail
