// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "job_file_values.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "did_you_mean.hpp"
#include "duration_text.hpp"

namespace sweet::command {

namespace {

std::string list_text(const names& xs) {
  return fmt::format("{}", fmt::join(xs, ", "));
}

} // namespace

text_place place_of(const toml::source_region& region) {
  return {region.begin.line, region.begin.column};
}

text_place place_of(const toml::node& node) {
  return place_of(node.source());
}

std::string_view type_text(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table: return "a table";
    case toml::node_type::array: return "an array";
    case toml::node_type::string: return "a string";
    case toml::node_type::integer: return "an integer";
    case toml::node_type::floating_point: return "a float";
    case toml::node_type::boolean: return "a boolean";
    default: return "a date or time";
  }
}

bool has_nul(std::string_view text) {
  return text.find('\0') != std::string_view::npos;
}

void value_reader::enter(std::string_view kind, std::string_view name) {
  kind_ = kind;
  name_ = name;
  title_ = fmt::format("[{}.{}]", kind, name);
}

void value_reader::unknown_key(const toml::key& key, const toml::node& node, const names& known) {
  auto hint = did_you_mean(key.str(), known);
  if (hint.empty() && node.is_table())
    hint =
        fmt::format(R"(; a name with a dot needs quotes: [{}."{}.{}"])", kind_, name_, key.str());
  if (hint.empty())
    hint = fmt::format("; known are {}", list_text(known));
  errors_.add(place_of(key.source()),
              fmt::format("unknown key `{}` in {}{}", key.str(), title_, hint));
}

void value_reader::wrong_type(const toml::key& key, const toml::node& node,
                              std::string_view must_be) {
  errors_.add(place_of(node), fmt::format("`{}` in {} is {}; it must be {}", key.str(), title_,
                                          type_text(node), must_be));
}

std::optional<placed<std::string>>
value_reader::read_text(const toml::key& key, const toml::node& node, std::string_view what) {
  const auto* text = node.as_string();
  if (!text) {
    wrong_type(key, node, fmt::format("a string, {}", what));
    return std::nullopt;
  }
  if (text->get().empty() || has_nul(text->get())) {
    errors_.add(place_of(node),
                fmt::format("`{}` in {} is {}; it must be {}", key.str(), title_,
                            text->get().empty() ? "empty" : "cut by a NUL character", what));
    return std::nullopt;
  }
  return placed<std::string>{text->get(), place_of(node)};
}

std::optional<std::int64_t> value_reader::read_integer(const toml::key& key, const toml::node& node,
                                                       std::int64_t least, std::int64_t most) {
  const auto* number = node.as_integer();
  if (number && number->get() >= least && number->get() <= most)
    return number->get();
  errors_.add(place_of(node), fmt::format("`{}` in {} must be an integer from {} to {}", key.str(),
                                          title_, least, most));
  return std::nullopt;
}

void value_reader::read_boolean(const toml::key& key, const toml::node& node, bool& to) {
  if (const auto* value = node.as_boolean())
    to = value->get();
  else
    wrong_type(key, node, "true or false");
}

void value_reader::read_duration(const toml::key& key, const toml::node& node,
                                 std::optional<std::chrono::milliseconds>& to) {
  const auto* text = node.as_string();
  if (!text) {
    wrong_type(key, node, R"(a string such as "250ms", "10s", "1m30s" or "2h")");
    return;
  }
  auto duration = parse_duration(text->get());
  if (!duration)
    errors_.add(
        place_of(node),
        fmt::format(
            R"(bad duration "{}" in {}; write for instance "250ms", "10s", "1m30s" or "2h")",
            text->get(), title_));
  else if (duration->count() == 0)
    errors_.add(place_of(node),
                fmt::format("the {} of {} is zero; remove it if there is none", key.str(), title_));
  else
    to = duration;
}

std::optional<std::size_t> value_reader::read_choice(const toml::key& key, const toml::node& node,
                                                     const names& known) {
  const auto* text = node.as_string();
  if (!text) {
    wrong_type(key, node, fmt::format("one of the strings {}", list_text(known)));
    return std::nullopt;
  }
  const auto found = std::find(known.begin(), known.end(), text->get());
  if (found != known.end())
    return static_cast<std::size_t>(found - known.begin());
  auto hint = did_you_mean(text->get(), known);
  errors_.add(place_of(node),
              fmt::format("unknown {} `{}` in {}{}", key.str(), text->get(), title_,
                          hint.empty() ? fmt::format("; known are {}", list_text(known)) : hint));
  return std::nullopt;
}

} // namespace sweet::command
