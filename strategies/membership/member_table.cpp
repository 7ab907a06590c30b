// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/membership/member_table.hpp>

#include <sweet/strategies/later.hpp>
#include <sweet/strategies/recovery/place_in_jitter.hpp>

#include <algorithm>
#include <limits>
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
    : itself_(std::move(itself)), options_(checked(options)),
      seeds_(options_.seeds, options_.reconnect, itself_.incarnation.low, now), awake_(now),
      next_beat_(detail::later(now, options_.detector.heartbeat)),
      next_complaint_(detail::later(now, options_.complain_every)) {
  if (itself_.name.empty() || !itself_.incarnation)
    throw std::invalid_argument{"membership: a node has a name and an incarnation"};
  static_cast<void>(phi_detector{options_.detector, now});
  itself_.incarnation.life = 1;
  itself_.version = 1;
  register_.note_itself(itself_.incarnation.start());
  if (seeds_.empty())
    state_ = member_state::up;
}

// -- what has happened
// ------------------------------------------------------------------------------

membership_news member_table::hello(link_number link, const node_hello& h, std::string_view dialed,
                                    time_point now) {
  awake_ = now;
  if (refuses(link, h.who)) {
    if (same_start(h.who.incarnation, itself_.incarnation) && seeds_.met_itself(dialed))
      become(member_state::up, "its only seed is itself");
    return take();
  }
  const auto start = h.who.incarnation.start();
  seeds_.met(dialed, start);
  supersede_others(h.who, now);
  auto* e = register_.find(start);
  if (e == nullptr)
    e = &add(h.who, now);
  else
    learn(*e, h.who, now);
  links_[link] = {start, !dialed.empty()};
  if (dialed.empty()) // the other is about to begin
    e->next_dial = std::max(e->next_dial, detail::later(now, options_.detector.heartbeat));
  if (!dialed.empty() && settle_as_client(link, *e, h.session.seen_from_there(), now) &&
      e->session->link == link)
    news_.heartbeats.push_back(link);
  schedule(*e);
  return take();
}

membership_news member_table::heartbeat(link_number link, const node_heartbeat& h, time_point now) {
  awake_ = now;
  const auto found = links_.find(link);
  if (found == links_.end() || is_over())
    return {};
  auto& e = *register_.find(found->second.start);
  const auto was = e.state;
  const auto there = h.session.seen_from_there();
  if (e.session && e.session->link == link) {
    if (there != e.session->lives) {
      close(link, "the heartbeat belongs to another session");
      return link_lost(link, now);
    }
    e.session->agreed = e.session->proved = true;
  } else if (found->second.dialed || !settle_as_server(link, e, there, now)) {
    schedule(e);
    return take();
  }
  e.session->detector.heartbeat(now);
  read_list(e, h, now);
  judge(e, "it is heard again", now);
  // As long as it stays up, what is due can only come later: tick() looks.
  if (e.state != was || e.due == time_point::max())
    schedule(e);
  return take();
}

membership_news member_table::heard(link_number link, time_point now) {
  awake_ = now;
  const auto found = links_.find(link);
  if (found == links_.end())
    return {};
  auto& e = *register_.find(found->second.start);
  if (!e.session || e.session->link != link)
    return {};
  e.session->detector.heard(now);
  if (e.state == member_state::up)
    return {};
  judge(e, "it is heard again", now);
  schedule(e);
  return take();
}

membership_news member_table::link_lost(link_number link, time_point now) {
  awake_ = now;
  const auto found = links_.find(link);
  if (found != links_.end()) {
    auto& e = *register_.find(found->second.start);
    links_.erase(found);
    if (e.session && e.session->link == link) {
      // Who has opened the link opens the next one; the other waits, so that links do not cross.
      e.session->link.reset();
      e.dials = 0;
      e.next_dial = e.session->dialed ? now : detail::later(now, options_.detector.heartbeat);
      judge(e, "its link is lost", now);
      schedule(e);
    }
  }
  return take();
}

membership_news member_table::refused(std::uint32_t held_life, time_point now) {
  held_down(held_life, now);
  return take();
}

void member_table::offered(const incarnation& who, std::uint32_t free_slots) {
  if (same_start(who, itself_.incarnation))
    free_slots_ = free_slots;
  else if (auto* e = register_.find(who.start()))
    e->free_slots = free_slots;
}

membership_news member_table::tick(time_point now) {
  if (is_over())
    return {};
  excuse_own_pause(now);
  const auto known = [this](const auto& start, const std::string& address) {
    if (start)
      if (const auto* e = register_.find(*start); e != nullptr && is_alive(e->state))
        return e->session || !related(*e);
    return std::ranges::any_of(register_.all(), [&](const auto& x) {
      return x.second.session && x.second.facts.address == address;
    });
  };
  news_.connect = seeds_.due(now, known);
  while (auto* e = register_.first_due()) {
    if (e->due > now)
      break;
    if (act(*e, now))
      schedule(*e);
  }
  if (next_beat_ <= now) {
    announce();
    next_beat_ = detail::later(next_beat_, options_.detector.heartbeat);
    if (next_beat_ <= now)
      next_beat_ = detail::later(now, options_.detector.heartbeat);
  }
  if (state_ == member_state::joining && next_complaint_ <= now) {
    news_.notes.push_back(waits_for());
    next_complaint_ = detail::later(now, options_.complain_every);
  }
  return take();
}

membership_news member_table::drain() {
  if (!itself_.draining && !is_over()) {
    itself_.draining = true;
    ++itself_.version;
    register_.note_itself(itself_.incarnation.start());
    announce();
  }
  return take();
}

membership_news member_table::leave() {
  if (!is_over()) {
    itself_.left = true;
    ++itself_.version;
    register_.note_itself(itself_.incarnation.start());
    announce();
    become(member_state::left, "it leaves");
  }
  return take();
}

// -- what there is
// ----------------------------------------------------------------------------------

std::optional<member_table::time_point> member_table::next_tick() const {
  if (is_over())
    return std::nullopt;
  auto first = next_beat_;
  if (state_ == member_state::joining)
    first = std::min(first, next_complaint_);
  if (const auto due = register_.next_due())
    first = std::min(first, *due);
  if (const auto due = seeds_.next())
    first = std::min(first, *due);
  return first;
}

node_hello member_table::hello_for(std::optional<link_number> link) const {
  node_hello h{.who = itself_, .session = {}};
  if (const auto found = link ? links_.find(*link) : links_.end(); found != links_.end())
    if (const auto* e = register_.find(found->second.start); e != nullptr && e->session)
      h.session = e->session->lives;
  return h;
}

std::optional<node_heartbeat> member_table::next_heartbeat(link_number link) const {
  const auto found = links_.find(link);
  if (found == links_.end())
    return std::nullopt;
  const auto& to = *register_.find(found->second.start);
  if (!to.session || to.session->link != link)
    return std::nullopt;
  const auto& s = *to.session;
  node_heartbeat h{.session = s.lives,
                   .after = s.acknowledged,
                   .upto = register_.noted(),
                   .acknowledged = s.seen,
                   .members = {}};
  const auto& notes = register_.notes();
  for (auto note = notes.upper_bound(h.after); note != notes.end(); ++note) {
    if (h.members.size() == options_.list_limit) {
      h.upto = std::prev(note)->first;
      break;
    }
    const auto* e = register_.find(note->second);
    if (e == nullptr)
      h.members.push_back({.who = itself_, .held_life = 0, .linked = false});
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
  all.reserve(register_.all().size() + 1);
  all.push_back({&itself_, state_, true, true, free_slots_});
  for (const auto& [start, e] : register_.all())
    all.push_back(view(e));
  return all;
}

std::optional<member_view> member_table::find(std::string_view name) const {
  if (name == itself_.name)
    return member_view{&itself_, state_, true, true, free_slots_};
  std::optional<member_view> found;
  for (const auto& [start, e] : register_.all())
    if (e.facts.name == name && (!found || is_alive(e.state)))
      found = view(e);
  return found;
}

std::string member_table::waits_for() const {
  return state_ != member_state::joining
             ? std::string{}
             : "no seed answers (" + seeds_.text() + "): " + itself_.name + " waits";
}

// -- sessions
// ---------------------------------------------------------------------------------------

bool member_table::refuses(link_number link, const member& who) {
  if (is_over())
    close(link, itself_.name + " has left");
  else if (same_start(who.incarnation, itself_.incarnation))
    close(link, "this is the node itself");
  else if (const auto* e = register_.find(who.incarnation.start()); e == nullptr)
    return false;
  else if (e->facts.left)
    close(link, who.name + " has left; a node that comes back is started anew");
  else if (e->superseded())
    close(link, "another start has taken the name or the address of " + who.name, e->held_life);
  else if (who.incarnation.life <= e->ended_life)
    close(link, "this life of " + who.name + " was given up", e->ended_life);
  else
    return false;
  return true;
}

void member_table::supersede_others(const member& who, time_point now) {
  for (auto& [start, e] : register_.all()) {
    if (start == who.incarnation.start() || e.facts.left || e.superseded())
      continue;
    if (e.facts.name == who.name)
      end(e, listed_member::all_lives, "it was started anew", now);
    else if (!who.address.empty() && e.facts.address == who.address)
      end(e, listed_member::all_lives, who.name + " has taken its address", now);
  }
}

// The answer to a hello says what the other has; this node decides, and tells by a heartbeat.
bool member_table::settle_as_client(link_number link, entry& e, node_session there,
                                    time_point now) {
  const bool same = e.session && there == e.session->lives;
  if (e.session && e.session->agreed && !same) {
    end(e, e.life(), "it has given up this node meanwhile", now);
    close(link, "the session is over", e.held_life);
    return false;
  }
  if (!same)
    begin(e, {.mine = itself_.incarnation.life, .yours = e.life()}, now);
  attach(link, e, true, same, now);
  return true;
}

// The first heartbeat says what the other has decided.
bool member_table::settle_as_server(link_number link, entry& e, node_session there,
                                    time_point now) {
  const bool same = e.session && there == e.session->lives;
  if (e.session && e.session->agreed && !same) {
    end(e, e.life(), "it has given up this node meanwhile", now);
    close(link, "the session is over", e.held_life);
    return false;
  }
  if (!same) {
    if (!there || there.yours <= e.ended_life || e.superseded() || e.facts.left) {
      close(link, "the session is over", e.ended_life);
      return false;
    }
    begin(e, there, now);
  }
  e.session->agreed = true;
  attach(link, e, false, same, now);
  return e.session->link == link;
}

void member_table::begin(entry& e, node_session lives, time_point now) {
  if (e.session && e.session->link)
    close(*e.session->link, "a new session has begun");
  e.session = std::make_unique<detail::peer_session>(
      detail::peer_session{.lives = lives, .detector = phi_detector{options_.detector, now}});
  register_.note(e);
}

void member_table::attach(link_number link, entry& e, bool dialed, bool resumed, time_point now) {
  auto& s = *e.session;
  const bool heard_nobody = !hears();
  if (s.link) {
    // Both have opened a link at a time: they keep the one of the lower start. But once the other
    // has used a link, another hello of it means that it has lost that link.
    const bool lower = itself_.incarnation.start() < e.start();
    if (!s.proved && s.dialed == lower && dialed != lower) {
      close(link, "there is a link already");
      return;
    }
    close(*s.link, "there is a newer link");
  }
  s.link = link;
  s.dialed = dialed;
  s.proved = false;
  s.detector.resumed(now);
  e.dials = 0;
  if (heard_nobody) // what others tell begins anew
    for (auto& [start, other] : register_.all())
      if (other.state == member_state::suspect && !other.session) {
        other.unseen_since = now;
        schedule(other);
      }
  news_.ready.push_back({link, e.facts.incarnation, resumed});
  if (state_ == member_state::joining)
    become(member_state::up, "it has found " + e.facts.name);
  judge(e, resumed ? "its link is there again" : "it has said hello", now);
}

void member_table::end(entry& e, std::uint32_t held_life, std::string why, time_point now) {
  e.held_life = std::max(e.held_life, held_life);
  register_.note(e);
  drop_session(e, why, now);
  judge(e, why, now);
  schedule(e);
}

void member_table::drop_session(entry& e, const std::string& why, time_point now) {
  if (!e.session)
    return;
  if (e.session->link)
    close(*e.session->link, why, e.held_life);
  e.session.reset();
  e.free_slots = 0;
  register_.note(e);
  for (auto& [start, other] : register_.all())
    if (!other.vouchers.empty()) {
      other.vouch(e.start(), false);
      if (!other.session && other.vouchers.empty()) {
        judge(other, "nobody tells of it any more", now);
        schedule(other);
      }
    }
}

void member_table::close(link_number link, std::string why, std::uint32_t held_life) {
  links_.erase(link);
  news_.close.push_back({link, std::move(why), held_life});
}

// -- knowledge
// --------------------------------------------------------------------------------------

void member_table::read_list(entry& from, const node_heartbeat& h, time_point now) {
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
  s.acknowledged = std::min(h.acknowledged, register_.noted());
}

void member_table::merge(entry& from, const listed_member& x, bool fresh, time_point now) {
  if (same_start(x.who.incarnation, itself_.incarnation)) {
    held_down(x.held_life, now);
    return;
  }
  auto* e = register_.find(x.who.incarnation.start());
  if (e == nullptr) {
    // Who is over, and was never known, need not be known.
    if (x.who.left || x.held_life >= x.who.incarnation.life)
      return;
    e = &add(x.who, now);
  }
  // Who did not know the node when it was told of its end, has to be told again.
  const bool behind = x.held_life < e->held_life || x.who.version < e->facts.version;
  if (behind && !is_alive(e->state) && e->noted <= from.session->acknowledged)
    register_.note(*e);
  if (e->facts.left || e->superseded())
    return;
  learn(*e, x.who, now);
  if (x.held_life > e->held_life) {
    e->held_life = x.held_life;
    register_.note(*e);
    if (e->superseded())
      drop_session(*e, "another start has taken its name or address", now);
  }
  if (fresh && from.start() != e->start())
    e->vouch(from.start(), x.linked);
  judge(*e, "others say so", now);
  if (!e->session)
    schedule(*e);
}

detail::member_entry& member_table::add(const member& who, time_point now) {
  auto& e = register_.add(who);
  e.unseen_since = now;
  // The lower start opens the link; the other waits, so that links do not cross.
  e.next_dial = itself_.incarnation.start() < e.start()
                    ? now
                    : detail::later(now, 2 * options_.detector.heartbeat);
  return e;
}

void member_table::learn(entry& e, const member& who, time_point now) {
  if (who.version <= e.facts.version)
    return;
  register_.set_facts(e, who);
  if (e.state == member_state::down && e.life() > e.ended_life) {
    register_.set_state(e, member_state::joining);
    e.unseen_since = now;
    e.dials = 0;
    e.next_dial = now;
  }
  if (who.left)
    drop_session(e, "it has left", now);
}

void member_table::judge(entry& e, std::string_view why, time_point now) {
  const auto was = e.state;
  const auto is = e.judged(now);
  if (is == was || !is_alive(was))
    return;
  register_.set_state(e, is);
  if (!e.session)
    e.unseen_since = now;
  if (!is_alive(is)) {
    e.ended_life = e.superseded() || e.facts.left ? listed_member::all_lives : e.life();
    e.dials = 0;
    e.next_dial = detail::later(now, options_.detector.heartbeat);
  }
  // Nobody was told of a node that ends before it was up.
  if (was != member_state::joining || is == member_state::up)
    news_.changes.push_back({e.facts.name, e.facts.incarnation, was, is,
                             std::string{is == member_state::left ? "it has left" : why}});
}

void member_table::held_down(std::uint32_t life, time_point now) {
  if (life < itself_.incarnation.life || is_over())
    return;
  ++itself_.version;
  register_.note_itself(itself_.incarnation.start());
  if (life == listed_member::all_lives) {
    news_.superseded = true;
    news_.notes.push_back("another start has taken the name or the address of " + itself_.name +
                          ", which is over");
    become(member_state::left, "another start has taken its name or address");
    return;
  }
  itself_.incarnation.life = life + 1;
  news_.notes.push_back("others have given up " + itself_.name + ", which begins its life " +
                        std::to_string(life + 1));
  // Whoever gave this node up takes its next life; so look for them soon.
  for (auto& [start, e] : register_.all())
    if (e.state == member_state::down) {
      e.dials = 0;
      e.next_dial = now;
      schedule(e);
    }
}

void member_table::become(member_state state, std::string why) {
  news_.changes.push_back(
      {itself_.name, itself_.incarnation, std::exchange(state_, state), state, std::move(why)});
}

void member_table::announce() {
  for (const auto& [link, to] : links_)
    if (const auto* e = register_.find(to.start); e->session && e->session->link == link)
      news_.heartbeats.push_back(link);
}

// -- times
// ------------------------------------------------------------------------------------------

// A large cluster that has lost its hubs does not become a mesh: that would be a storm of links.
bool member_table::mesh() const noexcept {
  return register_.alive() < options_.mesh_limit ||
         !(register_.had_hubs() || has_role(itself_, "hub"));
}

bool member_table::related(const entry& e) const {
  return mesh() || has_role(itself_, "hub") || has_role(e.facts, "hub");
}

bool member_table::dials(const entry& e) const {
  return !e.linked() && !e.facts.left && !e.superseded() && !e.facts.address.empty() &&
         (e.session || related(e));
}

// While the node itself was stopped, or had no processor, it could hear nobody.
void member_table::excuse_own_pause(time_point now) {
  const auto asleep = now - std::exchange(awake_, now);
  if (now - *next_tick() <= options_.detector.heartbeat / 2)
    return;
  for (auto& [start, e] : register_.all())
    if (e.session) {
      e.session->detector.excuse(asleep, now);
      schedule(e);
    }
}

void member_table::schedule(entry& e) {
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
  register_.set_due(e, due);
}

// Ten heartbeats are enough for a name in lists that nobody has a session with, and for a node that
// nobody tells of any more. A node that has no link itself is told nothing, and waits longer.
member_table::time_point member_table::forget_at(const entry& e) const {
  const bool soon = e.state == member_state::joining ? e.ended_life == 0
                                                     : e.state == member_state::suspect && hears();
  const auto ten = 10 * options_.detector.heartbeat;
  return detail::later(e.unseen_since,
                       soon ? std::min<std::chrono::nanoseconds>(ten, options_.forget_after)
                            : options_.forget_after);
}

bool member_table::hears() const {
  return std::ranges::any_of(links_, [this](const auto& x) {
    const auto* e = register_.find(x.second.start);
    return e->session && e->session->link == x.first;
  });
}

// @returns whether the entry is still there.
bool member_table::act(entry& e, time_point now) {
  if (e.session && now >= e.session->detector.down_at()) {
    end(e, e.life(), e.linked() ? "it is silent" : "its link is lost, and does not come back", now);
    return true;
  }
  if (!e.session && e.state != member_state::up && now >= forget_at(e)) {
    if (e.state == member_state::suspect) {
      end(e, e.life(), "nobody tells of it any more", now);
      return true;
    }
    for (auto link = links_.begin(); link != links_.end();)
      if (auto next = std::next(link); link->second.start == e.start()) {
        close(link->first, "no session was begun");
        link = next;
      } else {
        link = next;
      }
    register_.erase(e.start());
    return false;
  }
  judge(e, "it is silent", now);
  if (dials(e) && e.next_dial <= now)
    dial(e, now);
  return true;
}

// Nodes that are down are tried as rarely as may be: they may come back as another life or start.
void member_table::dial(entry& e, time_point now) {
  news_.connect.push_back(e.facts.address);
  ++e.dials;
  const auto place =
      detail::place_in_jitter(itself_.incarnation.low, e.facts.incarnation.low, e.dials);
  const auto delay = options_.reconnect.delay(e.dials, place);
  e.next_dial = detail::later(now, std::max<backoff::duration>(delay, 1ms));
}

member_view member_table::view(const entry& e) const {
  return {&e.facts, e.state, e.linked(), false, e.free_slots};
}

membership_news member_table::take() {
  const bool has_hubs = register_.hubs() != 0 || has_role(itself_, "hub") || mesh();
  if (std::exchange(had_hubs_, has_hubs) && !has_hubs)
    news_.notes.push_back("no hub is left: nodes hear of each other by hubs only");
  if (const bool is_mesh = mesh(); is_mesh != was_mesh_) {
    was_mesh_ = is_mesh;
    for (auto& [start, e] : register_.all())
      schedule(e);
  }
  return std::exchange(news_, {});
}

} // namespace sweet::inline v0_5
