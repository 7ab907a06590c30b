#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <sys/types.h>

#include <sweet/actors/process/captured_output.hpp>

namespace sweet {

/// How a process ended.
struct exit_status {
  /// 0 to 255; meaningless if a signal ended the process.
  int code = 0;
  /// The signal that ended it; 0: it exited.
  int signal = 0;
  bool core_dumped = false;
  /// False if another part of this program has waited for the process, so that its status is lost.
  bool known = true;

  [[nodiscard]] bool success() const noexcept { return known && code == 0 && signal == 0; }

  bool operator==(const exit_status&) const = default;
};

/// "exit 2", "SIGSEGV (core dumped)", "unknown exit status".
std::string to_string(const exit_status& x);

/// What a process and those of its descendants that were waited for have used.
struct process_usage {
  /// From its start to its exit.
  std::chrono::nanoseconds wall{0};
  std::chrono::microseconds user{0};
  std::chrono::microseconds system{0};
  /// Peak resident set of the largest of them, in bytes. 0: no more than that of the process which
  /// started it, below which Linux cannot tell.
  std::uint64_t max_rss = 0;
};

/// The end of a child process.
struct process_result {
  pid_t pid = 0;
  exit_status status;
  process_usage usage;
  /// Standard output; with process_output::capture_merged standard error too.
  captured_output out;
  captured_output err;
  /// Whether it left processes behind that did not end by themselves, so that these were stopped.
  bool left_processes = false;
  /// Whether its output was still held open by a process that does not belong to it, or could not
  /// be stopped, so that what that may still write is lost.
  bool output_cut_off = false;
  /// What could not be stopped and still ran when it was waited for no longer: processes of other
  /// users, and such that wait for a dead disk.
  std::vector<pid_t> still_running{};
};

} // namespace sweet
