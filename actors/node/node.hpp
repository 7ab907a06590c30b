#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <caf/actor_cast.hpp>

#include <sweet/actors/sync/broadcast.hpp>
#include <sweet/actors/task/spawning_task.hpp>
#include <sweet/node/actors/find_actor.hpp>
#include <sweet/node/node_member.hpp>
#include <sweet/node/remote.hpp>
#include <sweet/node/work/remote_body.hpp>
#include <sweet/strategies/membership/membership_news.hpp>
#include <sweet/strategies/placement/placement.hpp>

namespace sweet::inline v0_5 {

/// A node of a cluster: runs tasks of other nodes, and has tasks run there. Thread safe.
///
/// It is a task with all that belongs to it below: the port, the links, the tasks of others. Its
/// destructor has it leave the cluster, cancels what it runs for others, and waits for that. It has
/// to be destroyed before its runtime.
class [[nodiscard]] node {
public:
  /// Makes a node. For the library: node_builder::start() does.
  node(std::shared_ptr<detail::node_core> core, spawning_task<void> tree) noexcept;
  /// Takes the place of another handle, which must only be destroyed then.
  node(node&&) noexcept;
  /// Stops the node of this handle, and takes the place of the other one.
  node& operator=(node&&) noexcept;
  /// Stops the node, see stop().
  ~node();

  /// Returns its name in the cluster.
  std::string name() const;
  /// Returns where it listens, "host:port"; empty: nowhere.
  std::string address() const;
  /// Returns what it knows of the nodes of its cluster, itself first.
  std::vector<node_member> members() const;
  /// Returns a receiver of each change of a member from now on; one that is more than 1,024 behind
  /// misses the oldest ones.
  broadcast_receiver<member_change> watch() const;
  /// Says why it is no member of a cluster yet; empty if it is one.
  std::string waits_for() const;
  /// Says which tasks of this node wait for a node that takes them, and why: one line for each
  /// reason.
  std::vector<std::string> pending() const;
  /// Returns how many of its slots are taken by tasks of other nodes.
  std::uint32_t busy_slots() const;

  /// Reads the certificates again, for connections that are made from now on.
  /// Errors: io, invalid_data, with a sentence; the former ones stay
  task_result<void> reload_certificates() const;
  /// Takes the node out of service: it takes no more tasks of others, hands those back that have
  /// not begun, and finishes what runs. Tasks of this node are placed as before.
  /// @returns a task that ends when nothing of others is left, and they have all results
  spawning_task<void> drain() const;
  /// Has the node leave its cluster, cancels what it runs for others, and waits for that. Tasks
  /// that it has placed elsewhere fail with error_code::unreachable.
  void stop();
  /// Returns the task of the node, below which all of it lies.
  spawning_task<void> tree() const { return tree_; }

  /// Publishes an actor of this node under a name, by which other nodes find it, in place of
  /// another one of that name; until it ends, or the node does. A stable reference of a supervisor
  /// stands for its service, also after that was restarted.
  /// Errors: invalid_state if the runtime has no middleman of CAF, with a sentence that says how it
  /// gets one; invalid_data if there is no such actor here, or the name has not 1 to 255 bytes
  template <class Handle>
  task_result<void> publish(std::string name, const Handle& who) const {
    return detail::publish(*core_, std::move(name), caf::actor_cast<caf::strong_actor_ptr>(who),
                           detail::interface_of<Handle>);
  }
  /// Publishes nothing under this name any more. Handles that others have stay good.
  void unpublish(std::string name) const;
  /// Finds an actor that any node of the cluster publishes, this one included: the first one that
  /// answers. One that is published later counts as well.
  ///
  ///     auto store = co_await node.actor<key_value>("store");
  ///
  /// The handle is one of CAF's: monitors, links and requests work as on this node. When the link
  /// to its node is lost, the actor is down for this one.
  /// @param within how long to look
  /// @returns a task. Errors: unreachable if nobody has published it by then, or the link to who
  /// did is lost; invalid_data if the actor does not understand what `Handle` says, unless that is
  /// caf::actor; invalid_state as for publish()
  template <class Handle>
  spawning_task<Handle> actor(std::string name,
                              std::chrono::nanoseconds within = std::chrono::seconds{5}) const {
    return detail::find_actor<Handle>(core_, std::move(name), {}, within);
  }
  /// Finds an actor that a certain node publishes: `node.actor<key_value>("store",
  /// placement::on("b"))`.
  /// @throws std::invalid_argument if `where` is another placement than on()
  template <class Handle>
  spawning_task<Handle> actor(std::string name, const placement& where,
                              std::chrono::nanoseconds within = std::chrono::seconds{5}) const {
    return detail::find_actor<Handle>(core_, std::move(name), detail::node_of(where), within);
  }

  /// Returns a body for a task that calls a function of a node; on() of the builders uses it.
  /// @param on_output takes what the function gives by its remote_output, with the attempt at the
  /// task that says it. It is called by the thread that reads from links: it has to be quick, and
  /// must not call the node. May be empty
  template <class Signature>
  detail::remote_body<Signature> body_of(const remote<Signature>& what, placement where,
                                         detail::output_receiver on_output = {}) const {
    return {core_, what, std::move(where), std::move(on_output)};
  }

private:
  std::shared_ptr<detail::node_core> core_;
  spawning_task<void> tree_;
};

} // namespace sweet::inline v0_5
