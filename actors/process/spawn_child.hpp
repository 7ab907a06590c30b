#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <string>
#include <variant>

#include <sys/types.h>

#include <sweet/actors/process/process_spec.hpp>
#include <sweet/actors/runtime/system/unique_fd.hpp>

namespace sweet::inline v0_5::detail {

/// A running child. It has not been waited for yet, so `pid` is surely its own; it is also the id
/// of its group.
struct spawned_child {
  pid_t pid = 0;
  /// Readable once the child has exited.
  unique_fd pidfd;
  /// Read ends, non-blocking; empty if that stream is not captured.
  unique_fd out;
  unique_fd err;
};

/// Why no child was started.
struct spawn_failure {
  /// An errno.
  int error = 0;
  /// Says what could not be done, and why.
  std::string message;
};

/// Starts a child as process_spec promises. Takes as long as the kernel needs to load the program,
/// and does not copy this process's page tables. Any thread, many at once.
/// @param null a descriptor of /dev/null, open for reading and writing
[[nodiscard]] std::variant<spawned_child, spawn_failure> spawn_child(const process_spec& spec,
                                                                     const unique_fd& null);

} // namespace sweet::inline v0_5::detail
