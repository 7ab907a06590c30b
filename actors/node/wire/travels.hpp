#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <array>
#include <chrono>
#include <concepts>
#include <memory>
#include <optional>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/fwd.hpp>

#include <sweet/messages/enum_text.hpp>
#include <sweet/node/wire/bytes.hpp>

// Which types the codec knows, and the sentences that others are refused with. encoder.hpp and
// decoder.hpp ask the same questions in the same order.
namespace sweet::inline v0_5::detail::wire {

template <class T, template <class...> class Template>
inline constexpr bool is_made_from = false;
template <template <class...> class Template, class... Args>
inline constexpr bool is_made_from<Template<Args...>, Template> = true;

/// What reaches actors of one process: handles, references to control blocks, groups.
template <class T>
concept actor_handle =
    std::same_as<T, caf::actor> || std::same_as<T, caf::actor_addr> ||
    std::same_as<T, caf::group> || is_made_from<T, caf::typed_actor> ||
    std::same_as<T, caf::strong_actor_ptr> || std::same_as<T, caf::weak_actor_ptr>;

/// What refers to values that lie somewhere else.
template <class T>
concept view_of_memory =
    std::is_pointer_v<T> || is_made_from<T, std::unique_ptr> || is_made_from<T, std::shared_ptr> ||
    is_made_from<T, std::basic_string_view> || std::ranges::view<T>;

/// A string or vector of numbers: its elements travel in one piece.
template <class T>
concept number_sequence =
    (is_made_from<T, std::vector> || is_made_from<T, std::basic_string>) && requires {
      typename T::value_type;
      requires raw_number<typename T::value_type>;
    };

/// A type with an inspect() that takes this inspector: one that is a template.
template <class T, class Inspector>
concept inspectable = requires(Inspector& f, T& x) { inspect(f, x); };

template <class T>
inline constexpr bool is_array = false;
template <class T, std::size_t N>
inline constexpr bool is_array<std::array<T, N>> = true;

template <class T>
inline constexpr bool is_duration = false;
template <class Rep, class Period>
inline constexpr bool is_duration<std::chrono::duration<Rep, Period>> = true;

template <class T>
inline constexpr bool is_time_point = false;
template <class Clock, class Duration>
inline constexpr bool is_time_point<std::chrono::time_point<Clock, Duration>> = true;

/// A container that takes elements one after the other, such as a list, a set or a map.
template <class T>
concept fillable_container = std::ranges::sized_range<T> && requires(T& x) {
  typename T::value_type;
  x.clear();
  x.insert(x.end(), std::declval<typename T::value_type>());
};

/// The type of an element as it is read: a map's key is const only inside of the map.
template <class T>
struct element_as_read {
  using type = T;
};
template <class Key, class Value>
struct element_as_read<std::pair<const Key, Value>> {
  using type = std::pair<Key, Value>;
};

/// Stands for false in the branch of a template that no known type reaches.
template <class T>
inline constexpr bool no_known_type = false;

/// Refuses, at compile time and with a sentence, what is known not to travel.
/// @returns whether anything else is worth saying of it
template <class T>
constexpr bool require_travels() {
  // clang-format off: a sentence is printed as it is laid out here.
  static_assert(!actor_handle<T>,
                "sweet: an actor handle inside a value cannot be sent to another node; send a name or an id by which the receiver finds the actor");
  static_assert(!std::same_as<T, caf::message> && !std::same_as<T, caf::error>,
                "sweet: a caf::message or caf::error inside a value cannot be sent to another node, since its contents have no fixed type; send a struct of your own, or sweet::task_error");
  static_assert(!view_of_memory<T>,
                "sweet: a pointer or a view cannot be sent to another node, since it refers to memory of this process; send a value that owns what it holds");
  static_assert(!std::same_as<T, long double>,
                "sweet: a long double cannot be sent to another node, since it differs from machine to machine; send a double");
  static_assert(!caf::is_allowed_unsafe_message_type<T>::value,
                "sweet: a type of CAF_ALLOW_UNSAFE_MESSAGE_TYPE cannot be sent to another node; give it an inspect()");
  // clang-format on
  return !actor_handle<T> && !std::same_as<T, caf::message> && !std::same_as<T, caf::error> &&
         !view_of_memory<T> && !std::same_as<T, long double> &&
         !caf::is_allowed_unsafe_message_type<T>::value;
}

/// Refuses a type that the codec does not know.
template <class T>
constexpr void refuse_unknown() {
  // clang-format off: a sentence is printed as it is laid out here.
  static_assert(no_known_type<T>,
                "sweet: this type cannot be sent to another node: write template <class Inspector> typename Inspector::result_type inspect(Inspector& f, T& x) { return f(x.a, x.b); } beside it");
  // clang-format on
}

} // namespace sweet::inline v0_5::detail::wire
