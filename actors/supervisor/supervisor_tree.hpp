#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/supervisor/service_info.hpp>
#include <sweet/actors/supervisor/service_spec.hpp>
#include <sweet/actors/task/cancellation.hpp>
#include <sweet/actors/task/spawning_task.hpp>
#include <sweet/messages/cancellation_level.hpp>
#include <sweet/messages/task_result.hpp>

#include <caf/actor.hpp>
#include <caf/actor_cast.hpp>
#include <caf/fwd.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <typeindex>
#include <utility>
#include <vector>

namespace sweet {

namespace detail {

class supervisor_core;

/// @throws std::invalid_argument if there is no such child, or handles to it are of another type
caf::actor find_reference(const supervisor_core& core, std::string_view path,
                          std::type_index interface);

} // namespace detail

/// A handle to a supervisor: copyable, for any thread, valid after the end. Dropping it neither
/// stops the supervisor nor leaks it.
///
/// What changes the children is done by the supervisor itself, in turn; the functions for that
/// start a task whose outcome is that of the change, to be awaited or dropped. After the supervisor
/// has ended they fail with why it did, also after the end of the runtime.
class [[nodiscard]] supervisor_tree {
public:
  // -- the services -------------------------------------------------------------------------------
  /// A reference to a child that stays valid across its restarts: a caf::actor, or the handle of a
  /// statically typed service. Those of a supervisor below this one are found by their path,
  /// "inner/web". What is sent while the child does not run waits until it does, see stash_limit.
  ///
  /// To monitor it or to link to it is to do so with the service for good, not with the incarnation
  /// that runs now; an exit message is for the latter.
  /// @throws std::invalid_argument if there is no such child, or it is typed otherwise
  template <class Handle = caf::actor>
  Handle ref(std::string_view path) const {
    return caf::actor_cast<Handle>(detail::find_reference(*core_, path, typeid(Handle)));
  }

  /// The children in the order of starting, as supervisor:which_children/1.
  spawning_task<std::vector<service_info>> which_children() const;
  spawning_task<service_counts> count_children() const;

  /// Completes once all children have started; fails as the supervisor if one does not.
  spawning_task<void> started() const;

  /// Starts a child that has been stopped, or has ended, and is still known. Fails with
  /// error_code::invalid_state if it runs, or is about to.
  spawning_task<void> restart_child(std::string name) const;
  /// Stops a child, in the way that it was described with. It is known until it is deleted; a
  /// temporary one is forgotten.
  spawning_task<void> stop_child(std::string name) const;
  /// Forgets a child that does not run. Its reference refuses what it gets from now on.
  spawning_task<void> delete_child(std::string name) const;
  /// Starts another child, behind the others; described as in supervisor_builder::service().
  /// Defined in <sweet/builders/supervisor_builder.hpp>
  template <class F, class... Options>
  spawning_task<void> start_child(std::string name, F&& service, Options&&... options) const;

  /// The handle to a supervisor below this one. @throws std::invalid_argument if there is none
  supervisor_tree nested(std::string_view path) const;

  // -- the supervisor as a task -------------------------------------------------------------------
  /// Stops the children in reverse, each in its own way, and the supervisor.
  /// @param level kill: kills them instead, in the same order
  cancellation stop(cancellation_level level = cancellation_level::graceful,
                    const std::string& reason = {}) const {
    return task_.cancel(level, reason);
  }

  /// Blocks until it has ended: stopped (error_code::cancelled), by itself (auto_shutdown), or
  /// failed with what it could not heal. Any thread.
  task_result<void> await() const { return task_.await(); }
  task_result<void> await(std::chrono::nanoseconds timeout) const { return task_.await(timeout); }
  auto operator co_await() const noexcept { return task_.operator co_await(); }
  auto result() const noexcept { return task_.result(); }

  bool is_done() const noexcept { return task_.is_done(); }
  /// Of a nested supervisor: the one that has started this tree.
  const spawning_task<void>& task() const noexcept { return task_; }

  /// For the library.
  supervisor_tree(std::shared_ptr<detail::supervisor_core> core, spawning_task<void> task) noexcept
      : core_(std::move(core)), task_(std::move(task)) {}

private:
  spawning_task<void> start_spec(detail::service_spec spec) const;

  std::shared_ptr<detail::supervisor_core> core_;
  spawning_task<void> task_;
};

} // namespace sweet
