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

namespace sweet {

/// How a command is run, and its output cut into lines.
struct command_options {
  line_options lines{};
  /// Where it runs; relative to the working directory of the process. Empty: there.
  std::string cwd{};
  /// Changes to the environment of this process; an empty optional removes the variable.
  std::map<std::string, std::optional<std::string>> env{};
};

/// The lines that a command prints.
class command_source {
public:
  using value_type = std::string;

  /// @param name what messages call it
  command_source(std::vector<std::string> argv, std::string name, command_options options);

  [[nodiscard]] line_reader open() const;

private:
  std::vector<std::string> argv_;
  std::string name_;
  command_options options_;
};

namespace source {

/// The lines that a program writes to its standard output, as it writes them: `argv` is the
/// program, looked up in PATH if it has no slash, and its arguments. Each reader runs it once, in a
/// process group of its own and with /dev/null as standard input, and waits for it at the end. What
/// it then leaves behind in its group is killed, and so is all of the group when the reader is
/// destroyed before the end.
///
///     source::command({"git", "log", "--format=%H"})
///
/// Errors: a line of more than `max_line` bytes is an invalid_data event. After the last line, a
/// program that has not exited with 0 ends the source with failure, which names the status and the
/// last line of its standard error: "`git`: exit 128: fatal: not a git repository". One that cannot
/// be run ends it with io: "cannot run `gti`: not found in PATH (/usr/bin:/bin)".
[[nodiscard]] command_source command(std::vector<std::string> argv, command_options options = {});

/// As above, for a text that /bin/sh runs: `source::shell("zcat *.gz | grep -v '^#'")`. As in the
/// shell, the status of a pipeline is that of its last command.
[[nodiscard]] command_source shell(std::string text, command_options options = {});

} // namespace source

} // namespace sweet
