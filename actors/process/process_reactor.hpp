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

namespace sweet::detail {

class child_process;

/// Watches child processes: one thread that sleeps in epoll, reads what they write, and tells when
/// they have ended.
///
/// A process has ended when it has exited, nothing runs that belongs to it (see process_scope), and
/// its output is closed. What a process leaves behind has leftover_patience to end by itself, and
/// after a SIGTERM as long again, or what is left of the grace if it was told to terminate; then
/// comes SIGKILL. Whatever does not belong to it is not touched; its hold on the output is cut.
class process_reactor {
  class impl;

public:
  /// Called once per process, on the reactor's thread; must neither block nor throw.
  using completion = std::function<void(process_result)>;

  /// @throws std::system_error if this Linux has no pidfd (it came with 5.3), if SIGCHLD is
  /// ignored, in which case nobody learns how a child ended, or if the process is out of
  /// descriptors or threads
  process_reactor();

  /// See task_process::adopt_orphans().
  /// @throws std::system_error if the process is out of descriptors
  bool adopt_orphans();

  /// Kills what still runs, waits for its end, though no longer than twice leftover_patience, and
  /// calls its completion.
  ~process_reactor();

  process_reactor(const process_reactor&) = delete;
  process_reactor& operator=(const process_reactor&) = delete;

  /// A process that runs, or has run.
  class handle {
  public:
    [[nodiscard]] pid_t pid() const noexcept;

    /// Sends SIGTERM to all of its process group, which wakes a stopped group too, and SIGKILL to
    /// what belongs to it and still runs after `grace`. Any thread, also after the end. Of several
    /// calls the earliest SIGKILL counts.
    /// @returns 0, or the errno: ESRCH after the end; EPERM if no process of the group may be
    /// signalled, which then runs as another user
    int terminate(std::chrono::nanoseconds grace) const;

    /// Sends SIGKILL to all of its process group, and to what else belongs to it. Any thread, also
    /// after the end.
    /// @returns as terminate()
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

} // namespace sweet::detail
