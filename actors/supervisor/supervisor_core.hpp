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

namespace sweet::detail {

class task_home;
struct cell;

/// What of a supervisor outlives its restarts: what it is to do, the references to its children,
/// and what others have to tell it. Thread safe, except where noted.
class supervisor_core {
public:
  using command_ptr = std::shared_ptr<supervisor_command>;
  using spec_ptr = std::shared_ptr<const service_spec>;

  /// @throws std::invalid_argument if two children have the same name, or one cannot be registered
  supervisor_core(task_home& home, const supervision_rules& rules, std::vector<spec_ptr> specs);
  ~supervisor_core();

  task_home& home() const noexcept { return home_; }
  const supervision_rules& rules() const noexcept { return rules_; }
  /// The children that each start of it begins with.
  const std::vector<spec_ptr>& specs() const noexcept { return specs_; }

  // -- for its clients ----------------------------------------------------------------------------
  /// @returns null if there is no child of that name; a path leads to those of nested ones
  caf::actor reference(std::string_view path) const;
  /// The same for what is known of the child.
  spec_ptr spec(std::string_view path) const;
  /// Hands it a command, which is answered in any case.
  void give(command_ptr command);
  /// A lock that keeps the supervisor from ending, and so its runtime, for who starts a task there.
  /// Holds nothing if the supervisor has ended; then its runtime may be gone.
  std::unique_lock<std::mutex> keep_open() const;
  /// A task that has failed with why the supervisor has ended; with a reference for the caller.
  /// @pre keep_open() has held nothing. @throws std::bad_alloc if there was no memory for it
  cell& refusal() const;

  // -- for its children ---------------------------------------------------------------------------
  struct readiness {
    std::uint32_t child;
    std::uint64_t incarnation;
  };
  void tell_ready(readiness who);

  // -- for the supervisor -------------------------------------------------------------------------
  /// Set by whatever there is to look at.
  async_event& news() noexcept { return news_; }
  std::vector<command_ptr> take_commands();
  std::vector<readiness> take_ready();
  /// Numbers the starts of children, also those of earlier lives. The supervisor's context.
  std::uint64_t next_incarnation() noexcept { return ++incarnations_; }
  /// A child has been added. @returns the reference to it; null if there is one of that name
  /// @throws std::invalid_argument if it cannot be registered, or the supervisor has ended
  caf::actor add(const spec_ptr& spec);
  /// It is no child any more.
  void forget(const std::string& child, const task_error& reason) noexcept;
  /// It will not be started again: all references are closed, commands are refused.
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

} // namespace sweet::detail
