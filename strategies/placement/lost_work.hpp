#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <sweet/messages/incarnation.hpp>
#include <sweet/messages/task_error.hpp>
#include <sweet/messages/task_id.hpp>

namespace sweet::inline v0_5 {

/// How often a task may be placed again because a node was lost.
struct lost_work_options {
  /// A task that was running on so many nodes when they were lost has perhaps taken them down: it
  /// fails. At least 1.
  std::uint32_t nodes_taken_down = 3;
  /// A task fails after so many lost nodes in all, also such as it had not started on; at least 1.
  std::uint32_t nodes_lost = 10;
};

/// What becomes of a task whose node is lost.
struct lost_task {
  task_id task; ///< the task
  std::uint32_t attempt =
      0; ///< of the next time that it is placed, counted from 1; 0: it has failed
  std::vector<std::string> avoid; ///< the names of lost nodes: place_request::avoid
  task_error error;               ///< why it has failed; empty if it is placed again
};

/// What a node that has handed tasks to others knows of them; it decides which of them are placed
/// again, and which results count. A pure function of what has happened. Not thread safe.
///
/// - A task on a node that is down is placed again, at once.
/// - If it had started there, that takes one from its retry budget. A task without budget fails, as
///   does one that has taken three nodes down, both with the nodes as the history of the error.
/// - A result counts if it comes from where the task is now, of the present attempt; it resolves
/// the
///   task. Late ones, of nodes that were lost and live, and doubled ones are discarded. All are
///   acknowledged, so that the other node keeps none.
///
/// So each task resolves once, and its body has run at least once if it has completed.
class lost_work {
public:
  /// Makes the record of a node that has handed out nothing.
  /// @throws std::invalid_argument unless both options are positive
  explicit lost_work(lost_work_options options);
  /// Makes the record of a node that has handed out nothing, with the default options.
  lost_work() : lost_work(lost_work_options{}) {}

  /// Records that a task was handed to a node, for the first time or after lost(), handed_back().
  /// @param budget how many more times its body may be started, the first time not counted; used
  /// when the task is new
  /// @returns the attempt, counted from 1, which travels with the task
  std::uint32_t placed(task_id task, const incarnation& node, std::string node_name,
                       std::uint32_t budget = 2);
  /// Records that the body of a task has started. What does not fit to the present attempt is
  /// ignored.
  void started(task_id task, std::uint32_t attempt, const incarnation& node);
  /// Records that a node gives a task back that it has not started, because it drains or is full.
  /// @returns whether the task is to be placed again, which costs nothing
  bool handed_back(task_id task, std::uint32_t attempt, const incarnation& node);
  /// Records the result of a task.
  /// @returns whether it counts: the task is resolved, and forgotten
  bool result(task_id task, std::uint32_t attempt, const incarnation& node);
  /// Forgets a task that was resolved otherwise, by a deadline or a cancellation.
  void forget(task_id task);
  /// Records that a node is down or has left.
  /// @param why the reason, in words, for the error of those that fail
  /// @returns what becomes of the tasks there, in the order of their ids
  std::vector<lost_task> lost(const incarnation& node, const std::string& why);

  /// Returns where a task is; empty if it is not on any node, or not known.
  std::optional<incarnation> where(task_id task) const;
  /// Returns the tasks on a node with their attempts, in the order of their ids: what is sent again
  /// when a link to it is resumed.
  std::vector<std::pair<task_id, std::uint32_t>> on(const incarnation& node) const;
  /// Returns how many tasks are not resolved.
  std::size_t size() const noexcept { return tasks_.size(); }

private:
  struct loss {
    std::string name;
    std::string why;
    bool started;
  };
  struct entry {
    std::uint32_t attempt = 0;
    std::uint32_t budget = 0;
    std::optional<incarnation> node{}; ///< its start
    std::string node_name{};
    bool started = false;
    std::vector<loss> losses{};
  };

  entry* present(task_id task, std::uint32_t attempt, const incarnation& node);
  task_error failure(const entry& x) const;

  lost_work_options options_;
  std::map<task_id, entry> tasks_;
};

} // namespace sweet::inline v0_5
