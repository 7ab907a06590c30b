// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/json/ndjson.hpp>

#include <string_view>
#include <utility>

#include <sweet/actors/emit/sources/byte_stream.hpp>

namespace sweet::inline v0_5 {

static_assert(event_source<ndjson_source>);

namespace {

// How much is kept of the parser's message, which may quote the line.
constexpr std::size_t longest_reason = 200;

// The parser's message without its prefix and without the line number, which is always 1.
std::string_view reason(std::string_view what) {
  for (const std::string_view before : {"] ", "parse error at line 1, "})
    if (const auto at = what.find(before); at != std::string_view::npos)
      what.remove_prefix(at + before.size());
  return what.substr(0, longest_reason);
}

} // namespace

ndjson_reader::ndjson_reader(line_reader lines) noexcept : lines_(std::move(lines)) {}

std::optional<task_result<nlohmann::json>> ndjson_reader::next() {
  while (auto line = lines_.next()) {
    if (line->is_err())
      return line->error();
    const auto& text = line->value();
    if (text.find_first_not_of(" \t\r") == std::string::npos)
      continue;
    try {
      return std::optional<task_result<nlohmann::json>>{std::in_place, std::in_place,
                                                        nlohmann::json::parse(text)};
    } catch (const nlohmann::json::exception& e) {
      return detail::line_error(lines_.name(), lines_.line(), reason(e.what()));
    }
  }
  return std::nullopt;
}

ndjson_source::ndjson_source(std::string path, line_options options)
    : path_(std::move(path)), options_(options) {}

ndjson_reader ndjson_source::open() const {
  return ndjson_reader{line_reader{detail::read_file(path_, options_.buffer_size), options_}};
}

ndjson_source source::ndjson(std::string path, line_options options) {
  return {std::move(path), options};
}

} // namespace sweet::inline v0_5
