#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace sweet::inline v0_5 {

/// Bytes that are no text.
using sqlite_blob = std::vector<std::byte>;

/// The value of a column of SQLite: null, an integer, a number, a text in UTF-8, or bytes.
using sqlite_value = std::variant<std::nullptr_t, std::int64_t, double, std::string, sqlite_blob>;

namespace detail {

template <class T>
inline constexpr bool is_optional_column = false;
template <class T>
inline constexpr bool is_optional_column<std::optional<T>> = true;

} // namespace detail

/// A type that the value of a column can be converted to.
template <class T>
concept sqlite_column_type =
    std::integral<T> || std::floating_point<T> || std::same_as<T, std::string> ||
    std::same_as<T, sqlite_blob> || detail::is_optional_column<T>;

/// A row of the result of a query: values, by position and by the name of their column.
///
/// It owns its values; the names are shared between all rows. As thread safe as a std::vector.
class sqlite_row {
public:
  /// The names of the columns.
  using names = std::vector<std::string>;

  /// Makes a row without columns.
  sqlite_row() = default;

  /// Makes a row.
  /// @param values the values of the columns
  /// @param columns as many names as there are values, or null: no column has a name
  sqlite_row(std::vector<sqlite_value> values, std::shared_ptr<const names> columns) noexcept
      : values_(std::move(values)), columns_(std::move(columns)) {}

  /// Returns the number of columns.
  [[nodiscard]] std::size_t size() const noexcept { return values_.size(); }

  /// Returns the value at a position, counted from 0; null if there is no such column. Valid as
  /// long as the row is neither changed nor destroyed.
  [[nodiscard]] const sqlite_value& operator[](std::size_t position) const noexcept;

  /// Returns the value in the first column of that name; null if there is no such column. Valid as
  /// long as the row is neither changed nor destroyed.
  [[nodiscard]] const sqlite_value& operator[](std::string_view name) const noexcept;

  /// Returns the value at a position, counted from 0. Valid as long as the row is neither changed
  /// nor destroyed.
  /// @throws std::out_of_range if there is no such column; the message names their number
  const sqlite_value& at(std::size_t position) const;
  /// Returns the value in the first column of that name. Valid as long as the row is neither
  /// changed nor destroyed.
  /// @throws std::out_of_range if there is no such column; the message names the columns that there
  /// are
  const sqlite_value& at(std::string_view name) const;

  /// Returns the value at a position as a T. An integer has to fit into the type, and has to be 0
  /// or 1 for bool; a number may be an integer too; a std::optional is empty for null.
  /// @throws std::out_of_range if there is no such column
  /// @throws task_failure (invalid_data) if it holds another type: "column `age` holds a text, not
  /// an integer"
  template <sqlite_column_type T>
  [[nodiscard]] T get(std::size_t position) const {
    return as<T>(at(position), position);
  }
  /// Returns the value in the first column of that name as a T. An integer has to fit into the
  /// type, and has to be 0 or 1 for bool; a number may be an integer too; a std::optional is empty
  /// for null.
  /// @throws std::out_of_range if there is no such column
  /// @throws task_failure (invalid_data) if it holds another type: "column `age` holds a text, not
  /// an integer"
  template <sqlite_column_type T>
  [[nodiscard]] T get(std::string_view name) const {
    const auto& value = at(name);
    return as<T>(value, static_cast<std::size_t>(&value - values_.data()));
  }

  /// Returns the names of the columns.
  [[nodiscard]] const names& columns() const noexcept;

private:
  template <class T>
  T as(const sqlite_value& value, std::size_t position) const {
    if constexpr (detail::is_optional_column<T>) {
      if (std::holds_alternative<std::nullptr_t>(value))
        return std::nullopt;
      return as<typename T::value_type>(value, position);
    } else if constexpr (std::same_as<T, bool>) {
      const auto* integer = std::get_if<std::int64_t>(&value);
      if (integer == nullptr || (*integer != 0 && *integer != 1))
        refuse(position, "0 or 1");
      return *integer == 1;
    } else if constexpr (std::integral<T>) {
      const auto* integer = std::get_if<std::int64_t>(&value);
      if (integer == nullptr || !std::in_range<T>(*integer))
        refuse(position, integer == nullptr ? "an integer" : "an integer of that size");
      return static_cast<T>(*integer);
    } else if constexpr (std::floating_point<T>) {
      if (const auto* integer = std::get_if<std::int64_t>(&value))
        return static_cast<T>(*integer);
      const auto* number = std::get_if<double>(&value);
      if (number == nullptr)
        refuse(position, "a number");
      return static_cast<T>(*number);
    } else {
      const auto* found = std::get_if<T>(&value);
      if (found == nullptr)
        refuse(position, std::same_as<T, std::string> ? "a text" : "a blob");
      return *found;
    }
  }

  [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const noexcept;
  [[noreturn]] void refuse(std::size_t position, std::string_view wanted) const;

  std::vector<sqlite_value> values_;
  std::shared_ptr<const names> columns_;
};

} // namespace sweet::inline v0_5
