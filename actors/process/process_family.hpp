#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/types.h>

#include <sweet/actors/process/own_children.hpp>
#include <sweet/actors/process/running_process.hpp>

namespace sweet::inline v0_5::detail {

/// The processes that run at a moment, read from /proc when they are asked for first: several
/// families that are looked at together share one reading.
class process_view {
public:
  const std::vector<running_process>& running();

  /// Drops the reading, when the moment is over.
  void forget() noexcept { running_.reset(); }

private:
  std::optional<std::vector<running_process>> running_;
};

/// Returns the processes of `running` that are `roots`, or below them. Pure.
[[nodiscard]] std::vector<running_process>
with_descendants(const std::vector<pid_t>& roots, std::span<const running_process> running);

/// Returns `running`, ascending, with the orphans that were started while it was read.
[[nodiscard]] std::vector<running_process> with_orphans(std::vector<running_process> running,
                                                        std::span<const orphan> orphans);

/// Returns the processes of `running` that belong to a child of this process: the leader itself,
/// the members of its group and session, the orphans that carry its mark, and all their
/// descendants. Pure.
/// @param leader 0: its number may be that of others by now, so the mark alone counts
[[nodiscard]] std::vector<running_process> family_of(pid_t leader, std::string_view mark,
                                                     std::span<const running_process> running,
                                                     std::span<const orphan> orphans);

/// A child of this process, and all processes that the child has started, whatever their groups and
/// sessions. Needs this process to be a subreaper: a process that has lost its parent is a child of
/// this one then, and so none hides.
class process_family {
public:
  /// @param leader leads its own session
  /// @param mark one that the leader carries in own_children::variable
  process_family(pid_t leader, std::string mark) : leader_(leader), mark_(std::move(mark)) {}

  /// Returns the members that run. After the end of the leader this costs two system calls if there
  /// are none.
  /// @param leader_ended whether the leader was waited for
  [[nodiscard]] std::vector<running_process> members(process_view& view, bool leader_ended);

private:
  pid_t leader_; ///< 0: no process has the number as group or session any more
  std::string mark_;
};

} // namespace sweet::inline v0_5::detail
