#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <algorithm>
#include <span>
#include <string_view>
#include <vector>

#include "job_file_entries.hpp"
#include "job_file_values.hpp"
#include "job_key.hpp"

namespace sweet::command {

/// The names of the keys that may stand in one of these places.
template <class Table>
std::vector<std::string_view> names_at(std::span<const job_key<Table>> keys, key_places places) {
  std::vector<std::string_view> result;
  for (const auto& key : keys)
    if (key.places.meets(places))
      result.push_back(key.name);
  return result;
}

/// Reads a table of keys that may stand in one of these places; other keys are reported.
/// @returns the keys that the table has
template <class Table>
given_keys read_keys(value_reader& in, const toml::table& table,
                     std::span<const job_key<Table>> keys, key_places places, Table& to) {
  given_keys given;
  for (auto&& [name, node] : table) {
    const auto same = [&](const job_key<Table>& key) {
      return key.name == name.str() && key.places.meets(places);
    };
    const auto key = std::find_if(keys.begin(), keys.end(), same);
    if (key == keys.end()) {
      in.unknown_key(name, node, names_at(keys, places));
      continue;
    }
    const auto good = key->field.read(in, {key->name, node, key->must_be}, to);
    given.emplace(key->name, given_key{place_of(name.source()), good});
  }
  return given;
}

} // namespace sweet::command
