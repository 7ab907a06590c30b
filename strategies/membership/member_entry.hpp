#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include <sweet/messages/incarnation.hpp>
#include <sweet/messages/member.hpp>
#include <sweet/messages/member_state.hpp>
#include <sweet/messages/node_session.hpp>
#include <sweet/strategies/membership/membership_news.hpp>
#include <sweet/strategies/membership/phi_detector.hpp>

namespace sweet::inline v0_5::detail {

/// What a node has with another one that it has, or just had, a link to.
struct peer_session {
  node_session lives;                ///< as this node tells it
  phi_detector detector;             ///< of the other's silence
  bool agreed = false;               ///< the other has named the same session
  bool dialed = false;               ///< this node has opened the link
  bool proved = false;               ///< the other has used the link since this node took it
  std::optional<link_number> link{}; ///< empty: lost
  std::uint64_t acknowledged = 0;    ///< up to where the other has this node's list
  std::uint64_t seen = 0;            ///< up to where this node has the other's list
};

/// What a node knows of another start: what that says of itself, who holds it down, and what speaks
/// for its being alive.
struct member_entry {
  using time_point = phi_detector::time_point;

  member facts;                               ///< the newest version
  member_state state = member_state::joining; ///< of the life in `facts`, as it was reported
  std::uint32_t held_life = 0;                ///< the highest life that anybody holds down
  std::uint32_t ended_life = 0; ///< the highest life that this node has found down or left
  std::uint32_t free_slots = 0; ///< what it has offered last
  std::uint64_t noted = 0;      ///< the number of the last change that lists tell
  std::uint64_t began = 0; ///< the step of the table at which its last session has begun; 0: none
  std::unique_ptr<peer_session> session;
  std::vector<incarnation> vouchers; ///< starts that have told of a session with it
  std::uint32_t dials = 0;           ///< in a row without an answer
  time_point next_dial{};
  time_point unseen_since{}; ///< since when nothing speaks for it
  time_point due = time_point::max();

  incarnation start() const noexcept { return facts.incarnation.start(); }
  std::uint32_t life() const noexcept { return facts.incarnation.life; }
  bool linked() const noexcept { return session && session->link; }

  /// Tells whether another start has taken its name or address.
  bool superseded() const noexcept;

  /// Returns what state it is in by all that is known. What this node sees itself counts before
  /// what it hears from others; that a start is over for good counts before both.
  member_state judged(time_point now) const noexcept;

  /// Notes whether a node tells of a session with it.
  void vouch(const incarnation& by, bool linked);
};

} // namespace sweet::inline v0_5::detail
