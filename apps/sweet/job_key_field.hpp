#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/enum_text.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "duration_text.hpp"
#include "job_file_values.hpp"
#include "job_key.hpp"
#include "read_keys.hpp"
#include "text_place.hpp"

// Makes the key_field of a key from the C++ field that its value is read into. A Path leads there
// from the Table: a pointer to a member, and further ones if that is a struct.
namespace sweet::command {

// -- what follows from the type of the field ------------------------------------------------------

/// The type of a field: its name for people, how values are read, and how a file would have them.
template <class T>
struct key_type;

template <>
struct key_type<bool> {
  static constexpr std::string_view name = "boolean";
  static auto read(value_reader& in, const given_value& value) { return in.read_boolean(value); }
  static std::string text(bool x) { return x ? "true" : "false"; }
};

template <named_enum T>
struct key_type<T> {
  static constexpr std::string_view name = "choice";
  static constexpr std::span<const std::string_view> choices = names_of<T>();
  static auto read(value_reader& in, const given_value& value) { return in.read_enum<T>(value); }
  static std::string text(T x) { return std::string{name_of(x)}; }
};

template <>
struct key_type<std::chrono::milliseconds> {
  static constexpr std::string_view name = "duration";
  static auto read(value_reader& in, const given_value& value) { return in.read_duration(value); }
  static std::string text(std::chrono::milliseconds x) {
    return x.count() == 0 ? std::string{} : written_duration(x);
  }
};

template <>
struct key_type<std::string> {
  static constexpr std::string_view name = "string";
  static auto read(value_reader& in, const given_value& value) { return in.read_text(value); }
  static std::string text(const std::string& x) { return x; }
};

template <>
struct key_type<placed<std::string>> {
  static constexpr std::string_view name = "string";
  static auto read(value_reader& in, const given_value& value) { return in.read_name(value); }
  static std::string text(const placed<std::string>& x) { return x.value; }
};

template <>
struct key_type<std::vector<std::string>> {
  static constexpr std::string_view name = "string or array";
  static auto read(value_reader& in, const given_value& value) { return in.read_command(value); }
  static std::string text(const std::vector<std::string>& /*x*/) { return {}; }
};

template <>
struct key_type<std::vector<placed<std::string>>> {
  static constexpr std::string_view name = "array";
  static auto read(value_reader& in, const given_value& value) { return in.read_names(value); }
  static std::string text(const std::vector<placed<std::string>>& /*x*/) { return {}; }
};

template <>
struct key_type<std::map<std::string, std::string>> {
  static constexpr std::string_view name = "table";
  static auto read(value_reader& in, const given_value& value) { return in.read_variables(value); }
  static std::string text(const std::map<std::string, std::string>& /*x*/) { return {}; }
};

template <class T>
struct key_type<std::optional<T>> : key_type<T> {
  static std::string text(const std::optional<T>& x) {
    return x ? key_type<T>::text(*x) : std::string{};
  }
};

/// The words of which a value of the type is one; empty if the type is no choice among words.
template <class T>
constexpr std::span<const std::string_view> choices_of() noexcept {
  if constexpr (requires { key_type<T>::choices; })
    return key_type<T>::choices;
  else
    return {};
}

// -- reading and merging --------------------------------------------------------------------------

/// Stores a value, if there is one. @returns whether there was one
template <class From, class To>
bool store(std::optional<From> from, To& to) {
  const auto any = from.has_value();
  if (any)
    to = *std::move(from);
  return any;
}

template <class T>
void inherit_value(T& own, const T& group, bool own_given) {
  if (!own_given)
    own = group;
}

inline void inherit_value(std::map<std::string, std::string>& own,
                          const std::map<std::string, std::string>& group, bool /*own_given*/) {
  own.insert(group.begin(), group.end());
}

/// The field that the Path leads to.
template <auto... Path, class Table>
constexpr auto& at(Table& table) noexcept {
  return (table.*....*Path);
}

template <class Table, auto... Path>
void inherit_field(Table& own, const Table& group, bool own_given) {
  inherit_value(at<Path...>(own), at<Path...>(group), own_given);
}

// -- fields ---------------------------------------------------------------------------------------

/// The type of the field that the Path leads to.
template <class Table, auto... Path>
using field_type = std::remove_cvref_t<decltype(at<Path...>(std::declval<Table&>()))>;

/// A field whose C++ type says all.
template <class Table, auto... Path>
constexpr key_field<Table> field_of{
    key_type<field_type<Table, Path...>>::name, choices_of<field_type<Table, Path...>>(),
    [](value_reader& in, const given_value& value, Table& to) {
      return store(key_type<field_type<Table, Path...>>::read(in, value), at<Path...>(to));
    },
    inherit_field<Table, Path...>,
    [](const Table& x) { return key_type<field_type<Table, Path...>>::text(at<Path...>(x)); }};

/// A number; a number out of range means that nothing was given.
template <std::int64_t Least, std::int64_t Most, class Table, auto... Path>
constexpr key_field<Table> integer_field{
    "integer",
    {},
    [](value_reader& in, const given_value& value, Table& to) {
      using integer = typename decltype(std::optional{at<Path...>(to)})::value_type;
      static_assert(std::in_range<integer>(Least) && std::in_range<integer>(Most));
      const auto number = in.read_integer(value, Least, Most);
      if (number)
        at<Path...>(to) = static_cast<integer>(*number);
      return number.has_value();
    },
    inherit_field<Table, Path...>,
    [](const Table& x) {
      const std::optional<std::int64_t> number{at<Path...>(x)};
      return number && *number >= Least && *number <= Most ? fmt::to_string(*number)
                                                           : std::string{};
    }};

/// Texts of which none is empty.
template <class Table, auto... Path>
constexpr key_field<Table> texts_field{"array",
                                       {},
                                       [](value_reader& in, const given_value& value, Table& to) {
                                         return store(in.read_texts(value), at<Path...>(to));
                                       },
                                       inherit_field<Table, Path...>,
                                       [](const Table&) { return std::string{}; }};

/// A folder that must be there.
template <class Table, auto... Path>
constexpr key_field<Table> folder_field{"string",
                                        {},
                                        [](value_reader& in, const given_value& value, Table& to) {
                                          return store(in.read_folder(value), at<Path...>(to));
                                        },
                                        inherit_field<Table, Path...>,
                                        field_of<Table, Path...>.text};

/// A table with keys of its own.
/// @tparam Place the place of these keys
/// @tparam Keys returns these keys
/// @tparam Check checks the table as a whole
template <key_place Place, auto Keys, auto Check, class Table, auto... Path>
constexpr key_field<Table> table_field{
    "table",
    {},
    [](value_reader& in, const given_value& value, Table& to) {
      const auto* table = in.read_table(value);
      if (!table)
        return false;
      typename decltype(Keys())::value_type::table_type result;
      const auto given = read_keys(in, *table, Keys(), {Place}, result);
      Check(in, value, given, result);
      at<Path...>(to) = std::move(result);
      return true;
    },
    inherit_field<Table, Path...>,
    [](const Table& x) { return table_text(at<Path...>(x), Keys()); }};

} // namespace sweet::command
