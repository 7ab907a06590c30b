#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <sweet/actors/emit/sources/byte_stream.hpp>
#include <sweet/messages/task_result.hpp>

namespace sweet::inline v0_5 {

/// How bytes are cut into lines.
struct line_options {
  char delimiter = '\n'; ///< ends a line, and is no part of it
  bool crlf = false;     ///< whether a CR before the delimiter or the end is no part of a line
  std::size_t max_line = std::size_t{16} << 20U;     ///< the longest line, in bytes
  std::size_t buffer_size = std::size_t{256} << 10U; ///< how many bytes are read at once
};

/// Reads lines; see source::lines(). The last one need not end with a delimiter; a line that is too
/// long is skipped, and is an error with its number, counted from 1. It holds a buffer and one
/// line. Move-only; one thread at a time uses it.
class line_reader {
public:
  /// Reads from a stream of bytes. For the library.
  line_reader(std::unique_ptr<detail::byte_stream> from, const line_options& options) noexcept;

  /// Returns the next line; an invalid_data error in place of one that is too long; empty at the
  /// end.
  /// @throws task_failure (io) if the stream cannot be opened or read; the error that a command
  /// ends with
  std::optional<task_result<std::string>> next();

  /// Tells whether next() need not read.
  [[nodiscard]] bool is_ready() const noexcept {
    return rest_.find(delimiter_) != std::string_view::npos;
  }

  /// Returns the number of the line that next() has returned last, counted from 1.
  [[nodiscard]] std::uint64_t line() const noexcept { return line_; }

  /// Returns what messages call the stream: the path of a file, or the name of a command.
  [[nodiscard]] const std::string& name() const noexcept { return from_->name(); }

private:
  std::unique_ptr<detail::byte_stream> from_;
  std::string_view rest_; ///< read, but not yet given
  std::uint64_t line_ = 0;
  std::size_t max_line_;
  char delimiter_;
  bool crlf_;
  bool at_end_ = false;
};

} // namespace sweet::inline v0_5
