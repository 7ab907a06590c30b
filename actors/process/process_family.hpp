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

namespace sweet::detail {

/// The processes that run at a moment, read from /proc when they are asked for first: several
/// families that are looked at together share one reading.
class process_view {
public:
  const std::vector<running_process>& running();

  /// The moment is over.
  void forget() noexcept { running_.reset(); }

private:
  std::optional<std::vector<running_process>> running_;
};

/// Those of `running` that are `roots`, or below them. Pure.
[[nodiscard]] std::vector<running_process>
with_descendants(const std::vector<pid_t>& roots, std::span<const running_process> running);

/// `running`, ascending, with those orphans that were started while it was read.
[[nodiscard]] std::vector<running_process> with_orphans(std::vector<running_process> running,
                                                        std::span<const orphan> orphans);

/// Those of `running` that belong to a process that this one has started: the leader itself, what
/// is in its group or session, the orphans that carry its mark, and all their descendants. Pure.
/// @param leader 0: its number may be that of others by now, so the mark alone counts
[[nodiscard]] std::vector<running_process> family_of(pid_t leader, std::string_view mark,
                                                     std::span<const running_process> running,
                                                     std::span<const orphan> orphans);

/// A process that this one has started, and all that this process has started, whatever groups and
/// sessions they have. Wants this process to be a subreaper: what has lost its parent is a child of
/// this process then, and so nothing hides.
class process_family {
public:
  /// @param leader leads its own session
  /// @param mark one that the leader carries in own_children::variable
  process_family(pid_t leader, std::string mark) : leader_(leader), mark_(std::move(mark)) {}

  /// Those that run. After the end of the leader this costs two system calls if there are none.
  /// @param leader_ended whether the leader was waited for
  [[nodiscard]] std::vector<running_process> members(process_view& view, bool leader_ended);

private:
  pid_t leader_; ///< 0: nobody has that number as group or session any more
  std::string mark_;
};

} // namespace sweet::detail
