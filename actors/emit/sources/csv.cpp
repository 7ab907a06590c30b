// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/sources/csv.hpp>

#include <stdexcept>
#include <utility>

namespace sweet::inline v0_5 {

static_assert(event_source<csv_source>);

namespace {

bool breaks_lines(char c) {
  return c == '\n' || c == '\r';
}

} // namespace

csv_source::csv_source(std::string path, csv_options options)
    : path_(std::move(path)), options_(options) {
  if (options_.separator == options_.quote || breaks_lines(options_.separator) ||
      breaks_lines(options_.quote))
    throw std::invalid_argument{"csv: separator, quote and line breaks have to be different"};
}

csv_reader csv_source::open() const {
  return {detail::read_file(path_, options_.buffer_size), options_};
}

csv_source source::csv(std::string path, csv_options options) {
  return {std::move(path), options};
}

} // namespace sweet::inline v0_5
