#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sweet/actors/emit/sources/byte_stream.hpp>
#include <sweet/actors/emit/sources/csv_row.hpp>
#include <sweet/messages/task_result.hpp>

namespace sweet::inline v0_5 {

/// How a CSV file is written.
struct csv_options {
  char separator = ','; ///< stands between fields
  char quote = '"';     ///< encloses fields that hold separators, line breaks or quotes
  bool header = true;   ///< whether the first row holds the names of the columns
  bool trim = false;    ///< whether blanks and tabs around a field, outside of quotes, are dropped
  std::size_t max_row = std::size_t{16} << 20U;      ///< the longest row, in bytes, at most 1 GiB
  std::size_t buffer_size = std::size_t{256} << 10U; ///< how many bytes are read at once
};

/// Reads the rows of a CSV file; see source::csv(). It holds a buffer and one row. Move-only; one
/// thread at a time uses it.
class csv_reader {
public:
  /// Reads from a stream of bytes. For the library: csv_source::open() calls it.
  csv_reader(std::unique_ptr<detail::byte_stream> from, const csv_options& options) noexcept;

  /// Returns the next row; an invalid_data error in place of a malformed one; empty at the end.
  /// @throws task_failure: io if the file cannot be opened or read, invalid_data if its header is
  /// malformed
  std::optional<task_result<csv_row>> next();

  /// Tells whether next() need not read, as far as line breaks tell: a line break between quotes
  /// does not end a row.
  [[nodiscard]] bool is_ready() const noexcept {
    return rest_.find('\n') != std::string_view::npos;
  }

private:
  /// Where in a record the next byte is.
  enum class place : std::uint8_t {
    mark,          ///< in what may be a byte order mark, with which a file may begin
    field,         ///< at the begin of a field, or at blanks that are dropped
    plain,         ///< in a field without quotes
    quoted,        ///< between quotes
    quote,         ///< behind a quote between quotes: the last one, or the first of two
    closed,        ///< behind the last quote
    carriage,      ///< behind a '\r' after the last quote
    end_of_record, ///< behind a record
  };

  bool read_record();
  void read_header();
  [[nodiscard]] bool is_empty_line() const noexcept;

  // Each takes a part of rest_, which is not empty, and may change place_.
  void read_mark();
  void read_field();
  void read_plain();
  void read_quoted();
  void read_quote();
  void read_closed();
  void read_carriage();

  void append(std::string_view piece);
  void end_field();
  void end_record();
  bool end_file();
  bool take_end_of_field();
  void refuse_text_after_quote();
  void refuse_too_long();
  void refuse(std::uint64_t line, std::string_view why);
  [[nodiscard]] bool is_too_long() const noexcept;
  [[nodiscard]] bool is_dropped(char c) const noexcept;

  std::unique_ptr<detail::byte_stream> from_;
  csv_options options_;
  std::shared_ptr<const csv_header> header_;
  std::string_view rest_; ///< read, but not looked at
  place place_ = place::mark;
  bool at_end_ = false;          ///< whether there is nothing more to read
  bool has_quotes_ = false;      ///< of the record
  std::size_t mark_ = 0;         ///< bytes of the byte order mark that have come
  std::uint64_t line_ = 1;       ///< of the next byte
  std::uint64_t first_line_ = 1; ///< of the record
  std::uint64_t quote_line_ = 1; ///< of the last quote that opened
  std::string text_;             ///< of the record's fields
  std::vector<std::uint32_t> ends_;
  task_error problem_; ///< the first one of the record
};

} // namespace sweet::inline v0_5
