// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/actors/find_actor.hpp>

#include <stdexcept>

#include <sweet/actors/task/scope.hpp>
#include <sweet/messages/error_code.hpp>
#include <sweet/messages/task_error.hpp>
#include <sweet/messages/task_failure.hpp>
#include <sweet/node/node_core.hpp>

namespace sweet::inline v0_5::detail {

namespace {

std::string nobody(const node_core& core, const std::string& name, const std::string& node) {
  std::string asked;
  bool is_linked = false;
  for (const auto& x : core.members()) {
    if (x.linked && !x.itself)
      asked += (asked.empty() ? "" : ", ") + x.who.name;
    is_linked = is_linked || (x.who.name == node && (x.linked || x.itself));
  }
  if (!node.empty())
    return is_linked ? node + " publishes no actor " + name : "there is no link to " + node;
  return "no node publishes an actor " + name + "; " +
         (asked.empty() ? "there is no link to any other" : "asked: " + asked);
}

} // namespace

task_result<void> publish(node_core& core, std::string name, caf::strong_actor_ptr who,
                          actor_interface (*what)(const caf::actor_system&)) {
  return core.actors().publish(std::move(name), std::move(who), what(core.system()));
}

std::string node_of(const placement& x) {
  if (x.how() != placement::kind::on || !x.role().empty() || x.slots() != 0)
    throw std::invalid_argument{
        "node::actor: an actor is found on the node that placement::on() names, "
        "or on any one"};
  return x.key();
}

task_home& home_of(node_core& core) {
  return core.home();
}

async<caf::strong_actor_ptr> look_for(task_context ctx, std::shared_ptr<node_core> core,
                                      std::string name, std::string node,
                                      actor_interface (*what)(const caf::actor_system&),
                                      std::chrono::nanoseconds within) {
  auto result = core->actors().find({name, node, what(core->system())});
  try {
    co_return co_await ctx.with_timeout(within, [result]() mutable -> async<caf::strong_actor_ptr> {
      co_return (co_await result.get()).unwrap();
    });
  } catch (const task_failure& e) {
    if (e.error().root_cause().code() != error_code::timeout)
      throw task_failure{e.error().root_cause()};
  }
  throw task_failure{task_error{error_code::unreachable, nobody(*core, name, node)}};
}

} // namespace sweet::inline v0_5::detail
