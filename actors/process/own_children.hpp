#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <cstdint>
#include <string>
#include <vector>

#include <sys/resource.h>
#include <sys/types.h>

namespace sweet::detail {

/// A process that is a child of this one because its own parent has ended: this process is a
/// subreaper, or the first one of a container.
struct orphan {
  pid_t pid = 0;
  /// What marks_of() answered for own_children::variable when it was seen first.
  std::string marks;
};

/// Tells the children that this process has started, whose status is wanted, from orphans that it
/// has got, which nobody waits for. All in this library that starts a child or waits for one does
/// so through here. Any thread.
class own_children {
public:
  /// The variable that carries the marks of process_scope::descendants.
  static constexpr const char* variable = "SWEET_PROCESS";

  /// Lives while a child is being started: until it is known, no child that could be it counts as
  /// an orphan.
  class birth {
  public:
    birth();
    ~birth();
    birth(const birth&) = delete;
    birth& operator=(const birth&) = delete;

    /// Names the child. Once.
    void named(pid_t child);

  private:
    std::uint64_t number_;
  };

  /// wait4(), for a child that this process has started and `options` that hold WNOHANG.
  static pid_t wait(pid_t child, int* status, int options, rusage* usage);

  /// Blocks until a child that this process has started has exited, and drops its status.
  static void wait(pid_t child);

  /// The orphans that run. Those that have ended are waited for, so that no zombies pile up.
  static std::vector<orphan> orphans();
};

} // namespace sweet::detail
