#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <string>

#include <sys/types.h>

#include <sweet/actors/process/process_spec.hpp>
#include <sweet/actors/runtime/system/unique_fd.hpp>

namespace sweet::inline v0_5 {

/// Leaves no child process behind even if this process is killed by SIGKILL: a second process waits
/// for its end, and then kills every process whose environment carries the mark of this guard.
///
/// This reaches all processes that the marked ones have started, daemons included, unless they
/// cleared their environment or run as another user. The guard costs a fork when it is made, and
/// nothing per process. It needs /proc.
class orphan_guard {
public:
  /// The variable that carries the marks: of this guard, after those of the guards that this
  /// process itself is under.
  static constexpr const char* variable = "SWEET_RUN";

  /// Starts the second process, and blocks until it stands guard.
  /// @pre This process has one thread.
  /// @throws std::system_error if it cannot be started
  orphan_guard();

  /// Ends the second process, which then kills no process.
  ~orphan_guard();

  orphan_guard(const orphan_guard&) = delete;
  orphan_guard& operator=(const orphan_guard&) = delete;

  /// Puts a process under the guard, before it is started.
  void mark(process_spec& spec) const { spec.env[variable] = marks_; }

private:
  std::string marks_;
  detail::unique_fd lifeline_;
  pid_t pid_ = 0;
};

} // namespace sweet::inline v0_5
