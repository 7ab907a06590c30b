#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/actors/runtime/cell/child_set.hpp>
#include <sweet/actors/runtime/time/clock.hpp>
#include <sweet/actors/runtime/time/timer_wheel.hpp>
#include <sweet/actors/supervisor/supervisor_core.hpp>
#include <sweet/messages/cancellation_level.hpp>
#include <sweet/messages/task_error.hpp>
#include <sweet/strategies/supervision/supervision_plan.hpp>

#include <caf/actor.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sweet::inline v0_5::detail {

class service_link;

/// One life of a supervisor, from its start to its end: tells the plan what happens, and does what
/// the plan decides. Used in the supervisor's own context.
class supervisor_run final : public child_set {
public:
  supervisor_run(cell& self, std::shared_ptr<supervisor_core> core);
  ~supervisor_run();

  /// Starts the children.
  void begin() noexcept;

  /// Whether no child runs any more, apart from those that have been left behind.
  bool is_over() const noexcept;

  /// `co_await run.wait()` waits until there is something to look at.
  auto wait() noexcept { return event_access::wait_shielded(core_->news(), level_); }

  /// Looks at everything that has happened. If there is no memory to follow the plan, the
  /// supervisor fails: it kills its children, all at once, and answers the commands that it has
  /// taken.
  void step() noexcept;

  /// The error that the supervisor ends with; empty if it was stopped, or has ended by itself. @pre
  /// is_over()
  const task_error& error() const noexcept { return error_; }

  /// The names of children whose bodies go on after kill_hard. @pre is_over()
  std::vector<std::string> left_behind() const;
  std::size_t count_left_behind() const noexcept { return left_behind_.size(); }

  // -- child_set ----------------------------------------------------------------------------------
  void arrived(cell& child) noexcept override;
  void resolved(cell& child) noexcept override;
  bool is_ready() const noexcept override { return false; }
  bool give_up() noexcept override { return false; }

private:
  using key = std::uint32_t;
  using command_ptr = supervisor_core::command_ptr;

  struct child {
    supervisor_core::spec_ptr spec;
    caf::actor reference;
    bool added = false;                   ///< by a command: the child is gone with this life
    cell* task = nullptr;                 ///< null: the child does not run
    std::uint64_t incarnation = 0;        ///< of the last start
    std::shared_ptr<service_link> link{}; ///< of that incarnation
    bool stopping = false;
    bool late = false; ///< killed, because it had not started in time
  };
  struct ended_child {
    key child;
    child_exit how;
    bool was_stopped;
  };
  /// A task of a child that has not ended.
  struct child_task {
    key child;
    supervisor_core::spec_ptr spec; ///< the child itself may have been forgotten
    clock::time_point patience{};   ///< doomed: what only has to be unwound ends by then
  };
  /// Elements move from one map to another, for which no memory is needed.
  using child_tasks = std::map<cell*, child_task>;
  struct alarm : timer_entry {
    async_event* news = nullptr;
  };

  void carry_out(supervision_plan::actions actions);
  void start(key k);
  void launch(key k, child& c);
  void stop(key k);
  void forget(key k);
  void answer(std::uint64_t command, const task_error& error);
  void obey(const command_ptr& command);
  supervision_plan::actions obey_start(const supervisor_command& command, std::uint64_t number);
  std::vector<service_info> list() const;
  void take_level();
  void take_ready();
  void take_ends();
  void take_commands();
  void take_time();
  void note_left_behind(clock::time_point time) noexcept;
  void report_start();
  void note_end(cell& task, key k) noexcept;
  /// Calls `look()`. If that throws, the supervisor fails with the exception.
  template <class F>
  void or_fail(F&& look) noexcept;
  void fail(const task_error& error) noexcept;
  void set_alarm() noexcept;
  clock::time_point now() const noexcept;

  cell& self_;
  const std::shared_ptr<supervisor_core> core_;
  supervision_plan plan_;
  std::map<key, child> children_;
  child_tasks running_;     ///< tasks without an outcome
  child_tasks doomed_;      ///< have an outcome at kill_hard, and may still be unwound
  child_tasks left_behind_; ///< have an outcome at kill_hard, and their bodies go on
  std::map<key, clock::time_point> to_start_by_; ///< for children that have not started yet
  std::vector<ended_child> ended_;               ///< has room for all running tasks
  std::map<std::uint64_t, command_ptr> commands_;
  std::vector<command_ptr> to_obey_;
  std::vector<command_ptr> awaiting_start_;
  std::uint64_t next_command_ = 1;
  cancellation_level level_ = cancellation_level::none;
  bool reported_ = false; ///< its own link knows that all children have started
  alarm alarm_;
  clock::time_point alarm_time_ = clock::time_point::max();
  bool has_failed_ = false; ///< there was no memory to follow the plan
  task_error error_;
};

} // namespace sweet::inline v0_5::detail
