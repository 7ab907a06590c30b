#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

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
/// A process has ended when it has exited, its process group is empty and its output is closed.
/// What a process leaves behind in its group, or holding its output open, has `patience` to end by
/// itself, then `patience` after a SIGTERM, then SIGKILL; if a SIGTERM was sent before the process
/// exited, then it is up to the sender to send SIGKILL too. Whatever has left the group and the
/// session (a daemon) is not touched; its hold on the output is cut.
class process_reactor {
public:
  static constexpr std::chrono::milliseconds patience{500};

  /// Called once per process, on the reactor's thread; must neither block nor throw.
  using completion = std::function<void(process_result)>;

  /// @throws std::system_error if this Linux has no pidfd (it came with 5.3), if SIGCHLD is
  /// ignored, in which case nobody learns how a child ended, or if the process is out of
  /// descriptors or threads
  process_reactor();

  /// Kills what still runs, waits for its end (at most `patience` after SIGKILL), and calls its
  /// completion.
  ~process_reactor();

  process_reactor(const process_reactor&) = delete;
  process_reactor& operator=(const process_reactor&) = delete;

  /// A process that runs, or has run.
  class handle {
  public:
    explicit handle(std::shared_ptr<child_process> child) noexcept;

    [[nodiscard]] pid_t pid() const noexcept;

    /// Sends a signal to all of its process group. SIGTERM wakes a stopped group too. Any thread,
    /// also after the end.
    /// @returns 0, or the errno: ESRCH after the end; EPERM if no process of the group may be
    /// signalled, which then runs as another user
    int signal(int number) const noexcept;

  private:
    std::shared_ptr<child_process> child_;
  };

  /// Starts a process. Any thread. `done` may be called before this returns.
  [[nodiscard]] std::variant<handle, spawn_failure> start(const process_spec& spec,
                                                          completion done);

  /// How many processes have not ended yet.
  [[nodiscard]] std::size_t running() const;

private:
  class impl;
  std::unique_ptr<impl> impl_;
};

} // namespace sweet::detail
