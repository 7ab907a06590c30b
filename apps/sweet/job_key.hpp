#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/enum_text.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace sweet::command {

/// What a key of a file can belong to.
enum class key_place : std::uint8_t {
  job,               ///< [job.NAME] of a job that ends
  service,           ///< [job.NAME] with kind = "service"
  group,             ///< [group.NAME]
  group_of_services, ///< [group.NAME] that has a service
  each,              ///< the `each` of a job
  ready,             ///< the `ready` of a service
  intensity,         ///< the `intensity` of a group
  node,              ///< `sweet node`
  asking             ///< the commands that ask nodes
};

} // namespace sweet::command

template <>
struct sweet::detail::enum_names<sweet::command::key_place> {
  static constexpr std::string_view type = "key_place";
  static constexpr std::array<std::string_view, 9> values{
      "jobs",        "services", "groups",  "groups of services", "`each`", "`ready`",
      "`intensity`", "nodes",    "commands"};
};

namespace sweet::command {

/// A set of places.
class key_places {
public:
  constexpr key_places(std::initializer_list<key_place> all) {
    for (const auto x : all)
      bits_ |= bit(x);
  }

  [[nodiscard]] constexpr bool has(key_place x) const noexcept { return (bits_ & bit(x)) != 0; }

  /// Whether one place is in both sets.
  [[nodiscard]] constexpr bool meets(key_places other) const noexcept {
    return (bits_ & other.bits_) != 0;
  }

private:
  static constexpr unsigned bit(key_place x) noexcept { return 1U << static_cast<unsigned>(x); }

  unsigned bits_ = 0;
};

/// Formats a set of places: "jobs, services".
inline std::string places_text(key_places places) {
  std::string result;
  for (std::size_t i = 0; i < names_of<key_place>().size(); ++i)
    if (places.has(static_cast<key_place>(i)))
      result += fmt::format("{}{}", result.empty() ? "" : ", ", names_of<key_place>()[i]);
  return result;
}

class value_reader;
struct given_value;

/// The type of a key: how its value gets from the file into one field of a Table. job_key_field.hpp
/// makes it from the field.
template <class Table>
struct key_field {
  /// The name of the type for people: "duration".
  std::string_view type;
  /// The words of which the value is one; empty: the value is no choice among words.
  std::span<const std::string_view> choices;
  /// Reads the value, or reports what is wrong with it.
  /// @returns whether a value could be read
  bool (*read)(value_reader& in, const given_value& value, Table& to);
  /// Gives a member of a group the value of the group; null: no group may have the key.
  /// @param own_given whether the member has the key itself
  void (*inherit)(Table& own, const Table& group, bool own_given);
  /// Formats the value as a file would have it; empty if the value means that nothing was given.
  std::string (*text)(const Table& table);
};

/// A key of a job file. A row of this kind is all that the command, its help and the guide know of
/// the key, except what is done with its value.
template <class Table>
struct job_key {
  using table_type = Table;

  std::string_view name;
  key_places places;
  key_field<Table> field;
  /// What the value must be, for errors; empty: the type says it.
  std::string_view must_be = {};
  /// What holds without the key; empty: the value that the field of a new Table has.
  std::string_view otherwise = {};
  /// What the value means, with Markdown's `code`.
  std::string_view help;
};

/// What holds without a key, with Markdown's `code`.
template <class Table>
std::string default_text(const job_key<Table>& key) {
  return key.otherwise.empty() ? '`' + key.field.text(Table{}) + '`' : std::string{key.otherwise};
}

/// Formats a table as a file would have it: "{ restarts = 3 }"; empty if none of its values was
/// given.
template <class Table>
std::string table_text(const Table& table, std::span<const job_key<Table>> keys) {
  std::string result;
  for (const auto& key : keys) {
    const auto text = key.field.text(table);
    if (text.empty())
      continue;
    const auto bare = key.field.type == "integer" || key.field.type == "boolean";
    result += fmt::format("{} {} = {}", result.empty() ? "{" : ",", key.name,
                          bare ? text : '"' + text + '"');
  }
  return result.empty() ? result : result + " }";
}

template <class Table>
std::string table_text(const std::optional<Table>& table, std::span<const job_key<Table>> keys) {
  return table ? table_text(*table, keys) : std::string{};
}

} // namespace sweet::command
