#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <sweet/actors/emit/event_source.hpp>
#include <sweet/actors/emit/sources/line_reader.hpp>

namespace sweet::inline v0_5 {

/// How a command is run, and how its output is cut into lines.
struct command_options {
  line_options lines{}; ///< how the output is cut into lines
  /// Where the command runs, relative to the working directory of the process, which is the
  /// default.
  std::string cwd{};
  /// Changes to the environment of this process; an empty optional removes the variable.
  std::map<std::string, std::optional<std::string>> env{};
};

/// The lines that a command prints; source::command() and source::shell() make it.
class command_source {
public:
  /// The type of the events.
  using value_type = std::string;

  /// Describes a command.
  /// @param argv the program and its arguments
  /// @param name what messages call the command
  /// @param options how it is run
  command_source(std::vector<std::string> argv, std::string name, command_options options);

  /// Returns a reader that runs the command.
  [[nodiscard]] line_reader open() const;

private:
  std::vector<std::string> argv_;
  std::string name_;
  command_options options_;
};

namespace source {

/// Emits the lines that a program writes to its standard output, as it writes them: `argv` is the
/// program, looked up in PATH if it has no slash, and its arguments.
///
///     source::command({"git", "log", "--format=%H"})
///
/// Each reader runs the program once, in a process group of its own and with /dev/null as standard
/// input, and waits for it at the end. Processes that it then leaves behind in its group are
/// killed; all of the group is killed when the reader is destroyed before the end.
///
/// Errors: a line of more than `max_line` bytes is an invalid_data event. After the last line, a
/// program that has not exited with 0 ends the source with failure, which names the status and the
/// last line of its standard error: "`git`: exit 128: fatal: not a git repository". A program that
/// cannot be run ends the source with io: "cannot run `gti`: not found in PATH (/usr/bin:/bin)".
[[nodiscard]] command_source command(std::vector<std::string> argv, command_options options = {});

/// Emits the lines that a text prints which /bin/sh runs, as they are written: `source::shell("zcat
/// *.gz | grep -v '^#'")`. As in the shell, the status of a pipeline is that of its last command.
/// Errors and left-behind processes are treated as source::command() treats them.
[[nodiscard]] command_source shell(std::string text, command_options options = {});

} // namespace source

} // namespace sweet::inline v0_5
