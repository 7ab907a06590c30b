#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace sweet::inline v0_5::detail::wire {

/// Bytes that somebody owns.
using bytes = std::vector<std::byte>;

/// Bytes that lie somewhere else; valid as long as those are.
using byte_view = std::span<const std::byte>;

/// Views the characters of a text as bytes.
inline byte_view as_bytes(std::string_view text) noexcept {
  return std::as_bytes(std::span{text.data(), text.size()});
}

/// A number of at most 8 bytes that looks alike on every machine but for the order of its bytes.
template <class T>
concept raw_number = (std::is_arithmetic_v<T> && !std::is_same_v<T, bool> && sizeof(T) <= 8) ||
                     std::is_same_v<T, std::byte>;

/// Returns the bytes of a number as they travel: little endian, all bits kept.
template <raw_number T>
std::array<std::byte, sizeof(T)> to_wire(const T& x) noexcept {
  auto raw = std::bit_cast<std::array<std::byte, sizeof(T)>>(x);
  if constexpr (std::endian::native == std::endian::big)
    std::ranges::reverse(raw);
  return raw;
}

/// Returns the number whose bytes travelled.
template <raw_number T>
T from_wire(std::array<std::byte, sizeof(T)> raw) noexcept {
  if constexpr (std::endian::native == std::endian::big)
    std::ranges::reverse(raw);
  return std::bit_cast<T>(raw);
}

/// Returns the number at the start of `in`.
/// @pre `in` holds at least `sizeof(T)` bytes
template <raw_number T>
T number_at(byte_view in) noexcept {
  std::array<std::byte, sizeof(T)> raw;
  std::copy_n(in.begin(), sizeof(T), raw.begin());
  return from_wire<T>(raw);
}

/// Appends the bytes of a number as they travel.
template <raw_number T>
void append_number(bytes& out, T x) {
  const auto raw = to_wire(x);
  out.insert(out.end(), raw.begin(), raw.end());
}

} // namespace sweet::inline v0_5::detail::wire
