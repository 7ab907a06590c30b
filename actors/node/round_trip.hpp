#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <concepts>
#include <optional>
#include <ranges>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

#include <sweet/messages/task_result.hpp>
#include <sweet/node/wire/codec.hpp>

namespace sweet::inline v0_5 {

namespace detail {

/// Tells whether values of a type can be compared, down to their parts: a container, a tuple or an
/// optional declares its `==` whether or not what it holds has one.
template <class T>
inline constexpr bool has_equality = std::equality_comparable<T>;
template <std::ranges::range T>
  requires(!std::same_as<std::ranges::range_value_t<T>, T>)
inline constexpr bool has_equality<T> =
    std::equality_comparable<T> && has_equality<std::ranges::range_value_t<T>>;
template <class... Parts>
inline constexpr bool has_equality<std::tuple<Parts...>> = (has_equality<Parts> && ...);
template <class First, class Second>
inline constexpr bool has_equality<std::pair<First, Second>> =
    has_equality<std::remove_const_t<First>> && has_equality<Second>;
template <class T>
inline constexpr bool has_equality<std::optional<T>> = has_equality<T>;
template <class... Cases>
inline constexpr bool has_equality<std::variant<Cases...>> = (has_equality<Cases> && ...);

/// Tells whether `==` says something of a value: it says that a NaN is not equal to itself.
template <class T>
bool is_comparable(const T& value) {
  if constexpr (has_equality<T>) {
    const T& same = value;
    return value == same;
  } else {
    return false;
  }
}

} // namespace detail

/// Tells whether a value arrives at another node as it left: it is written and read, and what has
/// been read has to be equal. Values that cannot be compared, or are not equal to themselves as a
/// NaN is not, have to give the same bytes when they are written once more. For the tests of types
/// that tasks of other nodes take or return.
///
///     BOOST_TEST(sweet::survives_round_trip(settings{"fast", 3}).is_ok());
///
/// A type that cannot travel at all does not compile, with a sentence that says why.
/// Thread safe. Errors: invalid_data, with a sentence that says what is wrong and where.
template <class T>
task_result<void> survives_round_trip(const T& value) {
  const auto sent = detail::wire::encode(value);
  if (!sent)
    return sent.error();
  T arrived{};
  if (auto read = detail::wire::decode(sent.value(), arrived); !read)
    return read;
  bool is_same = false;
  if constexpr (detail::has_equality<T>)
    is_same = value == arrived;
  if (!is_same && !detail::is_comparable(value)) {
    const auto again = detail::wire::encode(arrived);
    is_same = again && again.value() == sent.value();
  }
  if (is_same)
    return {};
  return detail::wire::invalid_data("the value that arrives differs from the one that was sent");
}

} // namespace sweet::inline v0_5
