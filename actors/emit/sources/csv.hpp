#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <string>

#include <sweet/actors/emit/event_source.hpp>
#include <sweet/actors/emit/sources/csv_reader.hpp>

namespace sweet::inline v0_5 {

/// The rows of a CSV file; source::csv() makes it.
class csv_source {
public:
  /// The type of the events.
  using value_type = csv_row;

  /// Describes a file; see source::csv().
  csv_source(std::string path, csv_options options);

  /// Returns a reader that opens the file.
  [[nodiscard]] csv_reader open() const;

private:
  std::string path_;
  csv_options options_;
};

namespace source {

/// Emits the rows of a CSV file, however large, by the rules of RFC 4180; "-" is standard input.
///
///     source::csv("people.csv")                       // row["name"], row[0], row.line()
///     source::csv("people.csv", {.separator = ';'})
///
/// A field in quotes may hold separators, line breaks, and quotes, which are doubled there; in a
/// field that does not begin with a quote, a quote is text. Lines end with `\n` or `\r\n`; the last
/// one may end with the file; a file whose lines all end with `\r` alone is refused. A byte order
/// mark at the begin is skipped, and so are empty lines. All other bytes are allowed.
///
/// Errors: each of these is an invalid_data event in place of its row, and the source goes on
/// behind the row:
///
///     people.csv:17: 5 fields, the header has 6
///     people.csv:18: text after the closing quote of field 2
///     people.csv:19: the row is longer than 16777216 bytes
///     people.csv:20: the quote that opens here is never closed; the rest of the file is lost
///
/// Without a header rows may be of different sizes. An error in the header ends the source, and so
/// does, with io, a file that cannot be opened or read: "people.csv: Permission denied".
///
/// @param path relative to the working directory of the process
/// @param options how the file is written
/// @throws std::invalid_argument if separator, quote and line breaks are not all different
[[nodiscard]] csv_source csv(std::string path, csv_options options = {});

} // namespace source

} // namespace sweet::inline v0_5
