#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <compare>
#include <cstdint>
#include <iosfwd>
#include <string>

#include <sweet/messages/inspection.hpp>

namespace sweet::inline v0_5 {

/// Identifies one life of a node. A node draws 128 random bits when it starts; a node that is
/// restarted draws others, also at the same address and under the same name. Within one start a
/// node begins another life when it learns that others have held it down; see member_table.
struct incarnation {
  std::uint64_t high = 0; ///< the upper half of the random bits
  std::uint64_t low = 0;  ///< the lower half of the random bits
  std::uint32_t life = 0; ///< which life of this start, counted from 1; 0 stands for the start

  /// Tells whether this identifies a node.
  explicit constexpr operator bool() const noexcept { return high != 0 || low != 0; }

  /// Returns what all lives of this start have in common.
  [[nodiscard]] constexpr incarnation start() const noexcept { return {high, low, 0}; }

  /// Compares the random bits, then the lives.
  friend constexpr auto operator<=>(const incarnation&, const incarnation&) noexcept = default;
};

/// Tells whether both are lives of one start of a node.
constexpr bool same_start(const incarnation& a, const incarnation& b) noexcept {
  return a.high == b.high && a.low == b.low;
}

/// Formats an incarnation as 32 hexadecimal digits and the life:
/// "00000000000000010000000000000002/1".
std::string to_string(const incarnation& x);

/// Writes the incarnation as 32 hexadecimal digits and the life.
std::ostream& operator<<(std::ostream& out, const incarnation& x);

/// Lets CAF serialise the incarnation.
template <class Inspector>
detail::inspection<Inspector> inspect(Inspector& f, incarnation& x) {
  return detail::inspect_fields(f, "incarnation", x.high, x.low, x.life);
}

} // namespace sweet::inline v0_5
