#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/task_error.hpp>
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

namespace sweet {

/// Where a child of a supervisor is.
enum class child_state : std::uint8_t {
  stopped,
  starting,
  running,
  stopping,
  restarting, ///< it has ended, and waits for its restart
};

/// What can be asked of a supervisor about a child.
enum class child_command : std::uint8_t {
  start,   ///< one that has just been added; it is forgotten if it does not start
  stop,    ///< also one that waits for its restart; fine if it is stopped already
  restart, ///< one that is stopped
  remove,  ///< one that is stopped: it is forgotten
};

/// How a child has ended.
struct child_exit {
  enum class kind : std::uint8_t {
    completed, ///< as a child does that has nothing left to do
    shutdown,  ///< because it was asked to; no failure either
    failed,
  };
  kind how = kind::completed;
  task_error error{}; ///< empty only if it has completed
};

/// What a supervisor is to do next.
struct supervision_action {
  enum class kind : std::uint8_t {
    start,  ///< start `child`; its started() or exited() is to follow
    stop,   ///< stop `child` in its own way; its exited() is to follow
    forget, ///< `child` is none any more
    answer, ///< `command` is done, with `error` unless that is empty
    finish, ///< the supervisor has no running children any more and ends, with `error` unless that
            ///< is empty
  };
  kind what;
  std::uint32_t child = 0;
  std::uint64_t command = 0;
  task_error error{};
};

/// What happens in a supervisor: which children are started, stopped and restarted when. A pure
/// function of what has happened and of the times that it is told; each call says what is to be
/// done. The rules are those of OTP's supervisor (its manual page, supervisor(3)):
///
/// | what | rule |
/// |---|---|
/// | start | in order, each once the one before it has started; if one fails to, those that have
/// started are stopped in reverse, and the supervisor fails | | end of a child | restarted if it is
/// permanent, or transient and has failed; a temporary one is forgotten, any other known as stopped
/// | | one_for_one | that child is restarted | | one_for_all | all others are stopped in reverse;
/// then all are started in order | | rest_for_one | those behind it are stopped in reverse; then it
/// and they are started in order | | siblings | temporary ones that have been stopped so are
/// forgotten; those that had been stopped before by a command, or had ended, are started with the
/// others | | intensity | each failure counts once, however many children it concerns; one more
/// than allowed within the period: all are stopped in reverse, and the supervisor fails | | failed
/// restart | counts as a restart, and is tried again after the commands that have come meanwhile |
/// | delay | a restart waits, its siblings stopped meanwhile; grows with the restarts in a row,
/// starts over once the child has run for `healthy_after` | | directive | of a failure that would
/// lead to a restart: restart, leave it stopped, or fail with it | | significant child | its own
/// end without a restart ends the supervisor: the first such end, or that of the last one that was
/// left | | stop | one after the other in reverse; failures meanwhile change nothing | | at the
/// same time | nothing: what happens during a start, restart or stop is looked at after it, except
/// that a child that has ended need not be stopped |
///
/// Not thread safe.
class supervision_plan {
public:
  using time_point = std::chrono::steady_clock::time_point;
  using actions = std::vector<supervision_action>;

  /// @param seed for the jitter of the delays
  explicit supervision_plan(const supervision_rules& rules, std::uint32_t seed = 1);

  /// Adds a child behind the others, stopped. Its key is never used again.
  /// @throws std::invalid_argument if the name is empty or taken, or it is significant although it
  /// is permanent or the supervisor never shuts down by itself
  std::uint32_t add(child_rules rules);

  // -- what has happened --------------------------------------------------------------------------

  /// The supervisor starts. Once, before anything below.
  actions start(time_point now);
  /// A child has started. Nothing happens unless it was to.
  actions started(std::uint32_t child, time_point now);
  /// A child has ended, before it had started or later.
  actions exited(std::uint32_t child, child_exit how, time_point now);
  /// The supervisor is to end: its children are stopped. Repeating it changes nothing.
  actions stop(time_point now);
  /// next_tick() has come.
  actions tick(time_point now);

  /// Somebody wants something of a child. Answered once, by an action with the command's number:
  /// error_code::invalid_state if there is no such child, or it is in the wrong state.
  actions command(std::uint64_t number, child_command what, std::uint32_t child, time_point now);

  // -- what there is ------------------------------------------------------------------------------

  /// When the next restart is due.
  std::optional<time_point> next_tick() const;
  /// Whether all children of start() have started once.
  bool has_started() const noexcept { return has_started_; }
  /// Whether `finish` has been given.
  bool is_over() const noexcept { return over_; }

  std::optional<std::uint32_t> find(std::string_view name) const;

  struct child_view {
    std::uint32_t key;
    const child_rules* rules; ///< valid until the child is forgotten
    child_state state;
    std::uint32_t restarts; ///< so far
  };
  /// In the order of starting.
  std::vector<child_view> children() const;

private:
  struct child {
    child_rules rules;
    child_state state = child_state::stopped;
    bool has_news = false; ///< it has ended by itself, and that has not been looked at
    std::uint32_t restarts = 0;
    std::uint32_t in_a_row = 0;
    std::optional<time_point> started{}; ///< last; empty: never
    std::optional<time_point> due{};     ///< of its restart; changed by set_due()

    child_state seen() const noexcept { return due ? child_state::restarting : state; }
  };
  /// A child is to be started, or stopped; for a command, or as part of something else.
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
    after_commands, ///< of one that has failed: otherwise those that go on failing would keep all
                    ///< else waiting
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
  std::deque<move> moves_;         ///< of what is under way, the current one first
  std::deque<occurrence> backlog_; ///< to be looked at once nothing is under way
  std::deque<past_restart> history_;
  actions to_do_;
  bool looks_for_due_ = false; ///< the backlog has a restart_due
  bool has_started_ = false;
  bool ending_ = false;
  bool over_ = false;
  task_error final_error_;
};

} // namespace sweet
