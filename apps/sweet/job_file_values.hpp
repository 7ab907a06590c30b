#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sweet/messages/enum_text.hpp>

#include "job_file_entries.hpp"

#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

namespace sweet::command {

using names = std::vector<std::string_view>;

text_place place_of(const toml::source_region& region);
text_place place_of(const toml::node& node);

/// "a string"
std::string_view type_text(const toml::node& node);

/// What the operating system takes as text ends at the first NUL, so one inside would silently cut
/// it.
bool has_nul(std::string_view text);

/// Reads the values of one table after the other. Each member reports what is wrong, with the place
/// and what to do, and goes on.
class value_reader {
public:
  explicit value_reader(error_list& errors) : errors_(errors) {}

  /// From now on errors name this table.
  void enter(std::string_view kind, std::string_view name);

  /// "[job.NAME]"
  [[nodiscard]] const std::string& title() const noexcept { return title_; }

  [[nodiscard]] error_list& errors() const noexcept { return errors_; }

  void unknown_key(const toml::key& key, const toml::node& node, const names& known);
  void wrong_type(const toml::key& key, const toml::node& node, std::string_view must_be);

  std::optional<placed<std::string>> read_text(const toml::key& key, const toml::node& node,
                                               std::string_view what);
  std::optional<std::int64_t> read_integer(const toml::key& key, const toml::node& node,
                                           std::int64_t least, std::int64_t most);
  void read_boolean(const toml::key& key, const toml::node& node, bool& to);
  void read_duration(const toml::key& key, const toml::node& node,
                     std::optional<std::chrono::milliseconds>& to);

  /// @returns the place of the text in `known`
  std::optional<std::size_t> read_choice(const toml::key& key, const toml::node& node,
                                         const names& known);

  template <named_enum Enum>
  bool read_enum(const toml::key& key, const toml::node& node, Enum& to) {
    const auto& all = names_of<Enum>();
    const auto place = read_choice(key, node, {all.begin(), all.end()});
    if (place)
      to = static_cast<Enum>(*place);
    return place.has_value();
  }

private:
  error_list& errors_;
  std::string_view kind_;
  std::string_view name_;
  std::string title_;
};

} // namespace sweet::command
