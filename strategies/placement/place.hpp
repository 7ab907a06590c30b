#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <sweet/messages/incarnation.hpp>
#include <sweet/messages/task_type.hpp>
#include <sweet/strategies/membership/member_table.hpp>
#include <sweet/strategies/placement/placement.hpp>

namespace sweet::inline v0_5 {

/// What place() has to know of a task.
struct place_request {
  task_type task{};                 ///< the kind of task
  std::uint64_t turn = 0;           ///< for round_robin: counts the tasks that the node has placed
  std::uint64_t random = 0;         ///< for two_choices, and for nodes that are equally good
  std::vector<std::string> avoid{}; ///< names of nodes to take only if there are no others
};

/// Where a task is to run.
struct place_answer {
  incarnation node;    ///< the node; none: the task has to wait
  std::string pending; ///< why it has to wait, in words: "no node with role gpu"

  /// Tells whether there is a node for the task.
  explicit operator bool() const noexcept { return bool{node}; }
};

/// Decides where a task is to run; a pure function.
///
/// A node can take a task if it is up, does not drain, is linked to this one, has the role and the
/// slots that are asked for, knows the task with the same signature, and has asked for more work:
/// work is pulled, so a slow node gets less. The node that places counts as one of them.
///
/// - `local` asks for nothing of that.
/// - `consistent_hash` decides by name among the nodes that are not lost and could take the task if
///   they were free and linked, and then waits for the one it has chosen. A restarted node has its
///   former keys. It is rendezvous hashing (Thaler, Ravishankar: "Using name-based mappings to
///   increase hit rates", 1998): the highest hash of key and name wins.
/// @param nodes what member_table::nodes() returns
place_answer place(const placement& how, const place_request& request,
                   const std::vector<member_view>& nodes);

namespace detail {

/// Returns a hash of a key and a name: the same in all programs.
std::uint64_t rendezvous(std::string_view key, std::string_view name) noexcept;

} // namespace detail

} // namespace sweet::inline v0_5
