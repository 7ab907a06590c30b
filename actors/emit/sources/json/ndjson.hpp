#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include <sweet/actors/emit/event_source.hpp>
#include <sweet/actors/emit/sources/line_reader.hpp>

namespace sweet::inline v0_5 {

/// Reads the values of a file of JSON lines; see source::ndjson(). It holds a buffer and one line.
/// Move-only; one thread at a time uses it.
class ndjson_reader {
public:
  /// Reads values from lines.
  explicit ndjson_reader(line_reader lines) noexcept;

  /// Returns the next value; an invalid_data error in place of a line that is no JSON text; empty
  /// at the end.
  /// @throws task_failure (io) if the file cannot be opened or read
  std::optional<task_result<nlohmann::json>> next();

private:
  line_reader lines_;
};

/// The values of a file of JSON lines; source::ndjson() makes it.
class ndjson_source {
public:
  /// The type of the events.
  using value_type = nlohmann::json;

  /// Describes a file; see source::ndjson().
  ndjson_source(std::string path, line_options options);

  /// Returns a reader that opens the file.
  [[nodiscard]] ndjson_reader open() const;

private:
  std::string path_;
  line_options options_;
};

namespace source {

/// Emits the values of a file that holds a JSON text on each line, however large; "-" is standard
/// input. Blank lines are skipped. Link `sweet::json`.
///
/// Errors: a line that is no JSON text, or longer than `max_line` bytes, is an invalid_data event,
/// "events.ndjson:17: column 9: syntax error while parsing ...". A file that cannot be opened or
/// read ends the source with io, "events.ndjson: No such file or directory".
///
/// @param path relative to the working directory of the process
/// @param options how the file is cut into lines
[[nodiscard]] ndjson_source ndjson(std::string path, line_options options = {});

} // namespace source

} // namespace sweet::inline v0_5
