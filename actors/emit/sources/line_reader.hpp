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

namespace sweet {

/// How bytes are cut into lines.
struct line_options {
  char delimiter = '\n'; ///< ends a line, and is no part of it
  bool crlf = false;     ///< whether a '\r' before the delimiter or the end is no part of a line
  std::size_t max_line = std::size_t{16} << 20U;     ///< in bytes; a longer one is an error
  std::size_t buffer_size = std::size_t{256} << 10U; ///< how much is read at once, in bytes
};

/// Reads lines. The last one need not end with a delimiter; a line that is too long is an error
/// with its number, counted from 1, and skipped.
///
/// Holds a buffer and one line. Moves only; used by one thread at a time.
class line_reader {
public:
  line_reader(std::unique_ptr<detail::byte_stream> from, const line_options& options) noexcept;

  /// The next line; an invalid_data error in place of one that is too long; nothing at the end.
  /// @throws task_failure (io) if what the lines are in cannot be opened or read, and what it says
  /// itself at its end
  std::optional<task_result<std::string>> next();

  /// Whether next() need not read.
  [[nodiscard]] bool is_ready() const noexcept {
    return rest_.find(delimiter_) != std::string_view::npos;
  }

  /// The number of the line that next() gave last, counted from 1.
  [[nodiscard]] std::uint64_t line() const noexcept { return line_; }

  /// What messages call that which is read.
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

} // namespace sweet
