// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "read_node_config.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include <sweet/node/tls/read_file.hpp>

#include "error_list.hpp"
#include "job_file_values.hpp"
#include "key_depth.hpp"
#include "node_keys.hpp"
#include "read_keys.hpp"

namespace sweet::command {

namespace {

/// The flags as the table that a file would have in their place.
toml::table as_table(const key_flags& flags) {
  toml::table result;
  for (const auto& key : node_keys()) {
    const auto given = flags.find(key.name);
    if (given == flags.end())
      continue;
    const auto& texts = given->second;
    std::int64_t number = 0;
    if (key.field.type == "array") {
      toml::array all;
      for (const auto& text : texts)
        all.push_back(text);
      result.insert(key.name, std::move(all));
    } else if (const auto& text = texts.back();
               key.field.type == "integer" &&
               std::from_chars(text.data(), text.data() + text.size(), number).ptr ==
                   text.data() + text.size()) {
      result.insert(key.name, number);
    } else {
      result.insert(key.name, text);
    }
  }
  return result;
}

std::optional<toml::table> parse(std::string_view text, error_list& errors) {
  if (const auto place = too_deep_key(text)) {
    errors.add(*place, "tables or arrays lie too deep within each other");
    return std::nullopt;
  }
  auto parsed = toml::parse(text);
  if (parsed)
    return std::move(parsed).table();
  errors.add(place_of(parsed.error().source()),
             fmt::format("not TOML: {}", parsed.error().description()));
  return std::nullopt;
}

bool is_folder(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::is_directory(path, ignored);
}

void read(const toml::table& table, key_place place, const std::string& home,
          std::string_view title, error_list& errors, node_config& to) {
  const folder_test folder = is_folder;
  value_reader in{home, folder, errors};
  in.enter(title);
  read_keys(in, table, node_keys(), {place}, to);
}

void check(const node_config& x, key_place place, error_list& errors) {
  const auto lacks = [&](std::string_view what) { errors.add({}, std::string{what}); };
  if (place == key_place::node && x.name.empty())
    lacks("the node has no name: give it one by `name` in its file, or --name");
  if (place == key_place::asking && x.on.empty())
    lacks("it is not known which nodes to ask: give the address of one by --on HOST:PORT");
  for (const auto& role : x.allow_run)
    if (role != "any" && std::ranges::find(x.roles, role) == x.roles.end())
      lacks(fmt::format("`allow_run` names `{}`, which is none of its `roles`", role));
  if (!x.allow_run.empty() && x.certificate.empty() && x.secret_file.empty())
    lacks("a node that runs commands has to know who asks: it needs certificates or a secret");
  const auto files =
      (x.certificate.empty() ? 0 : 1) + (x.key.empty() ? 0 : 1) + (x.authorities.empty() ? 0 : 1);
  if (files % 3 != 0)
    lacks("`cert`, `key` and `ca` go together; one of them is missing");
  if (files != 0 && !x.secret_file.empty())
    lacks("there are certificates and a secret; nodes prove who they are by one of them");
}

} // namespace

node_config_reading parse_node_config(key_place place, std::string_view text,
                                      const std::string& path, const key_flags& flags) {
  node_config_reading result;
  error_list errors{path};
  auto home = std::filesystem::path{path}.parent_path().string();
  if (home.empty())
    home = ".";
  if (const auto table = parse(text, errors))
    read(*table, place, home, "the file of a node", errors, result.config);
  result.errors = errors.take();

  error_list own{"sweet"};
  read(as_table(flags), place, ".", "the flags", own, result.config);
  if (result.errors.empty() && own.empty())
    check(result.config, place, own);
  for (auto& error : own.take())
    result.errors.push_back(std::move(error));
  return result;
}

node_config_reading read_node_config(key_place place, const std::string& path,
                                     const key_flags& flags) {
  if (path.empty())
    return parse_node_config(place, {}, "sweet", flags);
  const auto text = detail::tls::read_file(path, "the file", detail::tls::readers::anybody);
  if (!text)
    return {{}, {{path, 0, 0, text.error().message()}}};
  return parse_node_config(place, text.value(), path, flags);
}

} // namespace sweet::command
