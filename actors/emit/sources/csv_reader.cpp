// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/sources/csv_reader.hpp>

#include <algorithm>
#include <utility>

#include <sweet/messages/task_failure.hpp>

namespace sweet::inline v0_5 {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// The longest row whose positions the ends of fields can hold.
constexpr std::size_t most_in_a_row = std::size_t{1} << 30U;

std::string number_of_fields(std::size_t n) {
  return std::to_string(n) + (n == 1 ? " field" : " fields");
}

} // namespace

csv_reader::csv_reader(std::unique_ptr<detail::byte_stream> from,
                       const csv_options& options) noexcept
    : from_(std::move(from)), options_(options) {
  options_.max_row = std::min(options_.max_row, most_in_a_row);
}

std::optional<task_result<csv_row>> csv_reader::next() {
  if (options_.header && !header_)
    read_header();
  do {
    if (!read_record())
      return std::nullopt;
  } while (is_empty_line());
  if (!problem_ && header_ && ends_.size() != header_->size())
    refuse(first_line_,
           number_of_fields(ends_.size()) + ", the header has " + std::to_string(header_->size()));
  if (problem_)
    return std::exchange(problem_, {});
  return std::optional<task_result<csv_row>>{std::in_place, std::in_place, text_,
                                             ends_,         first_line_,   header_};
}

void csv_reader::read_header() {
  csv_header names;
  bool found = read_record();
  while (found && is_empty_line())
    found = read_record();
  // The whole file has no line feed: it would be a header without rows.
  if (found && at_end_ && rest_.empty() && line_ == 1 && text_.find('\r') != std::string::npos)
    refuse(line_, "the lines end with carriage returns alone; convert them to \"\\n\"");
  if (problem_)
    throw task_failure{std::exchange(problem_, {})};
  const csv_row row{text_, ends_, first_line_, nullptr};
  names.reserve(row.size());
  for (std::size_t i = 0; found && i < row.size(); ++i)
    names.emplace_back(row[i]);
  header_ = std::make_shared<const csv_header>(std::move(names));
}

// Reads a record. @returns false if there is none
bool csv_reader::read_record() {
  text_.clear();
  ends_.clear();
  has_quotes_ = false;
  first_line_ = line_;
  if (place_ == place::end_of_record)
    place_ = place::field;
  while (place_ != place::end_of_record) {
    if (rest_.empty() && !at_end_) {
      rest_ = from_->read();
      at_end_ = rest_.empty();
    }
    if (rest_.empty())
      return end_file();
    switch (place_) {
      case place::mark: read_mark(); break;
      case place::field: read_field(); break;
      case place::plain: read_plain(); break;
      case place::quoted: read_quoted(); break;
      case place::quote: read_quote(); break;
      case place::closed: read_closed(); break;
      case place::carriage: read_carriage(); break;
      case place::end_of_record: break;
    }
  }
  return true;
}

// A row of one empty field is written as two quotes, so this is no row.
bool csv_reader::is_empty_line() const noexcept {
  return !problem_ && !has_quotes_ && ends_.size() == 1 && text_.empty();
}

void csv_reader::read_mark() {
  if (rest_.front() == byte_order_mark[mark_]) {
    rest_.remove_prefix(1);
    if (++mark_ == byte_order_mark.size())
      place_ = place::field;
  } else {
    append(byte_order_mark.substr(0, mark_));
    place_ = mark_ == 0 ? place::field : place::plain;
  }
}

void csv_reader::read_field() {
  if (rest_.front() == options_.quote) {
    rest_.remove_prefix(1);
    has_quotes_ = true;
    quote_line_ = line_;
    place_ = place::quoted;
  } else if (is_dropped(rest_.front())) {
    rest_.remove_prefix(1);
  } else {
    place_ = place::plain;
    read_plain();
  }
}

void csv_reader::read_plain() {
  const char* const begin = rest_.data();
  const char* const end = begin + rest_.size();
  const char separator = options_.separator;
  const char* at = begin;
  while (at != end && *at != separator && *at != '\n')
    ++at;
  append({begin, at});
  rest_.remove_prefix(static_cast<std::size_t>(at - begin));
  if (!rest_.empty())
    take_end_of_field();
}

void csv_reader::read_quoted() {
  const auto end = rest_.find(options_.quote);
  const auto piece = rest_.substr(0, end);
  line_ += static_cast<std::uint64_t>(std::count(piece.begin(), piece.end(), '\n'));
  append(piece);
  rest_.remove_prefix(piece.size());
  if (end != std::string_view::npos) {
    rest_.remove_prefix(1);
    place_ = place::quote;
  }
}

void csv_reader::read_quote() {
  if (rest_.front() == options_.quote) {
    append(rest_.substr(0, 1));
    rest_.remove_prefix(1);
    place_ = place::quoted;
  } else {
    read_closed();
  }
}

void csv_reader::read_closed() {
  place_ = place::closed;
  if (take_end_of_field())
    return;
  if (rest_.front() == '\r')
    place_ = place::carriage;
  else if (!is_dropped(rest_.front()))
    return refuse_text_after_quote();
  rest_.remove_prefix(1);
}

void csv_reader::read_carriage() {
  if (rest_.front() != '\n')
    return refuse_text_after_quote();
  take_end_of_field();
}

// Goes on with the record, so that the begin of the next one is found.
void csv_reader::refuse_text_after_quote() {
  refuse(line_, "text after the closing quote of field " + std::to_string(ends_.size() + 1));
  place_ = place::plain;
}

// Takes a separator or the end of the line, if one is next.
bool csv_reader::take_end_of_field() {
  if (rest_.front() == options_.separator) {
    end_field();
    place_ = place::field;
  } else if (rest_.front() == '\n') {
    end_record();
    ++line_;
  } else {
    return false;
  }
  rest_.remove_prefix(1);
  return true;
}

void csv_reader::append(std::string_view piece) {
  if (problem_)
    return;
  text_ += piece;
  if (is_too_long())
    refuse_too_long();
}

void csv_reader::end_field() {
  if (problem_)
    return;
  if (place_ == place::plain && options_.trim) {
    const auto begin = ends_.empty() ? 0 : ends_.back();
    while (text_.size() > begin && is_dropped(text_.back()))
      text_.pop_back();
  }
  ends_.push_back(static_cast<std::uint32_t>(text_.size()));
  if (is_too_long())
    refuse_too_long();
}

// A row has one separator less than it has ends of fields.
bool csv_reader::is_too_long() const noexcept {
  return text_.size() + ends_.size() > options_.max_row + 1;
}

void csv_reader::refuse_too_long() {
  refuse(first_line_, "the row is longer than " + std::to_string(options_.max_row) + " bytes");
}

void csv_reader::end_record() {
  const auto begin = ends_.empty() ? 0 : ends_.back();
  if (place_ == place::plain && text_.size() > begin && text_.back() == '\r')
    text_.pop_back();
  end_field();
  place_ = place::end_of_record;
}

// Ends the record that ends with the file. @returns false if there is none
bool csv_reader::end_file() {
  if (place_ == place::mark)
    append(byte_order_mark.substr(0, mark_));
  if (place_ == place::quoted)
    refuse(quote_line_, "the quote that opens here is never closed; the rest of the file is lost");
  const auto nothing = (place_ == place::field || place_ == place::mark) && ends_.empty() &&
                       text_.empty() && !problem_;
  if (!nothing)
    end_record();
  return !nothing;
}

void csv_reader::refuse(std::uint64_t line, std::string_view why) {
  if (!problem_)
    problem_ = detail::line_error(from_->name(), line, why);
  text_.clear();
  ends_.clear();
}

bool csv_reader::is_dropped(char c) const noexcept {
  return options_.trim && (c == ' ' || c == '\t') && c != options_.separator;
}

} // namespace sweet::inline v0_5
