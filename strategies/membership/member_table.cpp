// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/membership/member_table.hpp>

#include <sweet/strategies/later.hpp>

#include <algorithm>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <utility>

namespace sweet::inline v0_5 {

namespace {

using namespace std::chrono_literals;

const membership_options& checked(const membership_options& o) {
  if (o.complain_every <= 0ns || o.forget_after <= 0ns || o.list_limit == 0)
    throw std::invalid_argument{
        "membership: complain_every, forget_after and list_limit have to be positive"};
  return o;
}

} // namespace

member_table::member_table(member itself, membership_options options, time_point now)
    : book_{.itself = std::move(itself), .options = checked(options)},
      seeds_(book_.options.seeds, book_.options.reconnect, book_.itself.incarnation.low, now),
      awake_(now), next_beat_(detail::later(now, book_.options.detector.heartbeat)),
      next_complaint_(detail::later(now, book_.options.complain_every)) {
  if (book_.itself.name.empty() || !book_.itself.incarnation)
    throw std::invalid_argument{"membership: a node has a name and an incarnation"};
  static_cast<void>(phi_detector{book_.options.detector, now}); // its options are checked, too
  book_.itself.incarnation.life = 1;
  book_.itself.version = 1;
  book_.entries.note_itself(book_.itself.incarnation.start());
  if (seeds_.empty())
    book_.state = member_state::up;
}

// -- What has happened

membership_news member_table::hello(link_number link, const node_hello& h, std::string_view dialed,
                                    time_point now) {
  awake_ = now;
  if (refuses(link, h.who)) {
    if (same_start(h.who.incarnation, book_.itself.incarnation))
      return met_itself(dialed, now);
    return book_.take();
  }
  const auto start = h.who.incarnation.start();
  seeds_.met(dialed, start);
  auto* e = book_.entries.find(start);
  if (e == nullptr)
    e = &book_.add(h.who, now);
  else
    book_.learn(*e, h.who, now);
  book_.links[link] = {start, !dialed.empty(), ++book_.steps};
  if (dialed.empty()) // the other is about to begin
    e->next_dial = std::max(e->next_dial, detail::later(now, book_.options.detector.heartbeat));
  if (!dialed.empty() && settle_as_client(link, *e, h.session.seen_from_there(), now) &&
      e->session->link == link)
    book_.news.heartbeats.push_back(link);
  book_.schedule(*e);
  return book_.take();
}

membership_news member_table::met_itself(std::string_view dialed, time_point now) {
  awake_ = now;
  if (seeds_.met_itself(dialed))
    book_.become(member_state::up, "its only seed is itself");
  return book_.take();
}

membership_news member_table::heartbeat(link_number link, const node_heartbeat& h, time_point now) {
  awake_ = now;
  const auto found = book_.links.find(link);
  if (found == book_.links.end() || book_.is_over())
    return {};
  auto& e = *book_.entries.find(found->second.start);
  const auto was = e.state;
  const auto there = h.session.seen_from_there();
  if (e.session && e.session->link == link) {
    if (there != e.session->lives) {
      book_.close(link, "the heartbeat belongs to another session");
      return link_lost(link, now);
    }
    e.session->agreed = e.session->proved = true;
  } else if (found->second.dialed || !settle_as_server(link, e, there, now)) {
    book_.schedule(e);
    return book_.take();
  }
  e.session->detector.heartbeat(now);
  book_.read_list(e, h, now);
  book_.judge(e, "it is heard again", now);
  // As long as it stays up, what is due can only come later: tick() looks.
  if (e.state != was || e.due == time_point::max())
    book_.schedule(e);
  return book_.take();
}

membership_news member_table::heard(link_number link, time_point now) {
  awake_ = now;
  const auto found = book_.links.find(link);
  if (found == book_.links.end())
    return {};
  auto& e = *book_.entries.find(found->second.start);
  if (!e.session || e.session->link != link)
    return {};
  e.session->detector.heard(now);
  if (e.state == member_state::up)
    return {};
  book_.judge(e, "it is heard again", now);
  book_.schedule(e);
  return book_.take();
}

membership_news member_table::link_lost(link_number link, time_point now) {
  awake_ = now;
  const auto found = book_.links.find(link);
  if (found != book_.links.end() && !book_.is_over()) {
    auto& e = *book_.entries.find(found->second.start);
    book_.links.erase(found);
    if (e.session && e.session->link == link) {
      // Who has opened the link opens the next one; the other waits, so that links do not cross.
      e.session->link.reset();
      e.dials = 0;
      const bool next_has_come = std::ranges::any_of(
          book_.links, [&](const auto& x) { return x.second.start == e.start(); });
      e.next_dial = e.session->dialed && !next_has_come
                        ? now
                        : detail::later(now, book_.options.detector.heartbeat);
      book_.judge(e, "its link is lost", now);
      book_.schedule(e);
    }
  }
  return book_.take();
}

membership_news member_table::refused(std::uint32_t held_life, time_point now) {
  book_.held_down(held_life, now);
  return book_.take();
}

void member_table::offered(const incarnation& who, std::uint32_t free_slots) {
  if (same_start(who, book_.itself.incarnation))
    free_slots_ = free_slots;
  else if (auto* e = book_.entries.find(who.start()))
    e->free_slots = free_slots;
}

membership_news member_table::tick(time_point now) {
  if (book_.is_over())
    return {};
  if (now - *next_tick() > book_.options.detector.heartbeat / 2)
    book_.excuse_silence(now - awake_, now);
  awake_ = now;
  const auto known = [this](const auto& start, const std::string& address) {
    if (start)
      if (const auto* e = book_.entries.find(*start); e != nullptr && is_alive(e->state))
        return e->session || !book_.related(*e);
    return std::ranges::any_of(book_.entries.all(), [&](const auto& x) {
      return x.second.session && x.second.facts.address == address;
    });
  };
  book_.news.connect = seeds_.due(now, known);
  while (auto* e = book_.entries.first_due()) {
    if (e->due > now)
      break;
    if (book_.act(*e, now))
      book_.schedule(*e);
  }
  if (next_beat_ <= now) {
    announce();
    next_beat_ = detail::later(next_beat_, book_.options.detector.heartbeat);
    if (next_beat_ <= now)
      next_beat_ = detail::later(now, book_.options.detector.heartbeat);
  }
  if (book_.state == member_state::joining && next_complaint_ <= now) {
    book_.news.notes.push_back(waits_for());
    next_complaint_ = detail::later(now, book_.options.complain_every);
  }
  return book_.take();
}

membership_news member_table::drain() {
  if (!book_.itself.draining && !book_.is_over()) {
    book_.itself.draining = true;
    book_.change_itself();
    announce();
  }
  return book_.take();
}

membership_news member_table::leave() {
  if (!book_.is_over()) {
    book_.itself.left = true;
    book_.change_itself();
    announce();
    book_.become(member_state::left, "it leaves");
  }
  return book_.take();
}

// -- What there is

std::optional<member_table::time_point> member_table::next_tick() const {
  if (book_.is_over())
    return std::nullopt;
  auto first = next_beat_;
  if (book_.state == member_state::joining)
    first = std::min(first, next_complaint_);
  if (const auto due = book_.entries.next_due())
    first = std::min(first, *due);
  if (const auto due = seeds_.next())
    first = std::min(first, *due);
  return first;
}

node_hello member_table::hello_for(std::optional<link_number> link) const {
  node_hello h{.who = book_.itself, .session = {}};
  if (const auto found = link ? book_.links.find(*link) : book_.links.end();
      found != book_.links.end())
    if (const auto* e = book_.entries.find(found->second.start); e != nullptr && e->session)
      h.session = e->session->lives;
  return h;
}

std::optional<node_heartbeat> member_table::next_heartbeat(link_number link,
                                                           std::size_t most) const {
  const auto found = book_.links.find(link);
  if (found == book_.links.end())
    return std::nullopt;
  const auto& to = *book_.entries.find(found->second.start);
  if (!to.session || to.session->link != link)
    return std::nullopt;
  const auto& s = *to.session;
  node_heartbeat h{.session = s.lives,
                   .after = s.acknowledged,
                   .upto = book_.entries.noted(),
                   .acknowledged = s.seen,
                   .members = {}};
  // The last word of a node is short, so that it fits into what is left of any list.
  if (book_.itself.left) {
    h.members.push_back({.who = book_.itself, .held_life = 0, .linked = false});
    return h;
  }
  const auto& notes = book_.entries.notes();
  for (auto note = notes.upper_bound(h.after); note != notes.end(); ++note) {
    if (h.members.size() == most) {
      h.upto = std::prev(note)->first;
      break;
    }
    const auto* e = book_.entries.find(note->second);
    if (e == nullptr)
      h.members.push_back({.who = book_.itself, .held_life = 0, .linked = false});
    // The receiver knows better: it has a session with that node, and this one has nothing to add.
    else if (e->session || e->held_life >= e->life() || e->facts.left ||
             std::ranges::find(e->vouchers, to.start()) == e->vouchers.end())
      h.members.push_back(
          {.who = e->facts, .held_life = e->held_life, .linked = e->session != nullptr});
  }
  return h;
}

std::vector<member_view> member_table::nodes() const {
  std::vector<member_view> all;
  all.reserve(book_.entries.all().size() + 1);
  all.push_back({&book_.itself, book_.state, true, true, free_slots_});
  for (const auto& [start, e] : book_.entries.all())
    all.push_back(view(e));
  return all;
}

std::optional<member_view> member_table::find(std::string_view name) const {
  if (name == book_.itself.name)
    return member_view{&book_.itself, book_.state, true, true, free_slots_};
  std::optional<member_view> found;
  for (const auto& [start, e] : book_.entries.all())
    if (e.facts.name == name && (!found || is_alive(e.state)))
      found = view(e);
  return found;
}

std::string member_table::waits_for() const {
  return book_.state != member_state::joining
             ? std::string{}
             : "no seed answers (" + seeds_.text() + "): " + book_.itself.name + " waits";
}

// -- Sessions

bool member_table::refuses(link_number link, const member& who) {
  if (book_.is_over())
    book_.close(link, book_.itself.name + " has left");
  else if (same_start(who.incarnation, book_.itself.incarnation))
    book_.close(link, "this is the node itself");
  else if (const auto* e = book_.entries.find(who.incarnation.start()); e == nullptr)
    return false;
  else if (e->facts.left)
    book_.close(link, who.name + " has left; a node that comes back is started anew");
  else if (e->superseded())
    book_.close(link, "another start has taken the name or the address of " + who.name,
                e->held_life);
  else if (who.incarnation.life <= e->ended_life)
    book_.close(link, "this life of " + who.name + " was given up", e->ended_life);
  else
    return false;
  return true;
}

// The other has no session, or another one: what it was given is gone.
bool member_table::was_given_up(link_number link, entry& e, node_session there, time_point now) {
  if (!e.session || !e.session->agreed || there == e.session->lives)
    return false;
  book_.end(e, e.life(), "it has given up this node meanwhile", now);
  book_.close(link, "the session is over", e.held_life);
  return true;
}

// The answer to a hello says what the other has; this node decides, and tells by a heartbeat.
bool member_table::settle_as_client(link_number link, entry& e, node_session there,
                                    time_point now) {
  if (was_given_up(link, e, there, now))
    return false;
  const bool same = e.session && there == e.session->lives;
  if (!book_.supersede_others(link, e, now))
    return false;
  if (!same)
    begin(e, {.mine = book_.itself.incarnation.life, .yours = e.life()}, now);
  attach(link, e, true, same, now);
  return true;
}

// The first heartbeat says what the other has decided. It also shows that the other is alive: a
// hello alone may be that of a start which has ended since.
bool member_table::settle_as_server(link_number link, entry& e, node_session there,
                                    time_point now) {
  if (was_given_up(link, e, there, now))
    return false;
  const bool same = e.session && there == e.session->lives;
  if (!same) {
    // The other may have begun another life since its hello, or been given up.
    if (!there || there.yours <= e.ended_life || !is_alive(e.state)) {
      book_.close(link, "the session is over", e.ended_life);
      return false;
    }
    if (!book_.supersede_others(link, e, now))
      return false;
    begin(e, there, now);
  }
  e.session->agreed = true;
  attach(link, e, false, same, now);
  return e.session->link == link;
}

void member_table::begin(entry& e, node_session lives, time_point now) {
  if (e.session && e.session->link)
    book_.close(*e.session->link, "a new session has begun");
  e.session = std::make_unique<detail::peer_session>(
      detail::peer_session{.lives = lives, .detector = phi_detector{book_.options.detector, now}});
  e.began = ++book_.steps;
  book_.entries.note(e);
}

void member_table::attach(link_number link, entry& e, bool dialed, bool resumed, time_point now) {
  auto& s = *e.session;
  const bool heard_nobody = !book_.hears();
  if (s.link) {
    // Both have opened a link at a time: they keep the one of the lower start. But once the other
    // has used a link, another hello of it means that it has lost that link.
    if (prevails(e, dialed)) {
      book_.close(link, "there is a link already");
      return;
    }
    book_.close(*s.link, "there is a newer link");
  }
  s.link = link;
  s.dialed = dialed;
  s.proved = false;
  s.detector.resumed(now);
  e.dials = 0;
  if (heard_nobody) // what others tell begins anew
    for (auto& [start, other] : book_.entries.all())
      if (other.state == member_state::suspect && !other.session) {
        other.unseen_since = now;
        book_.schedule(other);
      }
  book_.news.ready.push_back({link, e.facts.incarnation, resumed});
  if (book_.state == member_state::joining)
    book_.become(member_state::up, "it has found " + e.facts.name);
  book_.judge(e, resumed ? "its link is there again" : "it has said hello", now);
}

bool member_table::prevails(const entry& e, bool dialed) const {
  const auto& s = *e.session;
  const bool lower = book_.itself.incarnation.start() < e.start();
  return !s.proved && s.dialed == lower && dialed != lower;
}

bool member_table::keeps_link(const incarnation& to, bool dialed) const {
  const auto* e = book_.entries.find(to.start());
  // This node opens a link only where there is none: one that has come meanwhile is as good.
  return e != nullptr && e->session && e->session->link && (dialed || prevails(*e, dialed));
}

void member_table::announce() {
  for (const auto& [link, to] : book_.links)
    if (const auto* e = book_.entries.find(to.start); e->session && e->session->link == link)
      book_.news.heartbeats.push_back(link);
}

member_view member_table::view(const entry& e) const {
  return {&e.facts, e.state, e.linked(), false, e.free_slots};
}

} // namespace sweet::inline v0_5
