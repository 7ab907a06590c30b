#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sweet::inline v0_5 {

/// The names of the columns of a CSV file, in their order.
using csv_header = std::vector<std::string>;

/// A row of a CSV file: fields, by position and by the name of their column.
///
/// It owns its text; the names are shared between all rows of a file. One allocation holds all
/// fields. As thread safe as a std::string.
class csv_row {
public:
  /// Makes a row without fields.
  csv_row() = default;

  /// Makes a row.
  /// @param text all fields, one after the other
  /// @param ends where in `text` each field ends, not descending; the last is its size
  /// @param line the line of the file on which the row begins, counted from 1
  /// @param header may be null: no column has a name
  csv_row(std::string_view text, std::span<const std::uint32_t> ends, std::uint64_t line,
          std::shared_ptr<const csv_header> header);

  /// Returns the number of fields.
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  /// Returns the field at a position, counted from 0; empty if the row has no such field. Valid as
  /// long as the row is neither changed nor destroyed.
  [[nodiscard]] std::string_view operator[](std::size_t position) const noexcept {
    if (position >= size_)
      return {};
    const auto begin = position == 0 ? 0 : end_of(position - 1);
    return std::string_view{bytes_}.substr(begin, end_of(position) - begin);
  }

  /// Returns the field in the column of that name; empty if there is no such column. Valid as long
  /// as the row is neither changed nor destroyed.
  [[nodiscard]] std::string_view operator[](std::string_view name) const noexcept;

  /// Returns the field at a position, counted from 0. Valid as long as the row is neither changed
  /// nor destroyed.
  /// @throws std::out_of_range if the row has no such field; the message names its line and its
  /// size
  std::string_view at(std::size_t position) const;
  /// Returns the field in the column of that name. Valid as long as the row is neither changed nor
  /// destroyed.
  /// @throws std::out_of_range if there is no such column; the message names the line of the row
  /// and the columns
  std::string_view at(std::string_view name) const;

  /// Returns the position of the column of that name, the first if there are several; empty if
  /// there is none. Compares with one name after the other.
  [[nodiscard]] std::optional<std::size_t> column(std::string_view name) const noexcept;

  /// Returns the names of the columns; none if the file has no header.
  [[nodiscard]] const csv_header& header() const noexcept;

  /// Returns the line of the file on which the row begins, counted from 1. A field may hold line
  /// breaks, so this is not the number of the row.
  [[nodiscard]] std::uint64_t line() const noexcept { return line_; }

private:
  [[nodiscard]] std::uint32_t end_of(std::size_t position) const noexcept {
    std::uint32_t end = 0;
    std::memcpy(&end, bytes_.data() + bytes_.size() - (size_ - position) * sizeof end, sizeof end);
    return end;
  }

  std::string bytes_; ///< the text, and behind it the ends as they lie in memory
  std::size_t size_ = 0;
  std::uint64_t line_ = 0;
  std::shared_ptr<const csv_header> header_;
};

} // namespace sweet::inline v0_5
