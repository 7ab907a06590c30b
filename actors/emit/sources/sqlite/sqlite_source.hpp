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

namespace sweet {

namespace detail {

struct sqlite_close {
  void operator()(sqlite3* database) const noexcept;
  void operator()(sqlite3_stmt* statement) const noexcept;
};

/// What is asked of a database.
struct sqlite_query {
  std::string database;
  std::string text;
  std::vector<sqlite_value> parameters;
};

/// A parameter of a query, from what stands for it in C++.
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

/// What can be bound to a parameter of a query: integers up to 64 bits with a sign, floating point
/// numbers, texts, a sqlite_blob, nullptr or std::nullopt, std::optional of these, a sqlite_value.
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

/// Reads the rows of a query's result; see source::sqlite().
///
/// Holds a connection and one row. Moves only; used by one thread at a time.
class sqlite_reader {
public:
  explicit sqlite_reader(std::shared_ptr<const detail::sqlite_query> query) noexcept;

  /// The next row; nothing at the end.
  /// @throws task_failure as source::sqlite() says
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

/// The rows of a query's result.
class sqlite_source {
public:
  using value_type = sqlite_row;

  explicit sqlite_source(detail::sqlite_query query);

  [[nodiscard]] sqlite_reader open() const;

private:
  std::shared_ptr<const detail::sqlite_query> query_;
};

namespace source {

/// The rows of the result of one query to an SQLite database, which is opened for reading only;
/// `parameters` are for the `?` of the query, in their order.
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
template <sqlite_parameter_type... Parameters>
[[nodiscard]] sqlite_source sqlite(std::string database, std::string query,
                                   Parameters&&... parameters) {
  return sqlite_source{{std::move(database),
                        std::move(query),
                        {detail::sqlite_parameter(std::forward<Parameters>(parameters))...}}};
}

} // namespace source

} // namespace sweet
