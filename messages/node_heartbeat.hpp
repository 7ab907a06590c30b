#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstdint>
#include <limits>
#include <vector>

#include <sweet/messages/inspection.hpp>
#include <sweet/messages/member.hpp>
#include <sweet/messages/node_session.hpp>

namespace sweet::inline v0_5 {

/// What a node tells another one about a third.
struct listed_member {
  /// The held life that stands for all lives: another start has taken the name or the address.
  static constexpr std::uint32_t all_lives = std::numeric_limits<std::uint32_t>::max();

  member who;                  ///< the newest that the sender knows
  std::uint32_t held_life = 0; ///< the highest life that anybody holds down; 0: none
  bool linked = false;         ///< whether the sender itself has a session with it

  friend bool operator==(const listed_member&, const listed_member&) = default;
};

/// What a node sends over each link at regular times. It carries the part of the sender's list of
/// members that has changed since the last one that the receiver has acknowledged.
struct node_heartbeat {
  node_session session;           ///< the session of the link
  std::uint64_t after = 0;        ///< the list holds what the sender has noted after this number
  std::uint64_t upto = 0;         ///< and up to this one
  std::uint64_t acknowledged = 0; ///< up to where the sender has got the receiver's list
  std::vector<listed_member> members; ///< what has changed

  friend bool operator==(const node_heartbeat&, const node_heartbeat&) = default;
};

/// Lets CAF serialise what is told of a member.
template <class Inspector>
detail::inspection<Inspector> inspect(Inspector& f, listed_member& x) {
  return detail::inspect_fields(f, "listed_member", x.who, x.held_life, x.linked);
}

/// Lets CAF serialise the heartbeat.
template <class Inspector>
detail::inspection<Inspector> inspect(Inspector& f, node_heartbeat& x) {
  return detail::inspect_fields(f, "node_heartbeat", x.session, x.after, x.upto, x.acknowledged,
                                x.members);
}

} // namespace sweet::inline v0_5
