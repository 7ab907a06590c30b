#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sweet/messages/enum_text.hpp>

#include "error_list.hpp"
#include "folder_test.hpp"
#include "text_place.hpp"

#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

namespace sweet::command {

using names = std::vector<std::string_view>;

text_place place_of(const toml::source_region& region);
text_place place_of(const toml::node& node);

/// Names the type of a TOML value: "a string".
std::string_view type_text(const toml::node& node);

/// Whether a text holds a NUL. The operating system ends a text at the first NUL, so one inside
/// would silently cut it.
bool has_nul(std::string_view text);

/// The value of a known key.
struct given_value {
  std::string_view key;
  const toml::node& node;
  /// What the value must be, for errors; empty: its type says that.
  std::string_view must_be;
};

/// Reads the values of one table after the other. Each member reports errors, with the place and
/// what to do, and goes on.
class value_reader {
public:
  /// All arguments must outlive the reader.
  /// @param home the folder of the file, for read_folder
  value_reader(const std::string& home, const folder_test& is_folder, error_list& errors)
      : home_(home), is_folder_(is_folder), errors_(errors) {}

  /// Makes errors name this table from now on.
  void enter(std::string_view kind, std::string_view name);

  /// Makes errors say this for where keys stand, which is no table with a name.
  void enter(std::string_view title);

  /// The table as errors name it: "[job.NAME]".
  [[nodiscard]] const std::string& title() const noexcept { return title_; }

  [[nodiscard]] error_list& errors() const noexcept { return errors_; }

  void unknown_key(const toml::key& key, const toml::node& node, const names& known);

  /// Reports that a key must not stand there. @param why ends the sentence
  void refuse(std::string_view key, text_place where, std::string_view why);

  // Each returns nothing if it has reported that the value is not of its type.
  std::optional<std::string> read_text(const given_value& value);
  std::optional<placed<std::string>> read_name(const given_value& value);
  std::optional<std::int64_t> read_integer(const given_value& value, std::int64_t least,
                                           std::int64_t most);
  std::optional<bool> read_boolean(const given_value& value);
  std::optional<std::chrono::milliseconds> read_duration(const given_value& value);

  /// Reads a command: text for a shell, or a program and its arguments.
  /// @returns the words; if one is wrong, those in front of it
  std::optional<std::vector<std::string>> read_command(const given_value& value);

  /// Reads names of jobs and groups.
  std::optional<std::vector<placed<std::string>>> read_names(const given_value& value);

  /// Reads texts, of which none is empty.
  std::optional<std::vector<std::string>> read_texts(const given_value& value);

  /// Reads variables of an environment.
  std::optional<std::map<std::string, std::string>> read_variables(const given_value& value);

  /// Reads a folder that has to exist. @returns an absolute path, or one relative to where `sweet`
  /// runs if `home` is relative
  std::optional<std::string> read_folder(const given_value& value);

  /// Reads the path of a file, which need not exist. @returns it as read_folder() does
  std::optional<std::string> read_path(const given_value& value);

  const toml::table* read_table(const given_value& value);

  /// Reads one of the texts in `known`. @returns its place there
  std::optional<std::size_t> read_choice(const given_value& value, const names& known);

  template <named_enum Enum>
  std::optional<Enum> read_enum(const given_value& value) {
    const auto& all = names_of<Enum>();
    const auto place = read_choice(value, {all.begin(), all.end()});
    return place ? std::optional{static_cast<Enum>(*place)} : std::nullopt;
  }

private:
  void wrong_type(const given_value& value, std::string_view must_be);

  const std::string& home_;
  const folder_test& is_folder_;
  error_list& errors_;
  std::string_view kind_;
  std::string_view name_;
  std::string title_;
};

} // namespace sweet::command
