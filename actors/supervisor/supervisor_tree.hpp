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

namespace sweet::inline v0_5 {

namespace detail {

class supervisor_core;

/// Returns the reference to a child.
/// @throws std::invalid_argument if there is no such child, or handles to it are of another type
caf::actor find_reference(const supervisor_core& core, std::string_view path,
                          std::type_index interface);

} // namespace detail

/// A handle to a supervisor: copyable, for any thread, valid after the end. Dropping it neither
/// stops the supervisor nor leaks it.
///
/// The supervisor itself changes its children, one change after the other. The functions for that
/// start a task with the outcome of the change, to be awaited or dropped. After the end of the
/// supervisor they fail with its reason, also after the end of the runtime.
class [[nodiscard]] supervisor_tree {
public:
  // -- the services -------------------------------------------------------------------------------
  /// Returns a reference to a child that stays valid across its restarts: a caf::actor, or the
  /// handle of a statically typed service. A child of a supervisor below this one has a path,
  /// "inner/web". Messages wait while the child does not run, see stash_limit.
  ///
  /// Monitors of the reference, and links to it, concern the service for good, not the incarnation
  /// that runs now; an exit message is for that incarnation.
  /// @throws std::invalid_argument if there is no such child, or it is of another type
  template <class Handle = caf::actor>
  Handle ref(std::string_view path) const {
    return caf::actor_cast<Handle>(detail::find_reference(*core_, path, typeid(Handle)));
  }

  /// Lists the children in the order of starting, as supervisor:which_children/1 of OTP does.
  /// @returns a task with the list
  spawning_task<std::vector<service_info>> which_children() const;
  /// Counts the children, as supervisor:count_children/1 of OTP does.
  /// @returns a task with the counts
  spawning_task<service_counts> count_children() const;

  /// Returns a task that completes once all children have started; it fails as the supervisor does
  /// if one does not.
  spawning_task<void> started() const;

  /// Starts a child that was stopped, or has ended, and is still known.
  /// @returns a task that completes once the child has started; it fails with
  /// error_code::invalid_state if the child runs, or is about to
  spawning_task<void> restart_child(std::string name) const;
  /// Stops a child, as its shutdown option says. It is known until it is deleted; a temporary one
  /// is forgotten.
  /// @returns a task that completes once the child has stopped
  spawning_task<void> stop_child(std::string name) const;
  /// Forgets a child that does not run. Its reference refuses messages from now on.
  /// @returns a task that completes once that is done
  spawning_task<void> delete_child(std::string name) const;
  /// Adds a child behind the others, and starts it; described as in supervisor_builder::service().
  /// Defined in <sweet/builders/supervisor_builder.hpp>.
  /// @returns a task that completes once the child has started
  template <class F, class... Options>
  spawning_task<void> start_child(std::string name, F&& service, Options&&... options) const;

  /// Returns the handle to a supervisor below this one.
  /// @throws std::invalid_argument if there is none
  supervisor_tree nested(std::string_view path) const;

  // -- the supervisor as a task -------------------------------------------------------------------
  /// Stops the children in reverse, each as its shutdown option says, and then the supervisor.
  /// @param level kill: kills the children instead, in reverse order
  /// @param reason for the error of the supervisor
  /// @returns the wait for the answer; may be dropped
  cancellation stop(cancellation_level level = cancellation_level::graceful,
                    const std::string& reason = {}) const {
    return task_.cancel(level, reason);
  }

  /// Blocks until the supervisor has ended. Any thread.
  /// @returns error_code::cancelled if it was stopped; success if it has ended by itself
  /// (auto_shutdown); else the error that it could not heal
  task_result<void> await() const { return task_.await(); }
  /// Blocks until the supervisor has ended, at most for `timeout`; a negative one is no limit. Any
  /// thread.
  /// @returns error_code::timeout if it has not ended; error_code::cancelled if it was stopped;
  /// success if it has ended by itself (auto_shutdown); else the error that it could not heal
  task_result<void> await(std::chrono::nanoseconds timeout) const { return task_.await(timeout); }
  /// Waits for the end of the supervisor: `co_await tree`.
  /// Cancelling the awaiting task stops its body at this wait.
  /// @throws task_failure if it was stopped or failed
  auto operator co_await() const noexcept { return task_.operator co_await(); }
  /// Waits for the end of the supervisor: `co_await tree.result()` gives its outcome as a
  /// task_result.
  /// Cancelling the awaiting task stops its body at this wait.
  auto result() const noexcept { return task_.result(); }

  /// Tells whether the supervisor has ended.
  bool is_done() const noexcept { return task_.is_done(); }
  /// Returns the task of the supervisor; for a nested supervisor, that of the supervisor at the top
  /// of this tree.
  const spawning_task<void>& task() const noexcept { return task_; }

  /// Makes a handle. For the library.
  supervisor_tree(std::shared_ptr<detail::supervisor_core> core, spawning_task<void> task) noexcept
      : core_(std::move(core)), task_(std::move(task)) {}

private:
  spawning_task<void> start_spec(detail::service_spec spec) const;

  std::shared_ptr<detail::supervisor_core> core_;
  spawning_task<void> task_;
};

} // namespace sweet::inline v0_5
