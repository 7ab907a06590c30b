#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <array>
#include <compare>
#include <cstddef>
#include <string>

#include <sweet/messages/inspection.hpp>

namespace sweet::inline v0_5::detail::wire {

/// One life of a node: 128 random bits that it draws when it starts. A node that comes back under
/// the same name has another incarnation. All zero: none.
struct incarnation {
  std::array<std::byte, 16> id{};

  explicit operator bool() const noexcept { return *this != incarnation{}; }

  friend auto operator<=>(const incarnation&, const incarnation&) = default;
};

/// Returns the 32 hexadecimal digits of an incarnation.
inline std::string to_string(const incarnation& x) {
  std::string text;
  for (const std::byte b : x.id) {
    text += "0123456789abcdef"[std::to_integer<unsigned>(b >> 4)];
    text += "0123456789abcdef"[std::to_integer<unsigned>(b & std::byte{15})];
  }
  return text;
}

template <class Inspector>
inspection<Inspector> inspect(Inspector& f, incarnation& x) {
  return inspect_fields(f, "incarnation", x.id);
}

} // namespace sweet::inline v0_5::detail::wire
