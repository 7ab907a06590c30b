// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/membership/member_book.hpp>

#include <sweet/strategies/later.hpp>
#include <sweet/strategies/recovery/place_in_jitter.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace sweet::inline v0_5::detail {

using namespace std::chrono_literals;

bool member_book::supersede_others(link_number link, member_entry& e, time_point now) {
  const auto& by = links.at(link);
  const auto rival = [&](const member_entry& x) {
    return &x != &e && x.began != 0 && !x.facts.left && !x.superseded() &&
           (x.facts.name == e.facts.name ||
            (!e.facts.address.empty() && x.facts.address == e.facts.address));
  };
  for (const auto& [start, x] : entries.all())
    if (rival(x) && (by.dialed ? x.linked() : x.began > by.said_hello)) {
      close(link, "there is a link to a later start");
      return false;
    }
  for (auto& [start, x] : entries.all())
    if (rival(x))
      end(x, listed_member::all_lives,
          x.facts.name == e.facts.name ? "it was started anew"
                                       : e.facts.name + " has taken its address",
          now);
  return true;
}

void member_book::drop_session(member_entry& e, const std::string& why, time_point now) {
  if (!e.session)
    return;
  if (e.session->link)
    close(*e.session->link, why, e.held_life);
  e.session.reset();
  e.free_slots = 0;
  entries.note(e);
  for (auto& [start, other] : entries.all())
    if (!other.vouchers.empty()) {
      other.vouch(e.start(), false);
      if (!other.session && other.vouchers.empty()) {
        judge(other, "nobody tells of it any more", now);
        schedule(other);
      }
    }
}

void member_book::end(member_entry& e, std::uint32_t held_life, std::string why, time_point now) {
  e.held_life = std::max(e.held_life, held_life);
  entries.note(e);
  drop_session(e, why, now);
  judge(e, why, now);
  schedule(e);
}

void member_book::close(link_number link, std::string why, std::uint32_t held_life) {
  links.erase(link);
  news.close.push_back({link, std::move(why), held_life});
}

void member_book::read_list(member_entry& from, const node_heartbeat& h, time_point now) {
  // A list from before the last one tells nothing new of sessions; all else in it can be late.
  const bool fresh = h.upto >= from.session->seen;
  for (const auto& x : h.members) {
    merge(from, x, fresh, now);
    if (!from.session)
      return;
  }
  auto& s = *from.session;
  if (h.after <= s.seen)
    s.seen = std::max(s.seen, h.upto);
  s.acknowledged = std::min(h.acknowledged, entries.noted());
}

void member_book::merge(member_entry& from, const listed_member& x, bool fresh, time_point now) {
  if (same_start(x.who.incarnation, itself.incarnation)) {
    held_down(x.held_life, now);
    return;
  }
  auto* e = entries.find(x.who.incarnation.start());
  if (e == nullptr) {
    // Who is over, and was never known, need not be known.
    if (x.who.left || x.held_life >= x.who.incarnation.life)
      return;
    e = &add(x.who, now);
  }
  // Who did not know the node when it was told of its end, has to be told again.
  const bool behind = x.held_life < e->held_life || x.who.version < e->facts.version;
  if (behind && !is_alive(e->state) && e->noted <= from.session->acknowledged)
    entries.note(*e);
  if (e->facts.left || e->superseded())
    return;
  learn(*e, x.who, now);
  if (x.held_life > e->held_life) {
    e->held_life = x.held_life;
    entries.note(*e);
    if (e->superseded())
      drop_session(*e, "another start has taken its name or address", now);
  }
  if (fresh && from.start() != e->start())
    e->vouch(from.start(), x.linked);
  judge(*e, "others say so", now);
  if (!e->session)
    schedule(*e);
}

member_entry& member_book::add(const member& who, time_point now) {
  auto& e = entries.add(who);
  e.unseen_since = now;
  // The lower start opens the link; the other waits, so that links do not cross.
  e.next_dial =
      itself.incarnation.start() < e.start() ? now : later(now, 2 * options.detector.heartbeat);
  return e;
}

void member_book::learn(member_entry& e, const member& who, time_point now) {
  if (who.version <= e.facts.version)
    return;
  entries.set_facts(e, who);
  if (e.state == member_state::down && e.life() > e.ended_life) {
    entries.set_state(e, member_state::joining);
    e.unseen_since = now;
    e.dials = 0;
    e.next_dial = now;
  }
  if (who.left)
    drop_session(e, "it has left", now);
}

void member_book::judge(member_entry& e, std::string_view why, time_point now) {
  const auto was = e.state;
  const auto is = e.judged(now);
  if (is == was || !is_alive(was))
    return;
  entries.set_state(e, is);
  if (!e.session)
    e.unseen_since = now;
  if (!is_alive(is)) {
    e.ended_life = e.superseded() || e.facts.left ? listed_member::all_lives : e.life();
    e.dials = 0;
    e.next_dial = later(now, options.detector.heartbeat);
  }
  // Nobody was told of a node that ends before it was up.
  if (was != member_state::joining || is == member_state::up)
    news.changes.push_back({e.facts.name, e.facts.incarnation, was, is,
                            std::string{is == member_state::left ? "it has left" : why}});
}

void member_book::change_itself() {
  ++itself.version;
  entries.note_itself(itself.incarnation.start());
}

void member_book::held_down(std::uint32_t life, time_point now) {
  if (life < itself.incarnation.life || is_over())
    return;
  change_itself();
  if (life == listed_member::all_lives) {
    news.superseded = true;
    news.notes.push_back("another start has taken the name or the address of " + itself.name +
                         ", which is over");
    become(member_state::left, "another start has taken its name or address");
    return;
  }
  itself.incarnation.life = life + 1;
  news.notes.push_back("others have given up " + itself.name + ", which begins its life " +
                       std::to_string(life + 1));
  // Whoever gave this node up takes its next life; so look for them soon.
  for (auto& [start, e] : entries.all())
    if (e.state == member_state::down) {
      e.dials = 0;
      e.next_dial = now;
      schedule(e);
    }
}

void member_book::become(member_state to, std::string why) {
  news.changes.push_back(
      {itself.name, itself.incarnation, std::exchange(state, to), to, std::move(why)});
}

// A large cluster that has lost its hubs does not become a mesh: that would be a storm of links.
bool member_book::mesh() const noexcept {
  return entries.alive() < options.mesh_limit || !(entries.had_hubs() || has_role(itself, "hub"));
}

bool member_book::related(const member_entry& e) const {
  return mesh() || has_role(itself, "hub") || has_role(e.facts, "hub");
}

bool member_book::dials(const member_entry& e) const {
  return !e.linked() && !e.facts.left && !e.superseded() && !e.facts.address.empty() &&
         (e.session || related(e));
}

void member_book::schedule(member_entry& e) {
  auto due = time_point::max();
  if (e.linked())
    due = e.state == member_state::up ? e.session->detector.suspect_at()
                                      : e.session->detector.down_at();
  else if (e.session)
    due = e.session->detector.down_at();
  else if (e.state != member_state::up)
    due = forget_at(e);
  if (dials(e))
    due = std::min(due, e.next_dial);
  entries.set_due(e, due);
}

// @returns whether the entry is still there.
bool member_book::act(member_entry& e, time_point now) {
  if (e.session && now >= e.session->detector.down_at()) {
    end(e, e.life(), e.linked() ? "it is silent" : "its link is lost, and does not come back", now);
    return true;
  }
  if (!e.session && e.state != member_state::up && now >= forget_at(e)) {
    if (e.state == member_state::suspect || (is_alive(e.state) && e.ended_life != 0)) {
      end(e, e.life(), "nobody tells of it any more", now);
      return true;
    }
    std::vector<link_number> unused;
    for (const auto& [link, to] : links)
      if (to.start == e.start())
        unused.push_back(link);
    for (const auto link : unused)
      close(link, "no session was begun");
    entries.erase(e.start());
    return false;
  }
  judge(e, "it is silent", now);
  if (dials(e) && e.next_dial <= now)
    dial(e, now);
  return true;
}

// Nodes that are down are tried as rarely as may be: they may come back as another life or start.
void member_book::dial(member_entry& e, time_point now) {
  news.connect.push_back(e.facts.address);
  ++e.dials;
  const auto place = place_in_jitter(itself.incarnation.low, e.facts.incarnation.low, e.dials);
  const auto delay = options.reconnect.delay(e.dials, place);
  e.next_dial = later(now, std::max<backoff::duration>(delay, 1ms));
}

// Ten heartbeats are enough for a name in lists that nobody has a session with, and for a node that
// nobody tells of any more. A node that has no link itself is told nothing, and waits longer.
member_book::time_point member_book::forget_at(const member_entry& e) const {
  const bool soon =
      e.state == member_state::joining || (e.state == member_state::suspect && hears());
  const auto ten = 10 * options.detector.heartbeat;
  return later(e.unseen_since, soon ? std::min<std::chrono::nanoseconds>(ten, options.forget_after)
                                    : options.forget_after);
}

bool member_book::hears() const {
  return std::ranges::any_of(links, [this](const auto& x) {
    const auto* e = entries.find(x.second.start);
    return e->session && e->session->link == x.first;
  });
}

membership_news member_book::take() {
  const bool has_hubs = entries.hubs() != 0 || has_role(itself, "hub") || mesh();
  if (std::exchange(had_hubs, has_hubs) && !has_hubs)
    news.notes.push_back("no hub is left: nodes hear of each other by hubs only");
  if (const bool is_mesh = mesh(); is_mesh != was_mesh) {
    was_mesh = is_mesh;
    for (auto& [start, e] : entries.all())
      schedule(e);
  }
  return std::exchange(news, {});
}

void member_book::excuse_silence(std::chrono::nanoseconds asleep, time_point now) {
  for (auto& [start, e] : entries.all())
    if (e.session) {
      e.session->detector.excuse(asleep, now);
      schedule(e);
    }
}

} // namespace sweet::inline v0_5::detail
