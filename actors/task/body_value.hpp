#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/cell.hpp>

#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace sweet::inline v0_5::detail {

/// Whether values of type T fit into the hot line of their task; other values lie at the start of
/// the body area.
template <class T>
inline constexpr bool is_small_value =
    std::is_void_v<T> ||
    (std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T> &&
     sizeof(std::conditional_t<std::is_void_v<T>, char, T>) <= sizeof(std::uint64_t));

template <class T>
constexpr void check_value_type() {
  static_assert(!std::is_reference_v<T>,
                "a task cannot return a reference: what it refers to may end before the result is "
                "read; return a value, a pointer or std::reference_wrapper");
  static_assert(std::is_void_v<T> || std::is_nothrow_move_constructible_v<T>,
                "the value of a task is moved out of its body where no exception can go: give its "
                "type a noexcept move constructor, or return a std::unique_ptr to it");
  static_assert(alignof(std::conditional_t<std::is_void_v<T>, char, T>) <= cache_line,
                "the value of a task may be aligned to 64 bytes at most");
}

/// Returns the value of a task that has one; only for types that are not small.
template <class T>
T& stored_value(cell& c) noexcept {
  return *std::launder(static_cast<T*>(c.body()));
}

/// Reads a small value out of the hot line. @pre the task has completed and has a value
template <class T>
T read_small_value(const cell& c) noexcept {
  static_assert(is_small_value<T>);
  alignas(T) unsigned char bytes[sizeof(T)];
  std::memcpy(bytes, &c.result.bits, sizeof(T));
  return *std::launder(reinterpret_cast<T*>(bytes));
}

template <class T>
void write_small_value(cell& c, const T& value) noexcept {
  static_assert(is_small_value<T>);
  c.result.bits = 0;
  std::memcpy(&c.result.bits, std::addressof(value), sizeof(T));
}

template <class T>
void destroy_stored_value(cell& c) noexcept {
  std::destroy_at(std::addressof(stored_value<T>(c)));
}

template <class T>
inline constexpr auto destroy_value_op = [] {
  if constexpr (is_small_value<T>)
    return static_cast<void (*)(cell&) noexcept>(nullptr);
  else
    return &destroy_stored_value<T>;
}();

} // namespace sweet::inline v0_5::detail
