#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/supervisor/service_spec.hpp>
#include <sweet/actors/supervisor/supervisor_command.hpp>
#include <sweet/actors/task/async_event.hpp>
#include <sweet/actors/task/spawning_task.hpp>
#include <sweet/messages/task_error.hpp>
#include <sweet/strategies/supervision/supervision_rules.hpp>

#include <caf/actor.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace sweet::inline v0_5::detail {

class task_home;
struct cell;

/// The parts of a supervisor that outlive its restarts: the commands to it, the references to its
/// children, and the news of them. Thread safe, except where noted.
class supervisor_core {
public:
  using command_ptr = std::shared_ptr<supervisor_command>;
  using spec_ptr = std::shared_ptr<const service_spec>;

  /// @throws std::invalid_argument if two children have the same name, or one cannot be registered
  supervisor_core(task_home& home, const supervision_rules& rules, std::vector<spec_ptr> specs);
  ~supervisor_core();

  task_home& home() const noexcept { return home_; }
  const supervision_rules& rules() const noexcept { return rules_; }
  /// The children that the supervisor begins with at each start.
  const std::vector<spec_ptr>& specs() const noexcept { return specs_; }

  // -- for its clients ----------------------------------------------------------------------------
  /// Returns the reference to a child; null if there is no such child. A path leads to children of
  /// nested supervisors.
  caf::actor reference(std::string_view path) const;
  /// Returns the description of a child; null if there is no such child. A path leads to children
  /// of nested supervisors.
  spec_ptr spec(std::string_view path) const;
  /// Hands the supervisor a command, which is answered in any case.
  void give(command_ptr command);
  /// Returns a lock that keeps the supervisor, and so its runtime, from ending while the caller
  /// starts a task there. Holds nothing if the supervisor has ended; then its runtime may be gone.
  std::unique_lock<std::mutex> keep_open() const;
  /// Returns a task that has failed with the reason of the supervisor's end; with a reference for
  /// the caller.
  /// @pre keep_open() has held nothing. @throws std::bad_alloc if there was no memory for it
  cell& refusal() const;

  // -- for its children ---------------------------------------------------------------------------
  struct readiness {
    std::uint32_t child;
    std::uint64_t incarnation;
  };
  void tell_ready(readiness who);

  // -- for the supervisor -------------------------------------------------------------------------
  /// The event that is set when there is something to look at.
  async_event& news() noexcept { return news_; }
  std::vector<command_ptr> take_commands();
  std::vector<readiness> take_ready();
  /// Returns the next number of a child's start, which no earlier start has had, also in earlier
  /// lives. The supervisor's context.
  std::uint64_t next_incarnation() noexcept { return ++incarnations_; }
  /// Adds a child. @returns the reference to it; null if there is a child of that name
  /// @throws std::invalid_argument if it cannot be registered, or the supervisor has ended
  caf::actor add(const spec_ptr& spec);
  /// Forgets a child, and closes its reference.
  void forget(const std::string& child, const task_error& reason) noexcept;
  /// Closes the supervisor, which will not be started again: closes all references, and refuses
  /// commands.
  void close(const task_error& reason) noexcept;

private:
  struct entry {
    spec_ptr spec;
    caf::actor reference;
  };
  const entry* find(std::string_view name) const;
  static void close(const entry& child, const task_error& reason) noexcept;

  task_home& home_;
  const supervision_rules rules_;
  const std::vector<spec_ptr> specs_;
  async_event news_;
  std::uint64_t incarnations_ = 0;

  mutable std::mutex mutex_;                          ///< guards what follows
  std::map<std::string, entry, std::less<>> entries_; ///< once closed it does not change
  std::vector<command_ptr> commands_;
  std::vector<readiness> ready_;
  task_error closed_;           ///< why it takes no commands any more; empty: it does
  spawning_task<void> refusal_; ///< a failed task, made when it is closed
};

} // namespace sweet::inline v0_5::detail
