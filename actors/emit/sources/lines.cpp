// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/sources/lines.hpp>

#include <utility>

namespace sweet::inline v0_5 {

static_assert(event_source<lines_source>);

lines_source::lines_source(std::string path, line_options options)
    : path_(std::move(path)), options_(options) {}

line_reader lines_source::open() const {
  return {detail::read_file(path_, options_.buffer_size), options_};
}

lines_source source::lines(std::string path, line_options options) {
  return {std::move(path), options};
}

} // namespace sweet::inline v0_5
