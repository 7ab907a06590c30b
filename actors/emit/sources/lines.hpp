#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <string>

#include <sweet/actors/emit/event_source.hpp>
#include <sweet/actors/emit/sources/line_reader.hpp>

namespace sweet::inline v0_5 {

/// The lines of a file; source::lines() makes it.
class lines_source {
public:
  /// The type of the events.
  using value_type = std::string;

  /// Describes a file; see source::lines().
  lines_source(std::string path, line_options options);

  /// Returns a reader that opens the file.
  [[nodiscard]] line_reader open() const;

private:
  std::string path_;
  line_options options_;
};

namespace source {

/// Emits the lines of a text file, however large; "-" is standard input. All bytes are allowed.
///
/// Errors: a line of more than `max_line` bytes is an invalid_data event, "log.txt:17: the line is
/// longer than 16777216 bytes". A file that cannot be opened or read ends the source with io,
/// "log.txt: No such file or directory".
///
/// @param path relative to the working directory of the process
/// @param options how the file is cut into lines
[[nodiscard]] lines_source lines(std::string path, line_options options = {});

} // namespace source

} // namespace sweet::inline v0_5
