#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <cstdint>
#include <optional>
#include <vector>

#include <sys/types.h>

namespace sweet::inline v0_5::detail {

/// A process that runs, as /proc shows it.
struct running_process {
  pid_t pid = 0;
  pid_t parent = 0;
  pid_t group = 0;
  pid_t session = 0;
  /// When it was started, in ticks since the boot: with the id it names one process for ever.
  std::uint64_t started = 0;

  bool operator==(const running_process&) const = default;
};

/// Looks at a process. @returns nothing if it has ended, zombies included
[[nodiscard]] std::optional<running_process> find_running(pid_t pid);

/// Returns all processes that run, ascending; zombies do not. Empty without /proc. It reads a file
/// per process of the machine, some 10 us each, and processes start and end meanwhile.
[[nodiscard]] std::vector<running_process> all_running();

/// Returns the children of a process, zombies included.
[[nodiscard]] std::vector<pid_t> children_of(pid_t parent);

/// Sends a signal to `to`, never to another process that has got its id meanwhile.
/// @returns 0, or the errno: ESRCH if it has ended, EPERM if it belongs to another user
int send_signal(const running_process& to, int number);

} // namespace sweet::inline v0_5::detail
