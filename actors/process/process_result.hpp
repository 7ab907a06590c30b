#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <sys/types.h>

#include <sweet/actors/process/captured_output.hpp>

namespace sweet::inline v0_5 {

/// How a process has ended.
struct exit_status {
  /// The exit code, 0 to 255; meaningless if a signal has ended the process.
  int code = 0;
  /// The signal that has ended the process; 0 if it exited.
  int signal = 0;
  bool core_dumped = false; ///< whether the signal has made the process dump its memory
  /// Whether the status is known: it is lost if another part of this program has waited for the
  /// process.
  bool known = true;

  /// Tells whether the process has exited with code 0.
  [[nodiscard]] bool success() const noexcept { return known && code == 0 && signal == 0; }

  /// Tells whether all members are equal.
  bool operator==(const exit_status&) const = default;
};

/// Formats a status: "exit 2", "SIGSEGV (core dumped)", "unknown exit status".
std::string to_string(const exit_status& x);

/// The resources that a process, and those of its descendants that were waited for, have used.
struct process_usage {
  /// The time from its start to its exit.
  std::chrono::nanoseconds wall{0};
  std::chrono::microseconds user{0};   ///< processor time in its own code
  std::chrono::microseconds system{0}; ///< processor time in the kernel
  /// The peak resident set of the largest of these processes, in bytes. 0: no more than the peak of
  /// the process that started it, below which Linux cannot tell.
  std::uint64_t max_rss = 0;
};

/// How a child process has ended, and what it has written and used.
struct process_result {
  pid_t pid = 0;       ///< its id, which another process may have by now
  exit_status status;  ///< how it has ended
  process_usage usage; ///< the resources that it has used
  /// Its standard output; with process_output::capture_merged its standard error, too.
  captured_output out;
  captured_output err; ///< its standard error
  /// Whether it has left processes behind that did not end by themselves, and were stopped.
  bool left_processes = false;
  /// Whether a process that does not belong to it, or could not be stopped, still held its output
  /// open; then later output of that process is lost.
  bool output_cut_off = false;
  /// The processes that could not be stopped and are not waited for any longer: those of other
  /// users, and those that wait for a dead disk.
  std::vector<pid_t> still_running{};
};

} // namespace sweet::inline v0_5
