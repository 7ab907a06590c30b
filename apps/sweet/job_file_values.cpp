// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "job_file_values.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

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

void value_reader::enter(std::string_view title) {
  kind_ = {};
  name_ = {};
  title_ = title;
}

void value_reader::unknown_key(const toml::key& key, const toml::node& node, const names& known) {
  auto hint = did_you_mean(key.str(), known);
  if (hint.empty() && node.is_table() && !kind_.empty())
    hint =
        fmt::format(R"(; a name with a dot needs quotes: [{}."{}.{}"])", kind_, name_, key.str());
  if (hint.empty())
    hint = fmt::format("; known are {}", list_text(known));
  errors_.add(place_of(key.source()),
              fmt::format("unknown key `{}` in {}{}", key.str(), title_, hint));
}

void value_reader::refuse(std::string_view key, text_place where, std::string_view why) {
  errors_.add(where, fmt::format("`{}` in {} {}", key, title_, why));
}

void value_reader::wrong_type(const given_value& value, std::string_view must_be) {
  errors_.add(place_of(value.node), fmt::format("`{}` in {} is {}; it must be {}", value.key,
                                                title_, type_text(value.node), must_be));
}

std::optional<std::string> value_reader::read_text(const given_value& value) {
  const auto* text = value.node.as_string();
  if (!text) {
    wrong_type(value, fmt::format("a string, {}", value.must_be));
    return std::nullopt;
  }
  if (text->get().empty() || has_nul(text->get())) {
    errors_.add(place_of(value.node),
                fmt::format("`{}` in {} is {}; it must be {}", value.key, title_,
                            text->get().empty() ? "empty" : "cut by a NUL character",
                            value.must_be));
    return std::nullopt;
  }
  return text->get();
}

std::optional<placed<std::string>> value_reader::read_name(const given_value& value) {
  if (auto text = read_text(value))
    return placed<std::string>{*std::move(text), place_of(value.node)};
  return std::nullopt;
}

std::optional<std::int64_t> value_reader::read_integer(const given_value& value, std::int64_t least,
                                                       std::int64_t most) {
  const auto* number = value.node.as_integer();
  if (number && number->get() >= least && number->get() <= most)
    return number->get();
  errors_.add(place_of(value.node), fmt::format("`{}` in {} must be an integer from {} to {}",
                                                value.key, title_, least, most));
  return std::nullopt;
}

std::optional<bool> value_reader::read_boolean(const given_value& value) {
  if (const auto* boolean = value.node.as_boolean())
    return boolean->get();
  wrong_type(value, "true or false");
  return std::nullopt;
}

std::optional<std::chrono::milliseconds> value_reader::read_duration(const given_value& value) {
  const auto* text = value.node.as_string();
  if (!text) {
    wrong_type(value, R"(a string such as "250ms", "10s", "1m30s" or "2h")");
    return std::nullopt;
  }
  const auto duration = parse_duration(text->get());
  if (duration && duration->count() > 0)
    return duration;
  errors_.add(
      place_of(value.node),
      duration
          ? fmt::format("the {} of {} is zero; remove it if there is none", value.key, title_)
          : fmt::format(
                R"(bad duration "{}" in {}; write for instance "250ms", "10s", "1m30s" or "2h")",
                text->get(), title_));
  return std::nullopt;
}

std::optional<std::vector<std::string>> value_reader::read_command(const given_value& value) {
  const auto complain = [&](const toml::node& where, std::string_view what) {
    errors_.add(place_of(where), fmt::format("`{}` in {} {}", value.key, title_, what));
  };
  if (const auto* text = value.node.as_string()) {
    if (text->get().find_first_not_of(" \t\r\n") == std::string::npos)
      complain(value.node, fmt::format("is empty; write {}", value.must_be));
    else if (has_nul(text->get()))
      complain(value.node, "holds a NUL character; remove it");
    else
      return std::vector<std::string>{"/bin/sh", "-c", text->get()};
    return std::nullopt;
  }
  const auto* array = value.node.as_array();
  if (!array) {
    complain(value.node, fmt::format("is {}; write {}", type_text(value.node), value.must_be));
    return std::nullopt;
  }
  std::vector<std::string> words;
  for (const auto& element : *array) {
    const auto* text = element.as_string();
    if (!text)
      errors_.add(place_of(element),
                  fmt::format("an element of `{}` in {} is {}; each must be a string", value.key,
                              title_, type_text(element)));
    else if (has_nul(text->get()))
      complain(element, "holds a NUL character; remove it");
    else
      words.push_back(text->get());
  }
  if (array->empty() || (!words.empty() && words.front().empty()))
    complain(value.node, fmt::format("names no program; write {}", value.must_be));
  return words;
}

std::optional<std::vector<placed<std::string>>> value_reader::read_names(const given_value& value) {
  const auto* array = value.node.as_array();
  if (!array) {
    wrong_type(value, fmt::format(R"(an array of names: {} = ["NAME"])", value.key));
    return std::nullopt;
  }
  std::vector<placed<std::string>> result;
  for (const auto& element : *array) {
    if (const auto* text = element.as_string())
      result.push_back({text->get(), place_of(element)});
    else
      errors_.add(place_of(element),
                  fmt::format("an element of `{}` in {} is {}; each must be the name of a job or "
                              "group, a string",
                              value.key, title_, type_text(element)));
  }
  return result;
}

std::optional<std::vector<std::string>> value_reader::read_texts(const given_value& value) {
  const auto* array = value.node.as_array();
  if (!array) {
    wrong_type(value, fmt::format(R"(an array of strings: {} = ["..."])", value.key));
    return std::nullopt;
  }
  std::vector<std::string> result;
  for (const auto& element : *array) {
    const auto* text = element.as_string();
    if (text && !text->get().empty() && !has_nul(text->get()))
      result.push_back(text->get());
    else
      errors_.add(place_of(element),
                  fmt::format("an element of `{}` in {} is {}; each must be {}", value.key, title_,
                              text ? "empty, or cut by a NUL character" : type_text(element),
                              value.must_be));
  }
  return result;
}

std::optional<std::map<std::string, std::string>>
value_reader::read_variables(const given_value& value) {
  const auto* table = value.node.as_table();
  if (!table) {
    wrong_type(value, fmt::format(R"(a table: {} = {{ NAME = "VALUE" }})", value.key));
    return std::nullopt;
  }
  std::map<std::string, std::string> result;
  const auto complain = [&](const toml::key& name, text_place where, std::string_view what) {
    errors_.add(where, fmt::format("`{}` in the {} of {} {}", name.str(), value.key, title_, what));
  };
  for (auto&& [name, node] : *table) {
    const auto* text = node.as_string();
    if (name.str().empty() || name.str().find('=') != std::string_view::npos || has_nul(name.str()))
      complain(name, place_of(name.source()), "cannot name a variable");
    else if (!text)
      complain(name, place_of(node), fmt::format("is {}; it must be a string", type_text(node)));
    else if (has_nul(text->get()))
      complain(name, place_of(node), "holds a NUL character; remove it");
    else
      result.emplace(name.str(), text->get());
  }
  return result;
}

std::optional<std::string> value_reader::read_folder(const given_value& value) {
  const auto text = read_text(value);
  if (!text)
    return std::nullopt;
  auto folder = (std::filesystem::path{home_} / *text).lexically_normal().string();
  if (is_folder_(folder))
    return folder;
  errors_.add(place_of(value.node),
              fmt::format("`{}` of {} is no folder: {}; it is relative to the job file", value.key,
                          title_, folder));
  return std::nullopt;
}

std::optional<std::string> value_reader::read_path(const given_value& value) {
  const auto text = read_text(value);
  if (!text)
    return std::nullopt;
  return (std::filesystem::path{home_} / *text).lexically_normal().string();
}

const toml::table* value_reader::read_table(const given_value& value) {
  const auto* table = value.node.as_table();
  if (!table)
    wrong_type(value, fmt::format("a table: {}", value.must_be));
  return table;
}

std::optional<std::size_t> value_reader::read_choice(const given_value& value, const names& known) {
  const auto* text = value.node.as_string();
  if (!text) {
    wrong_type(value, fmt::format("one of the strings {}", list_text(known)));
    return std::nullopt;
  }
  const auto found = std::find(known.begin(), known.end(), text->get());
  if (found != known.end())
    return static_cast<std::size_t>(found - known.begin());
  auto hint = did_you_mean(text->get(), known);
  errors_.add(place_of(value.node),
              fmt::format("unknown {} `{}` in {}{}", value.key, text->get(), title_,
                          hint.empty() ? fmt::format("; known are {}", list_text(known)) : hint));
  return std::nullopt;
}

} // namespace sweet::command
