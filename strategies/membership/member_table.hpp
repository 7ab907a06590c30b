#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sweet/messages/incarnation.hpp>
#include <sweet/messages/member.hpp>
#include <sweet/messages/member_state.hpp>
#include <sweet/messages/node_heartbeat.hpp>
#include <sweet/messages/node_hello.hpp>
#include <sweet/strategies/membership/member_book.hpp>
#include <sweet/strategies/membership/member_entry.hpp>
#include <sweet/strategies/membership/membership_news.hpp>
#include <sweet/strategies/membership/membership_options.hpp>
#include <sweet/strategies/membership/seed_list.hpp>

namespace sweet::inline v0_5 {

/// What a node knows of one node of the cluster, itself included.
struct member_view {
  const member* who;            ///< what that node says of itself; valid until the next input
  member_state state;           ///< its state
  bool linked = false;          ///< whether there is a link to it
  bool itself = false;          ///< whether it is the node that asks
  std::uint32_t free_slots = 0; ///< how many more tasks it has asked for
};

/// Decides who belongs to the cluster, whom to link to, and who is lost; a pure function of what
/// has happened and of the times that it is given. Each input returns what is to be done.
///
/// There is no consensus and no leader: each node decides for itself, and tells the others. After a
/// cut both sides go on, each without the other; when it heals, they find each other again.
///
/// - A node with seeds is `joining` until it has a session with another node, and says so again and
///   again. A node without seeds is up at once, as is one whose only seed is itself.
/// - Two nodes have a session from when both have said hello, over any number of links one after
///   the other. A node with a session is up while it is heard, suspect when it is silent for too
///   long or has lost its link, and down when it is suspect for the detector's pause.
/// - Up to `mesh_limit` members all link to all. Beyond that, or rather once there are hubs (role
///   "hub") as well, nodes link to hubs only. A node without a link is up while a node with a
///   session with it says so, and else suspect.
/// - Down is final for an incarnation. Whoever is held down while it lives hears of that, from who
///   holds it down or in a list, and begins its next life, as nodes of SWIM refute a suspicion by a
///   higher incarnation number (Das, Gupta, Motivala: "SWIM", DSN 2002). For who never lost it,
///   nothing has changed by that.
/// - A hello of another start with the same name or address: the former start is down at that
///   moment, for good. A former start that lives learns that it is superseded.
/// - Lists ride on heartbeats, as changes since what the receiver has acknowledged. What a node
/// says
///   of itself has versions, held lives only grow, and a session is told of by its two ends: so no
///   list, late, doubled or out of order, brings back what is over.
///
/// Who uses it carries out what it returns, calls tick() at next_tick(), and gives each input the
/// current time. A link exists for the table from hello() to link_lost(), or until it is told to
/// close it. Not thread safe: one strand feeds it.
class member_table {
public:
  /// The type of the times.
  using time_point = std::chrono::steady_clock::time_point;

  /// Makes the table of a node that has just started.
  /// @param itself what the node says of itself; the random bits of its incarnation are drawn anew
  /// for each start. Its life and version count from 1.
  /// @param options how it finds others
  /// @throws std::invalid_argument if the name is empty, the incarnation is none, or an option is
  /// out of its range
  member_table(member itself, membership_options options, time_point now);

  // -- what has happened --------------------------------------------------------------------------

  /// Records the hello of the node at the other end of a link. The node that has accepted the link
  /// answers by hello_for(), unless it is told to close it; the one that has opened the link sends
  /// a heartbeat next.
  /// @param dialed the address that this node has connected to; empty if the other has connected
  membership_news hello(link_number link, const node_hello& h, std::string_view dialed,
                        time_point now);
  /// Records that an address has led to this node itself. As a seed it is not tried again.
  membership_news met_itself(std::string_view dialed, time_point now);
  /// Records a heartbeat. One over a link that is not known, any more, is ignored.
  membership_news heartbeat(link_number link, const node_heartbeat& h, time_point now);
  /// Records that any byte has arrived over a link: the other end is alive.
  membership_news heard(link_number link, time_point now);
  /// Records that a link is lost, for whatever reason.
  membership_news link_lost(link_number link, time_point now);
  /// Records that the other end has closed a link, and which life of this node it holds down.
  membership_news refused(std::uint32_t held_life, time_point now);
  /// Records how many more tasks a node has asked for; unknown nodes are ignored.
  void offered(const incarnation& who, std::uint32_t free_slots);
  /// Records that next_tick() has come.
  membership_news tick(time_point now);
  /// Takes the node out of service: no node gives it more work from when it hears of that.
  membership_news drain();
  /// Ends the node's membership. Others hear of it by one more heartbeat; after that the links can
  /// be closed. All further inputs change nothing.
  membership_news leave();

  // -- what there is ------------------------------------------------------------------------------

  /// Returns when tick() is due; empty if it need not be called.
  std::optional<time_point> next_tick() const;
  /// Returns what to say first on a link: one that this node has opened, or that hello() is known
  /// of already.
  node_hello hello_for(std::optional<link_number> link = {}) const;
  /// Returns what to send over a link now; empty if no heartbeats are sent over it.
  /// @param most how many members it lists; the next ones follow in the next one
  std::optional<node_heartbeat> next_heartbeat(link_number link, std::size_t most) const;
  /// Returns what to send over a link now, with membership_options::list_limit members at most;
  /// empty if no heartbeats are sent over it.
  std::optional<node_heartbeat> next_heartbeat(link_number link) const {
    return next_heartbeat(link, book_.options.list_limit);
  }

  /// Tells whether there is a link to a node already that a new one would not replace. To be asked
  /// before a hello is made on the new one: that ends the former.
  /// @param dialed whether this node has opened the new one
  bool keeps_link(const incarnation& to, bool dialed) const;

  /// Returns what the node says of itself.
  const member& itself() const noexcept { return book_.itself; }
  /// Returns the state of the node itself: `joining` until it is a member, `left` at the end.
  member_state state() const noexcept { return book_.state; }
  /// Returns all nodes that are known, this one first; gone ones until they are forgotten.
  std::vector<member_view> nodes() const;
  /// Returns the node of this name that is alive, or else the one that was last; empty if the name
  /// is not known.
  std::optional<member_view> find(std::string_view name) const;
  /// Returns a number that grows whenever something is learned of a node that nodes() tells, but
  /// for links and free slots.
  std::uint64_t version() const noexcept { return book_.entries.noted(); }
  /// Returns why the node is no member yet; empty if it is one.
  std::string waits_for() const;

private:
  using entry = detail::member_entry;

  bool refuses(link_number link, const member& who);
  bool was_given_up(link_number link, entry& e, node_session there, time_point now);
  bool settle_as_client(link_number link, entry& e, node_session there, time_point now);
  bool settle_as_server(link_number link, entry& e, node_session there, time_point now);
  void begin(entry& e, node_session lives, time_point now);
  void attach(link_number link, entry& e, bool dialed, bool resumed, time_point now);
  /// Whether the link that there is stays, if both nodes have opened one at a time.
  bool prevails(const entry& e, bool dialed) const;
  void announce();
  member_view view(const entry& e) const;

  detail::member_book book_;
  detail::seed_list seeds_;
  std::uint32_t free_slots_ = 0;
  time_point awake_; ///< when the last input came
  time_point next_beat_;
  time_point next_complaint_;
};

} // namespace sweet::inline v0_5
