// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "item_source.hpp"

#include <sweet/actors/emit/sources/byte_stream.hpp>
#include <sweet/actors/emit/sources/child_stream.hpp>
#include <sweet/actors/emit/sources/csv_reader.hpp>
#include <sweet/actors/emit/sources/glob.hpp>
#include <sweet/actors/emit/sources/line_reader.hpp>
#include <sweet/messages/task_failure.hpp>

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "did_you_mean.hpp"
#include "json_fields.hpp"

namespace sweet::command {

static_assert(event_source<item_source>);

namespace {

constexpr std::size_t buffer_size = 256U * 1024U;

// The file of the items. A relative path starts at the folder of the job.
std::string file_of(const job& what) {
  const auto& from = what.each->from;
  return from == "-" ? from : (std::filesystem::path{what.cwd} / from).lexically_normal().string();
}

std::unique_ptr<detail::byte_stream> open_file(const job& what) {
  return detail::read_file(file_of(what), buffer_size);
}

std::unique_ptr<detail::byte_stream> open_command(const job& what, process_spec spec) {
  spec.argv = {"/bin/sh", "-c", what.each->from};
  return std::make_unique<detail::child_stream>(std::move(spec),
                                                fmt::format("`{}`", what.each->from), buffer_size);
}

// A value that no program can be given is an error of the item.
void check_values(each_item& item) {
  for (const auto& value : item.values) {
    if (value.find('\0') != std::string::npos)
      item.problem = "holds a NUL byte, which no argument of a program can";
    else if (value.size() > longest_value)
      item.problem =
          fmt::format("is longer than the {} bytes that an argument may have", longest_value);
  }
}

// Makes an item from an error in place of one: "FILE:LINE: what" is the error of an item named
// FILE:LINE.
each_item failed_item(std::string_view file, const std::string& message) {
  const auto end = message.starts_with(file) ? message.find(": ", file.size()) : std::string::npos;
  if (end == std::string::npos)
    return {.name = std::string{file}, .problem = message};
  return {.name = message.substr(0, end), .problem = message.substr(end + 2)};
}

// -- a text is an item ----------------------------------------------------------------------------

each_item text_item(const job& what, std::string text) {
  each_item item{.name = std::move(text)};
  item.values.assign(what.each->run.fields().size(), item.name);
  check_values(item);
  return item;
}

class items_of_lines final : public item_reader {
public:
  items_of_lines(const job& what, std::unique_ptr<detail::byte_stream> from)
      : what_(what), lines_(std::move(from), {.max_line = longest_value}) {}

  std::optional<each_item> next() override {
    auto line = lines_.next();
    if (!line)
      return std::nullopt;
    if (line->is_err())
      return failed_item(lines_.name(), line->error().message());
    return text_item(what_, std::move(*line).value());
  }

  [[nodiscard]] bool is_ready() const override { return lines_.is_ready(); }

private:
  const job& what_;
  line_reader lines_;
};

// A pattern is relative to the folder of the job, and so are the paths that match.
class items_of_pattern final : public item_reader {
public:
  explicit items_of_pattern(const job& what)
      : what_(what), prefix_(prefix_of(what)),
        paths_(source::glob(escaped(prefix_) + what.each->from).open()) {}

  std::optional<each_item> next() override {
    auto path = paths_.next();
    if (!path)
      return std::nullopt;
    if (path->is_err())
      return each_item{.name = what_.each->from, .problem = path->error().message()};
    return text_item(what_, path->value().string().substr(prefix_.size()));
  }

  [[nodiscard]] bool is_ready() const override { return true; }

private:
  static std::string prefix_of(const job& what) {
    const auto folder = std::filesystem::path{what.cwd}.lexically_normal().string();
    if (what.each->from.front() == '/' || folder == ".")
      return {};
    return folder.ends_with('/') ? folder : folder + "/";
  }

  static std::string escaped(std::string_view path) {
    std::string result;
    for (const char c : path) {
      if (std::string_view{"*?[\\"}.find(c) != std::string_view::npos)
        result += '\\';
      result += c;
    }
    return result;
  }

  const job& what_;
  std::string prefix_;
  glob_reader paths_;
};

// -- a row is an item -----------------------------------------------------------------------------

class items_of_csv final : public item_reader {
public:
  items_of_csv(const job& what)
      : what_(what), rows_(open_file(what), {.buffer_size = buffer_size}) {}

  std::optional<each_item> next() override {
    const auto row = rows_.next();
    if (!row)
      return std::nullopt;
    if (row->is_err())
      return failed_item(name(), row->error().message());
    const auto& columns = row->value();
    if (!known_)
      look_up(columns);
    each_item item{.name = fmt::format("{}:{}", name(), columns.line())};
    for (const auto place : places_)
      item.values.emplace_back(columns[place]);
    check_values(item);
    return item;
  }

  [[nodiscard]] bool is_ready() const override { return rows_.is_ready(); }

private:
  [[nodiscard]] std::string name() const {
    return what_.each->from == "-" ? "standard input" : file_of(what_);
  }

  void look_up(const csv_row& row) {
    known_ = true;
    for (const auto& field : what_.each->run.fields()) {
      const auto place = row.column(field);
      if (!place)
        fail(field, row.header());
      places_.push_back(*place);
    }
  }

  [[noreturn]] void fail(const std::string& field, const csv_header& header) const {
    const std::vector<std::string_view> names{header.begin(), header.end()};
    auto hint = did_you_mean(field, names);
    if (hint.empty())
      hint = fmt::format("; known are {}", fmt::join(names, ", "));
    throw task_failure{
        task_error{error_code::invalid_data,
                   fmt::format("{} has no column `{}`{}; for a brace in `run` write `{{{{`", name(),
                               field, hint)}};
  }

  const job& what_;
  csv_reader rows_;
  std::vector<std::size_t> places_;
  bool known_ = false;
};

class items_of_json final : public item_reader {
public:
  items_of_json(const job& what)
      : what_(what), lines_(open_file(what), {.buffer_size = buffer_size}) {}

  std::optional<each_item> next() override {
    for (;;) {
      const auto line = lines_.next();
      if (!line)
        return std::nullopt;
      if (line->is_err())
        return failed_item(lines_.name(), line->error().message());
      const auto& text = line->value();
      const auto begin = text.find_first_not_of(blanks);
      if (begin == std::string::npos)
        continue;
      return read(std::string_view{text}.substr(begin, text.find_last_not_of(blanks) + 1 - begin));
    }
  }

  [[nodiscard]] bool is_ready() const override { return lines_.is_ready(); }

private:
  static constexpr const char* blanks = " \t\r";

  [[nodiscard]] each_item read(std::string_view text) const {
    auto fields = read_json_fields(text, what_.each->run.fields());
    each_item item{fmt::format("{}:{}", lines_.name(), lines_.line()), std::move(fields.values),
                   std::move(fields.problem)};
    if (item.problem.empty())
      check_values(item);
    return item;
  }

  const job& what_;
  line_reader lines_;
};

} // namespace

std::unique_ptr<item_reader> open_items(const job& what, const process_spec& common) {
  switch (what.each->origin) {
    case item_origin::glob: return std::make_unique<items_of_pattern>(what);
    case item_origin::csv: return std::make_unique<items_of_csv>(what);
    case item_origin::ndjson: return std::make_unique<items_of_json>(what);
    case item_origin::command:
      return std::make_unique<items_of_lines>(what, open_command(what, common));
    case item_origin::lines: break;
  }
  return std::make_unique<items_of_lines>(what, open_file(what));
}

item_source::reader::reader(const item_source& from)
    : items_(open_items(*from.what_, *from.common_)), at_end_(from.at_end_) {}

std::optional<task_result<each_item>> item_source::reader::next() {
  if (auto item = items_->next()) {
    ++count_;
    return task_result<each_item>{*std::move(item)};
  }
  at_end_(count_);
  return std::nullopt;
}

} // namespace sweet::command
