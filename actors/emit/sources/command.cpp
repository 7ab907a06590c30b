// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/sources/command.hpp>

#include <memory>
#include <utility>

#include <sweet/actors/emit/sources/child_stream.hpp>

namespace sweet::inline v0_5 {

static_assert(event_source<command_source>);

command_source::command_source(std::vector<std::string> argv, std::string name,
                               command_options options)
    : argv_(std::move(argv)), name_(std::move(name)), options_(std::move(options)) {}

line_reader command_source::open() const {
  process_spec spec{.argv = argv_, .env = options_.env, .cwd = options_.cwd};
  return {
      std::make_unique<detail::child_stream>(std::move(spec), name_, options_.lines.buffer_size),
      options_.lines};
}

command_source source::command(std::vector<std::string> argv, command_options options) {
  auto name = "`" + (argv.empty() ? std::string{} : argv.front()) + "`";
  return {std::move(argv), std::move(name), std::move(options)};
}

command_source source::shell(std::string text, command_options options) {
  auto name = "`" + text + "`";
  return {{"/bin/sh", "-c", std::move(text)}, std::move(name), std::move(options)};
}

} // namespace sweet::inline v0_5
