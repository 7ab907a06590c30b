#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sweet {

/// Where a child process's standard output and standard error go.
enum class process_output : std::uint8_t {
  /// Each captured for itself.
  capture,
  /// Both captured as one stream, in the order in which they were written: found in
  /// process_result::out.
  capture_merged,
  /// To where those of this process go.
  inherit,
  /// To /dev/null.
  discard,
};

/// What belongs to a child process, and so is signalled with it, waited for, and ended when it does
/// not end by itself after the process has.
enum class process_scope : std::uint8_t {
  /// What is in its process group. Daemons, which have left that, live on.
  group,
  /// Whatever it has started, in whichever group or session; for programs that have called
  /// task_process::adopt_orphans(). In any other, what has left the session is not found. SIGTERM
  /// goes to the group alone at first: a parent elsewhere knows best how to end its children. Once
  /// the process has ended, what still runs gets it, parents before their children; SIGKILL goes to
  /// all at once. Not found
  /// is a process whose parents have ended, which has left the session and cleared its environment:
  /// all of that before it was seen as an orphan.
  descendants,
};

/// A program to run as a child process. What the child gets besides: /dev/null as standard input,
/// no other open file, an empty signal mask, default signal dispositions, and a session and process
/// group of its own, hence no controlling terminal: a program that would ask for a password there
/// fails instead of waiting unseen.
struct process_spec {
  /// The program and its arguments. A program without a slash is looked up in PATH, the one of
  /// `env` if it has one; a relative one with a slash is relative to `cwd`.
  std::vector<std::string> argv{};
  /// Changes to this process's environment as it is at the start; an empty optional removes the
  /// variable.
  std::map<std::string, std::optional<std::string>> env{};
  /// Relative to the working directory of the task that starts it, see
  /// task_context::working_directory(). Empty: that one.
  std::string cwd{};
  process_output output = process_output::capture;
  /// Gets what would be captured, in pieces as they come, instead of its being kept: for programs
  /// that run long. Called on the thread that looks after all processes, so it must be quick; it
  /// must not throw. The last call is before the end is reported.
  std::function<void(std::string_view)> on_output{};
  process_scope scope = process_scope::group;
  /// How many files it may have open (the soft limit), if not as many as this program.
  std::optional<std::uint64_t> open_files{};
  /// How long it has, with what belongs to it, after SIGTERM before SIGKILL follows.
  std::chrono::milliseconds grace{5000};
};

} // namespace sweet
