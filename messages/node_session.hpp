#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstdint>

#include <sweet/messages/inspection.hpp>

namespace sweet::inline v0_5 {

/// The session of two nodes, as one of them tells the other: the lives that both had when it began.
/// A session outlives its links, and ends when one of the two holds the other down. Two nodes that
/// name different sessions know that one of them has given up on the other meanwhile.
struct node_session {
  std::uint32_t mine =
      0; ///< the life of the node that says so; 0: it has no session with the other
  std::uint32_t yours = 0; ///< the life of the node that it says so to

  /// Tells whether there is a session.
  explicit constexpr operator bool() const noexcept { return mine != 0; }

  /// Returns the session as the other node would tell it.
  [[nodiscard]] constexpr node_session seen_from_there() const noexcept { return {yours, mine}; }

  friend bool operator==(const node_session&, const node_session&) = default;
};

/// Lets CAF serialise the session.
template <class Inspector>
detail::inspection<Inspector> inspect(Inspector& f, node_session& x) {
  return detail::inspect_fields(f, "node_session", x.mine, x.yours);
}

} // namespace sweet::inline v0_5
