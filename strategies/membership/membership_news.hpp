#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstdint>
#include <string>
#include <vector>

#include <sweet/messages/incarnation.hpp>
#include <sweet/messages/member_state.hpp>

namespace sweet::inline v0_5 {

/// A link between two nodes: a number that the node's own link layer has chosen.
using link_number = std::uint64_t;

/// What watchers of the membership are told. The first change that is told of an incarnation leads
/// from `joining` to `up`; nothing follows after `down` and `left`.
struct member_change {
  std::string name;                         ///< the name of the node
  sweet::incarnation incarnation;           ///< its life
  member_state was = member_state::joining; ///< its state so far
  member_state is = member_state::up;       ///< its state now
  std::string why;                          ///< the reason, in words

  friend bool operator==(const member_change&, const member_change&) = default;
};

/// What a node has to do next, see member_table. Each part is in order; the parts are carried out
/// in the order in which they stand here.
struct membership_news {
  /// A link that may carry work from now on.
  struct ready_link {
    link_number link = 0;           ///< the link
    sweet::incarnation incarnation; ///< who is at its other end
    /// Whether both ends still have what they had before the last link was lost: what was sent and
    /// not acknowledged may be sent again. Otherwise both start from nothing.
    bool resumed = false;
  };
  /// A link that is to be closed.
  struct closed_link {
    link_number link = 0;        ///< the link
    std::string why;             ///< the reason, for both ends
    std::uint32_t held_life = 0; ///< the other end is told: refused() of its member_table
  };

  std::vector<member_change> changes;  ///< to report to watchers
  std::vector<closed_link> close;      ///< links to close
  std::vector<ready_link> ready;       ///< links that may carry work
  std::vector<std::string> connect;    ///< addresses to connect to, with a hello
  std::vector<link_number> heartbeats; ///< links on which to send next_heartbeat() at once
  std::vector<std::string> notes;      ///< warnings for the log
  bool superseded = false; ///< another start has taken the name or the address: this node is over
};

} // namespace sweet::inline v0_5
