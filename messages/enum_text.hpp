#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include <caf/fwd.hpp>

namespace sweet::inline v0_5 {

namespace detail {

/// The names of an enum whose values are 0, 1, 2, ...: specialised beside each enum.
template <class Enum>
struct enum_names;

} // namespace detail

/// An enum of sweet whose enumerators have names, such as task_status, task_priority,
/// cancellation_level and error_code.
template <class Enum>
concept named_enum = std::is_enum_v<Enum> && requires { detail::enum_names<Enum>::values; };

/// Returns the names of all enumerators, in the order of their values.
template <named_enum Enum>
constexpr const auto& names_of() noexcept {
  return detail::enum_names<Enum>::values;
}

/// Tells whether `x` is one of the enumerators. A value that came from outside the process may be
/// any byte.
template <named_enum Enum>
constexpr bool is_known(Enum x) noexcept {
  return static_cast<std::size_t>(x) < names_of<Enum>().size();
}

/// Returns the name of an enumerator, or "invalid" for any other value.
template <named_enum Enum>
constexpr std::string_view name_of(Enum x) noexcept {
  return is_known(x) ? names_of<Enum>()[static_cast<std::size_t>(x)] : "invalid";
}

/// Returns the name of an enumerator, or "invalid" for any other value.
template <named_enum Enum>
std::string to_string(Enum x) {
  return std::string{name_of(x)};
}

/// Returns the enumerator with exactly this name; empty if there is none.
template <named_enum Enum>
constexpr std::optional<Enum> from_string(std::string_view name) noexcept {
  const auto& names = names_of<Enum>();
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end())
    return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

/// Writes the name of an enumerator, or "invalid" for any other value.
template <named_enum Enum>
std::ostream& operator<<(std::ostream& out, Enum x) {
  return out << name_of(x);
}

namespace detail {

/// Returns no error if `known`, otherwise one that names the type and the value.
caf::error require_known(bool known, std::string_view type, unsigned value);

/// A load callback for CAF's inspection. CAF 0.17 reads an enum as its bare number, without a
/// check, so a type that holds an enum of ours checks it once all has been read.
template <named_enum Enum>
class known_check {
public:
  explicit known_check(const Enum& value) noexcept : value_(value) {}

  auto operator()() const {
    return require_known(is_known(value_), enum_names<Enum>::type, static_cast<unsigned>(value_));
  }

private:
  const Enum& value_;
};

} // namespace detail

} // namespace sweet::inline v0_5
