// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/sqlite/sqlite_source.hpp>

#include <system_error>

#include <sqlite3.h>

#include <sweet/actors/task/check_not_cancelled.hpp>
#include <sweet/messages/task_failure.hpp>

namespace sweet::inline v0_5 {

static_assert(event_source<sqlite_source>);

namespace {

constexpr int patience_ms = 5000;
/// How many instructions of SQLite's virtual machine run between two checks for a cancellation.
constexpr int steps_between_checks = 10'000;

error_code kind_of(int code) {
  switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return error_code::timeout;
    case SQLITE_NOMEM:
    case SQLITE_TOOBIG: return error_code::resource_limit;
    case SQLITE_ERROR:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_READONLY: return error_code::invalid_data;
    default: return error_code::io;
  }
}

} // namespace

void detail::sqlite_close::operator()(sqlite3* database) const noexcept {
  ::sqlite3_close_v2(database);
}

void detail::sqlite_close::operator()(sqlite3_stmt* statement) const noexcept {
  ::sqlite3_finalize(statement);
}

sqlite_reader::sqlite_reader(std::shared_ptr<const detail::sqlite_query> query) noexcept
    : query_(std::move(query)) {}

std::optional<task_result<sqlite_row>> sqlite_reader::next() {
  if (!database_)
    open();
  if (!statement_)
    return std::nullopt;
  // Checked before each row, too: a query may look at many rows and find none.
  detail::check_not_cancelled();
  const int code = ::sqlite3_step(statement_.get());
  if (code == SQLITE_INTERRUPT)
    detail::check_not_cancelled();
  if (code == SQLITE_DONE) {
    statement_.reset();
    return std::nullopt;
  }
  if (code != SQLITE_ROW)
    fail(code);
  std::vector<sqlite_value> values;
  values.reserve(columns_->size());
  for (int i = 0; i < static_cast<int>(columns_->size()); ++i)
    values.push_back(column(i));
  return std::optional<task_result<sqlite_row>>{std::in_place, std::in_place, std::move(values),
                                                columns_};
}

void sqlite_reader::open() {
  sqlite3* database = nullptr;
  int code = ::sqlite3_open_v2(query_->database.c_str(), &database,
                               SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nullptr);
  database_.reset(database);
  if (code != SQLITE_OK)
    fail(code);
  ::sqlite3_busy_timeout(database, patience_ms);
  ::sqlite3_progress_handler(
      database, steps_between_checks, [](void*) { return detail::is_task_cancelled() ? 1 : 0; },
      nullptr);

  const auto& text = query_->text;
  const char* rest = text.c_str();
  const char* const end = rest + text.size();
  // Behind the last statement there may be more semicolons, blanks and comments.
  for (const char* begin = nullptr; rest != end && rest != begin;) {
    begin = rest;
    sqlite3_stmt* statement = nullptr;
    code = ::sqlite3_prepare_v2(database, begin, static_cast<int>(end - begin), &statement, &rest);
    decltype(statement_) made{statement};
    if (code != SQLITE_OK)
      fail(code);
    if (made && statement_)
      refuse("there is more than one statement in the query");
    if (made)
      statement_ = std::move(made);
  }
  if (!statement_)
    refuse("there is no statement in the query");

  auto* statement = statement_.get();
  const auto wanted = static_cast<std::size_t>(::sqlite3_bind_parameter_count(statement));
  if (wanted != query_->parameters.size())
    refuse("parameters for the query: " + std::to_string(query_->parameters.size()) +
           ", it wants " + std::to_string(wanted));
  int position = 0;
  for (const auto& value : query_->parameters)
    bind(++position, value);
  sqlite_row::names columns;
  for (int i = 0; i < ::sqlite3_column_count(statement); ++i)
    columns.emplace_back(::sqlite3_column_name(statement, i));
  columns_ = std::make_shared<const sqlite_row::names>(std::move(columns));
}

// The parameters outlive the statement.
void sqlite_reader::bind(int position, const sqlite_value& value) {
  auto* to = statement_.get();
  int code = SQLITE_OK;
  if (const auto* integer = std::get_if<std::int64_t>(&value))
    code = ::sqlite3_bind_int64(to, position, *integer);
  else if (const auto* number = std::get_if<double>(&value))
    code = ::sqlite3_bind_double(to, position, *number);
  else if (const auto* text = std::get_if<std::string>(&value))
    code =
        ::sqlite3_bind_text64(to, position, text->data(), text->size(), SQLITE_STATIC, SQLITE_UTF8);
  else if (const auto* blob = std::get_if<sqlite_blob>(&value))
    code = blob->empty()
               ? ::sqlite3_bind_zeroblob(to, position, 0)
               : ::sqlite3_bind_blob64(to, position, blob->data(), blob->size(), SQLITE_STATIC);
  if (code != SQLITE_OK)
    fail(code);
}

sqlite_value sqlite_reader::column(int position) const {
  auto* from = statement_.get();
  const auto type = ::sqlite3_column_type(from, position);
  switch (type) {
    case SQLITE_INTEGER: return static_cast<std::int64_t>(::sqlite3_column_int64(from, position));
    case SQLITE_FLOAT: return ::sqlite3_column_double(from, position);
    case SQLITE_NULL: return nullptr;
    default: break;
  }
  // A text may be kept in UTF-16: ask for its size only after this has converted it to UTF-8.
  const auto* bytes =
      type == SQLITE_BLOB
          ? static_cast<const std::byte*>(::sqlite3_column_blob(from, position))
          : reinterpret_cast<const std::byte*>(::sqlite3_column_text(from, position));
  const auto size = static_cast<std::size_t>(::sqlite3_column_bytes(from, position));
  if (bytes == nullptr && ::sqlite3_errcode(database_.get()) == SQLITE_NOMEM)
    fail(SQLITE_NOMEM);
  if (type == SQLITE_BLOB)
    return sqlite_blob(bytes, bytes + size);
  return size == 0 ? std::string{} : std::string(reinterpret_cast<const char*>(bytes), size);
}

void sqlite_reader::fail(int code) const {
  const auto kind = kind_of(code);
  auto message = query_->database + ": ";
  message += database_ ? ::sqlite3_errmsg(database_.get()) : ::sqlite3_errstr(code);
  if (const int error = kind == error_code::io ? ::sqlite3_system_errno(database_.get()) : 0)
    message += ": " + std::generic_category().message(error);
  throw task_failure{task_error{kind, std::move(message)}};
}

void sqlite_reader::refuse(const std::string& why) const {
  throw task_failure{task_error{error_code::invalid_data, query_->database + ": " + why}};
}

sqlite_source::sqlite_source(detail::sqlite_query query)
    : query_(std::make_shared<const detail::sqlite_query>(std::move(query))) {}

sqlite_reader sqlite_source::open() const {
  return sqlite_reader{query_};
}

} // namespace sweet::inline v0_5
