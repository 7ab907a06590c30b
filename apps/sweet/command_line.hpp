#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

#include "node_options.hpp"

namespace sweet::command {

/// `sweet run FILE`
struct run_options {
  std::string file;
  asking_options nodes;
  std::size_t jobs = 1;
  std::size_t workers = 1;
  bool json = false;
  bool verbose = false;
  bool dry_run = false;

  /// Whether nodes are joined.
  [[nodiscard]] bool uses_nodes() const { return !nodes.file.empty() || !nodes.flags.empty(); }
};

/// `sweet cert FOLDER NAME...`
struct cert_options {
  std::string folder;
  std::vector<std::string> nodes;
  int days = 365;
};

/// What the command line asks for.
using command_options =
    std::variant<run_options, cert_options, node_options, nodes_options, drain_options>;

/// The exit codes of the command.
constexpr int exit_done = 0;
constexpr int exit_job_failed = 1;
constexpr int exit_wrong_usage = 2;
constexpr int exit_unreachable = 3;
constexpr int exit_interrupted = 130;

/// Checks that all that was printed to standard output could be written; if not, says so on
/// standard error.
/// @returns `code`; if not all could be written, the exit code of a failure
[[nodiscard]] int printed(int code);

/// Reads the command line; prints help and the version to standard output, and mistakes to standard
/// error.
/// @returns what to do, or the exit code if there is nothing more to do
[[nodiscard]] std::variant<command_options, int> read_command_line(int argc,
                                                                   const char* const* argv);

} // namespace sweet::command
