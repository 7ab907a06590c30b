#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <cstdint>
#include <string>
#include <vector>

#include <sys/resource.h>
#include <sys/types.h>

namespace sweet::inline v0_5::detail {

/// A process that is a child of this one because its own parent has ended: this process is a
/// subreaper, or the first one of a container.
struct orphan {
  pid_t pid = 0;
  /// The marks that the process carried in own_children::variable when it was first seen.
  std::string marks;
};

/// Tells the children that this process has started, whose status is wanted, from orphans that it
/// has adopted, whose status is not. Every part of this library that starts a child, or waits for
/// one, does so through this class. Any thread.
class own_children {
public:
  /// The variable that carries the marks of process_scope::descendants.
  static constexpr const char* variable = "SWEET_PROCESS";

  /// Lives while a child is being started: until the id of the child is known, no process that
  /// could be the child counts as an orphan.
  class birth {
  public:
    birth();
    ~birth();
    birth(const birth&) = delete;
    birth& operator=(const birth&) = delete;

    /// Says which process the child is. Called once.
    void named(pid_t child);

  private:
    std::uint64_t number_;
  };

  /// Calls wait4() for a child that this process has started.
  /// @pre `options` hold WNOHANG
  static pid_t wait(pid_t child, int* status, int options, rusage* usage);

  /// Blocks until a child that this process has started has exited, and drops its status.
  static void wait(pid_t child);

  /// Returns the orphans that run, and waits for those that have ended, so that no zombies pile up.
  static std::vector<orphan> orphans();
};

} // namespace sweet::inline v0_5::detail
