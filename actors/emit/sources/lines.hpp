#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <string>

#include <sweet/actors/emit/event_source.hpp>
#include <sweet/actors/emit/sources/line_reader.hpp>

namespace sweet {

/// The lines of a file.
class lines_source {
public:
  using value_type = std::string;

  lines_source(std::string path, line_options options);

  [[nodiscard]] line_reader open() const;

private:
  std::string path_;
  line_options options_;
};

namespace source {

/// The lines of a text file, however large; "-" is standard input. Any bytes will do.
///
/// Errors: a line of more than `max_line` bytes is an invalid_data event,
/// "log.txt:17: the line is longer than 16777216 bytes". A file that cannot be opened or read ends
/// the source with io, "log.txt: No such file or directory".
///
/// @param path relative to the working directory of the process
[[nodiscard]] lines_source lines(std::string path, line_options options = {});

} // namespace source

} // namespace sweet
