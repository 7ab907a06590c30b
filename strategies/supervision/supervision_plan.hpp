#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/task_error.hpp>
#include <sweet/strategies/supervision/child_state.hpp>
#include <sweet/strategies/supervision/restart_intensity.hpp>
#include <sweet/strategies/supervision/supervision_rules.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace sweet::inline v0_5 {

/// What a supervisor can be asked to do with a child.
enum class child_command : std::uint8_t {
  start,   ///< start a child that was just added; forget it if it does not start
  stop,    ///< stop a child, also one that waits for its restart; a stopped one stays so
  restart, ///< start a stopped child
  remove,  ///< forget a stopped child
};

/// How a child has ended.
struct child_exit {
  /// The ways to end.
  enum class kind : std::uint8_t {
    completed, ///< the child had nothing left to do
    shutdown,  ///< the child was asked to stop; no failure
    failed,    ///< the child has failed
  };
  kind how = kind::completed; ///< the way
  task_error error{};         ///< why; empty only if the child has completed
};

/// What a supervisor is to do next.
struct supervision_action {
  /// The kinds of actions.
  enum class kind : std::uint8_t {
    start,  ///< start `child`, then report started() or exited()
    stop,   ///< stop `child` in its own way, then report exited()
    forget, ///< forget `child`
    answer, ///< report that `command` is done, with `error` unless that is empty
    /// End the supervisor, which has no running children left, with `error` unless that is empty.
    finish,
  };
  kind what;                 ///< the kind of the action
  std::uint32_t child = 0;   ///< the key of the child, for start, stop and forget
  std::uint64_t command = 0; ///< the number of the command, for answer
  task_error error{};        ///< of answer and finish; may be empty
};

/// Decides which children of a supervisor are started, stopped and restarted when; a pure function
/// of what has happened and of the times that it is given. Each call returns what is to be done.
///
/// The rules are those of OTP's supervisor (its manual page, supervisor(3)):
///
/// - Start: children start in order, each once the one before it has started. If one fails to
///   start, those that have started are stopped in reverse, and the supervisor fails.
/// - End of a child: it is restarted if it is permanent, or transient and has failed. Otherwise a
///   temporary child is forgotten, any other is known as stopped.
/// - one_for_one restarts that child. one_for_all stops all others in reverse, then starts all in
///   order. rest_for_one stops the children behind it in reverse, then starts the child and these
///   in order.
/// - Siblings: temporary siblings that were stopped for a restart are forgotten. Siblings that had
///   been stopped by a command, or had ended, are started with the others.
/// - Intensity: each failure counts once, however many children it concerns. After one more than
///   allowed within the period, all children are stopped in reverse, and the supervisor fails.
/// - A failed restart counts as a restart, and is tried again after the commands that have come
///   meanwhile.
/// - Delay: a restart waits, with the siblings stopped. The delay grows with the restarts in a row,
///   and starts over once the child has run for `healthy_after`.
/// - Directive: a failure that would lead to a restart leads to what child_rules::on_error says.
/// - Significant child: its own end without a restart ends the supervisor, as auto_shutdown says.
/// - Stop: one child after the other in reverse; failures meanwhile change nothing.
/// - Events during a start, restart or stop are looked at after it, except that a child that has
///   ended need not be stopped.
///
/// Not thread safe.
class supervision_plan {
public:
  /// The type of the times.
  using time_point = std::chrono::steady_clock::time_point;
  /// What is to be done, in this order.
  using actions = std::vector<supervision_action>;

  /// Makes the plan of a supervisor without children.
  /// @param rules the rules of the supervisor
  /// @param seed for the jitter of the delays
  explicit supervision_plan(const supervision_rules& rules, std::uint32_t seed = 1);

  /// Adds a stopped child behind the others.
  /// @returns its key, which is never used again
  /// @throws std::invalid_argument if the name is empty or taken, or the child is significant
  /// although it is permanent or the supervisor never shuts down by itself
  std::uint32_t add(child_rules rules);

  // -- what has happened --------------------------------------------------------------------------

  /// Starts the supervisor. Called once, before all other events.
  actions start(time_point now);
  /// Records that a child has started. Ignored unless the child was to start.
  actions started(std::uint32_t child, time_point now);
  /// Records that a child has ended, before it had started or later.
  actions exited(std::uint32_t child, child_exit how, time_point now);
  /// Ends the supervisor: its children are stopped. Repeating it changes nothing.
  actions stop(time_point now);
  /// Records that next_tick() has come.
  actions tick(time_point now);

  /// Asks for something to be done with a child. It is answered once, by an action with the number
  /// of the command: with error_code::invalid_state if there is no such child, or it is in the
  /// wrong state.
  actions command(std::uint64_t number, child_command what, std::uint32_t child, time_point now);

  // -- what there is ------------------------------------------------------------------------------

  /// Returns when the next restart is due; empty if none is.
  std::optional<time_point> next_tick() const;
  /// Tells whether all children of start() have started once.
  bool has_started() const noexcept { return has_started_; }
  /// Tells whether the action `finish` was given.
  bool is_over() const noexcept { return over_; }

  /// Returns the key of the child with this name; empty if there is none.
  std::optional<std::uint32_t> find(std::string_view name) const;

  /// What the plan knows of a child.
  struct child_view {
    std::uint32_t key;        ///< the key that add() has returned
    const child_rules* rules; ///< its rules; valid until the child is forgotten
    child_state state;        ///< where the child is
    std::uint32_t restarts;   ///< how often the child was restarted so far
  };
  /// Returns the children in the order of starting.
  std::vector<child_view> children() const;

private:
  struct child {
    child_rules rules;
    child_state state = child_state::stopped;
    bool has_news = false; ///< the child has ended by itself, and that has not been looked at
    std::uint32_t restarts = 0;
    std::uint32_t in_a_row = 0;
    std::optional<time_point> started{}; ///< last; empty: never
    std::optional<time_point> due{};     ///< of the restart; changed by set_due()

    child_state seen() const noexcept { return due ? child_state::restarting : state; }
  };
  /// A start or a stop of a child, for a command or as a step of something larger.
  struct move {
    bool starts;
    std::uint32_t child;
    std::optional<std::uint64_t> command{};
  };
  struct request {
    child_command what;
    std::uint64_t number;
    std::uint32_t child;
  };
  struct end_of_child {
    std::uint32_t child;
    child_exit how;
  };
  struct restart_due {};
  using occurrence = std::variant<end_of_child, request, restart_due>;
  /// When a restart without a delay is made.
  enum class retry : std::uint8_t {
    at_once,
    after_commands, ///< of a restart that has failed: children that go on failing must not keep
                    ///< all else waiting
  };
  struct past_restart {
    std::string child;
    time_point time;
    task_error error;
  };

  actions proceed(time_point now);
  bool make_move();
  void look_at(end_of_child& end, time_point now);
  void look_at(const request& what, time_point now);
  void look_at(restart_due, time_point now);
  void failed_to_start(std::uint32_t key, child_exit how, time_point now);
  void restart_or_not(std::uint32_t key, const task_error& error, time_point now, retry when);
  void restart(std::uint32_t key, const task_error& error, time_point now, retry when);
  std::chrono::nanoseconds next_delay(child& c);
  void leave_stopped(std::uint32_t key);
  void end(task_error error);
  void answer(std::uint64_t command, task_error error = {});
  void forget(std::uint32_t key);
  void look_for_due();
  void set_due(std::uint32_t key, child& c, std::optional<time_point> due);
  std::string too_many_restarts(const std::string& name, time_point now) const;

  supervision_rules rules_;
  restart_intensity intensity_;
  std::minstd_rand random_;
  std::map<std::uint32_t, child> children_; ///< by key, which is the order of starting
  std::uint32_t next_key_ = 0;
  std::map<std::string, std::uint32_t, std::less<>> keys_; ///< by name
  std::set<std::pair<time_point, std::uint32_t>> due_;     ///< the restarts that wait, by time
  std::deque<move> moves_;         ///< the moves under way, the current one first
  std::deque<occurrence> backlog_; ///< to be looked at once nothing is under way
  std::deque<past_restart> history_;
  actions to_do_;
  bool looks_for_due_ = false; ///< the backlog has a restart_due
  bool has_started_ = false;
  bool ending_ = false;
  bool over_ = false;
  task_error final_error_;
};

} // namespace sweet::inline v0_5
