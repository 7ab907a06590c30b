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

namespace sweet::inline v0_5 {

/// Where the standard output and the standard error of a child process go.
enum class process_output : std::uint8_t {
  /// Each is captured by itself.
  capture,
  /// Both are captured as one stream, in the order in which they were written: in
  /// process_result::out.
  capture_merged,
  /// They go where those of this process go.
  inherit,
  /// They go to /dev/null.
  discard,
};

/// Which processes belong to a child process: they are signalled with it, waited for, and ended if
/// they go on after it.
enum class process_scope : std::uint8_t {
  /// Its process group. Daemons, which have left the group, live on.
  group,
  /// All processes that it has started, in whichever group or session; for programs that have
  /// called task_process::adopt_orphans(). In any other program, descendants that have left the
  /// session are not found.
  ///
  /// SIGTERM goes to the group alone at first: a parent elsewhere knows best how to end its
  /// children. Once the process has ended, the descendants that still run get SIGTERM, parents
  /// before their children; SIGKILL goes to all at once. A process is not found if its parents have
  /// ended, it has left the session and it has cleared its environment, all before it was seen as
  /// an orphan.
  descendants,
};

/// A program to run as a child process.
///
/// The child gets /dev/null as standard input, no other open file, an empty signal mask, default
/// signal dispositions, and a session and process group of its own, hence no controlling terminal:
/// a program that would ask for a password there fails instead of waiting unseen.
struct process_spec {
  /// The program and its arguments. A program without a slash is looked up in PATH, the one of
  /// `env` if it has one; a relative one with a slash is relative to `cwd`.
  std::vector<std::string> argv{};
  /// Changes to the environment of this process as it is at the start; an empty optional removes
  /// the variable.
  std::map<std::string, std::optional<std::string>> env{};
  /// Where the child runs, relative to the working directory of the task that starts it, which is
  /// the default; see task_context::working_directory().
  std::string cwd{};
  process_output output = process_output::capture; ///< where its output goes
  /// Called with each piece of the output as it comes; the output is not kept then. For programs
  /// that run long. Called by the thread that looks after all processes, so it must be quick, and
  /// must not throw. The last call is before the end is reported.
  std::function<void(std::string_view)> on_output{};
  process_scope scope = process_scope::group; ///< which processes belong to it
  /// How many files it may have open (the soft limit); empty: as many as this program.
  std::optional<std::uint64_t> open_files{};
  /// How long the child, with all that belongs to it, has from SIGTERM to SIGKILL.
  std::chrono::milliseconds grace{5000};
};

} // namespace sweet::inline v0_5
