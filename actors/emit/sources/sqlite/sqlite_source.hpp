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
#include <type_traits>
#include <utility>
#include <vector>

#include <sweet/actors/emit/event_source.hpp>
#include <sweet/sqlite/sqlite_row.hpp>

struct sqlite3;
struct sqlite3_stmt;

namespace sweet::inline v0_5 {

namespace detail {

struct sqlite_close {
  void operator()(sqlite3* database) const noexcept;
  void operator()(sqlite3_stmt* statement) const noexcept;
};

/// A query, its parameters, and the database that it is for.
struct sqlite_query {
  std::string database;
  std::string text;
  std::vector<sqlite_value> parameters;
};

/// Makes a parameter of a query from a C++ value.
template <class T>
sqlite_value sqlite_parameter(T&& x) {
  using plain = std::remove_cvref_t<T>;
  if constexpr (std::same_as<plain, std::nullptr_t> || std::same_as<plain, std::nullopt_t>)
    return nullptr;
  else if constexpr (is_optional_column<plain>)
    return x ? sqlite_parameter(*std::forward<T>(x)) : sqlite_value{nullptr};
  else if constexpr (std::integral<plain>)
    return static_cast<std::int64_t>(x);
  else if constexpr (std::floating_point<plain>)
    return static_cast<double>(x);
  else if constexpr (std::same_as<plain, sqlite_blob> || std::same_as<plain, sqlite_value>)
    return std::forward<T>(x);
  else
    return std::string{std::forward<T>(x)};
}

} // namespace detail

/// A type that can be bound to a parameter of a query: integers up to 64 bits with a sign, floating
/// point numbers, texts, a sqlite_blob, nullptr or std::nullopt, std::optional of these, a
/// sqlite_value.
template <class T>
concept sqlite_parameter_type =
    (std::integral<std::remove_cvref_t<T>> &&
     !std::same_as<std::remove_cvref_t<T>, std::uint64_t>) ||
    std::floating_point<std::remove_cvref_t<T>> || std::constructible_from<std::string, T> ||
    std::same_as<std::remove_cvref_t<T>, sqlite_blob> ||
    std::same_as<std::remove_cvref_t<T>, sqlite_value> ||
    std::same_as<std::remove_cvref_t<T>, std::nullopt_t> ||
    std::same_as<std::remove_cvref_t<T>, std::nullptr_t> ||
    detail::is_optional_column<std::remove_cvref_t<T>>;

/// Reads the rows of the result of a query; see source::sqlite(). It holds a connection and one
/// row. Move-only; one thread at a time uses it.
class sqlite_reader {
public:
  /// Reads the result of a query. For the library: sqlite_source::open() calls it.
  explicit sqlite_reader(std::shared_ptr<const detail::sqlite_query> query) noexcept;

  /// Returns the next row; empty at the end.
  /// @throws task_failure for the errors that source::sqlite() names
  std::optional<task_result<sqlite_row>> next();

private:
  void open();
  void bind(int position, const sqlite_value& value);
  [[nodiscard]] sqlite_value column(int position) const;
  [[noreturn]] void fail(int code) const;
  [[noreturn]] void refuse(const std::string& why) const;

  std::shared_ptr<const detail::sqlite_query> query_;
  std::unique_ptr<sqlite3, detail::sqlite_close> database_;
  std::unique_ptr<sqlite3_stmt, detail::sqlite_close> statement_; ///< null behind the end, too
  std::shared_ptr<const sqlite_row::names> columns_;
};

/// The rows of the result of a query; source::sqlite() makes it.
class sqlite_source {
public:
  /// The type of the events.
  using value_type = sqlite_row;

  /// Describes a query; see source::sqlite().
  explicit sqlite_source(detail::sqlite_query query);

  /// Returns a reader that opens the database.
  [[nodiscard]] sqlite_reader open() const;

private:
  std::shared_ptr<const detail::sqlite_query> query_;
};

namespace source {

/// Emits the rows of the result of one query to an SQLite database, which is opened for reading
/// only. Link `sweet::sqlite`.
///
///     source::sqlite("people.db", "select name, age from people where age > ?", 17)
///
/// Rows are read as they are asked for, all from the state of the database in which the first one
/// was read. Until the reader is destroyed or at its end, writers wait, or the log of a database in
/// WAL mode grows.
///
/// Errors end the source: io if the database cannot be opened or read, "people.db: unable to open
/// database file: No such file or directory"; invalid_data if it is no database, or the query is no
/// single statement that reads, or has another number of parameters; timeout if a writer has locked
/// it for 5 seconds; resource_limit if memory is short.
///
/// @param database a path, relative to the working directory of the process
/// @param query one statement that reads
/// @param parameters for the `?` of the query, in their order
template <sqlite_parameter_type... Parameters>
[[nodiscard]] sqlite_source sqlite(std::string database, std::string query,
                                   Parameters&&... parameters) {
  return sqlite_source{{std::move(database),
                        std::move(query),
                        {detail::sqlite_parameter(std::forward<Parameters>(parameters))...}}};
}

} // namespace source

} // namespace sweet::inline v0_5
