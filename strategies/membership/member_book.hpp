#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include <sweet/messages/incarnation.hpp>
#include <sweet/messages/member.hpp>
#include <sweet/messages/member_state.hpp>
#include <sweet/messages/node_heartbeat.hpp>
#include <sweet/strategies/membership/member_entry.hpp>
#include <sweet/strategies/membership/member_register.hpp>
#include <sweet/strategies/membership/membership_news.hpp>
#include <sweet/strategies/membership/membership_options.hpp>

namespace sweet::inline v0_5::detail {

/// What a member_table knows, and what follows from each thing that it learns: states, what is told
/// to watchers, whom to connect to and when. The table itself decides about links and sessions.
struct member_book {
  using time_point = member_entry::time_point;

  struct known_link {
    incarnation start;
    bool dialed = false;
    std::uint64_t said_hello = 0; ///< the step at which the other has
  };

  member itself;
  membership_options options;
  member_state state = member_state::joining; ///< of the node itself
  member_register entries{};
  std::map<link_number, known_link> links{};
  membership_news news{};
  std::uint64_t steps = 0; ///< orders hellos and beginnings of sessions
  bool was_mesh = true;
  bool had_hubs = true;

  // -- What others say

  /// Merges the list of a heartbeat, whatever its age.
  void read_list(member_entry& from, const node_heartbeat& h, time_point now);
  void merge(member_entry& from, const listed_member& x, bool fresh, time_point now);
  member_entry& add(const member& who, time_point now);
  /// Takes what a node says of itself, if it is newer than what is known.
  void learn(member_entry& e, const member& who, time_point now);
  /// Counts a change of what the node says of itself.
  void change_itself();
  /// Learns that this life of the node itself is held down.
  void held_down(std::uint32_t life, time_point now);

  // -- What follows

  /// Finds the state of a node anew, and reports a change.
  void judge(member_entry& e, std::string_view why, time_point now);
  /// Holds a node down.
  void end(member_entry& e, std::uint32_t held_life, std::string why, time_point now);
  /// Holds down the other starts with the name or the address of `e`, for good, if this node has
  /// had a session with them. But one whose session has begun after the hello of `e` shows that `e`
  /// is the former start, whose words come late: the link is closed then, and the result is false.
  bool supersede_others(link_number link, member_entry& e, time_point now);
  void drop_session(member_entry& e, const std::string& why, time_point now);
  void close(link_number link, std::string why, std::uint32_t held_life = 0);
  void become(member_state to, std::string why);
  bool is_over() const noexcept { return state == member_state::left; }
  membership_news take();

  // -- Whom to link to, and when

  bool mesh() const noexcept;
  /// Tells whether a link is wanted, where both are alive.
  bool related(const member_entry& e) const;
  bool dials(const member_entry& e) const;
  /// Tells whether there is any link over which others can tell something.
  bool hears() const;
  /// Finds anew when there is something to do about a node.
  void schedule(member_entry& e);
  /// Does what is due. @returns whether the entry is still there
  bool act(member_entry& e, time_point now);
  void dial(member_entry& e, time_point now);
  time_point forget_at(const member_entry& e) const;
  /// Takes back the silence of all, in which the node itself was stopped, or had no processor.
  void excuse_silence(std::chrono::nanoseconds asleep, time_point now);
};

} // namespace sweet::inline v0_5::detail
