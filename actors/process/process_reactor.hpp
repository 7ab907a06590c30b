#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>

#include <sweet/actors/process/process_result.hpp>
#include <sweet/actors/process/process_spec.hpp>
#include <sweet/actors/process/spawn_child.hpp>

namespace sweet::inline v0_5::detail {

class child_process;

/// Watches child processes: one thread sleeps in epoll, reads the output of the processes, and
/// tells when they have ended.
///
/// A process has ended when it has exited, nothing runs that belongs to it (see process_scope), and
/// its output is closed. Processes that it leaves behind have leftover_patience to end by
/// themselves, and after a SIGTERM as long again, or the rest of the grace if it was told to
/// terminate; then comes SIGKILL. A process that does not belong to it is not touched; its hold on
/// the output is cut.
class process_reactor {
  class impl;

public:
  /// Called once per process, on the reactor's thread; must neither block nor throw.
  using completion = std::function<void(process_result)>;

  /// @throws std::system_error if this Linux has no pidfd (it came with 5.3), if SIGCHLD is
  /// ignored, in which case the status of a child is lost, or if the process is out of descriptors
  /// or threads
  process_reactor();

  /// Makes this process the parent of orphans below it, see task_process::adopt_orphans().
  /// @throws std::system_error if the process is out of descriptors
  bool adopt_orphans();

  /// Kills the processes that still run, waits for their end, though no longer than twice
  /// leftover_patience, and calls their completions.
  ~process_reactor();

  process_reactor(const process_reactor&) = delete;
  process_reactor& operator=(const process_reactor&) = delete;

  /// A process that runs, or has run.
  class handle {
  public:
    [[nodiscard]] pid_t pid() const noexcept;

    /// Sends SIGTERM to the whole process group, which wakes a stopped group too, and SIGKILL to
    /// all that belongs to the process and still runs after `grace`. Any thread, also after the
    /// end. Of several calls the earliest SIGKILL counts.
    /// @returns 0, or the errno: ESRCH after the end; EPERM if no process of the group may be
    /// signalled, which then runs as another user
    int terminate(std::chrono::nanoseconds grace) const;

    /// Sends SIGKILL to the whole process group, and to all else that belongs to the process. Any
    /// thread, also after the end.
    /// @returns 0, or the errno: ESRCH after the end; EPERM if no process of the group may be
    /// signalled, which then runs as another user
    int kill() const noexcept;

  private:
    friend impl;
    handle(std::shared_ptr<impl> reactor, std::uint64_t key,
           std::shared_ptr<child_process> child) noexcept;

    std::shared_ptr<impl> reactor_;
    std::uint64_t key_;
    std::shared_ptr<child_process> child_;
  };

  /// Starts a process. Any thread. `done` may be called before this returns.
  [[nodiscard]] std::variant<handle, spawn_failure> start(const process_spec& spec,
                                                          completion done);

  /// How many processes have not ended yet.
  [[nodiscard]] std::size_t running() const;

private:
  std::shared_ptr<impl> impl_;
};

} // namespace sweet::inline v0_5::detail
