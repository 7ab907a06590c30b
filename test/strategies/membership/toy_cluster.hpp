#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/membership/member_table.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace toy {

using namespace std::chrono_literals;

/// What the network between the nodes of a toy cluster does to messages. A message that is late may
/// be overtaken by later ones of its link.
struct network {
  std::chrono::nanoseconds delay = 1ms;  ///< of each message
  std::chrono::nanoseconds jitter = 0ms; ///< up to so much more
  double lost = 0;                       ///< the share of heartbeats that are lost
  double doubled = 0;
  double late = 0;
  std::chrono::nanoseconds late_by = 3s; ///< up to
};

/// Nodes that are nothing but a member_table and a strand, links that behave like TCP, virtual
/// time. Everything that happens is drawn from a seed.
class cluster {
public:
  using time_point = sweet::member_table::time_point;

  /// What a watcher on a node has been told, with the time.
  struct told {
    time_point at;
    sweet::member_change change;
  };

  struct node {
    std::string name;
    std::string address;
    sweet::membership_options options;
    std::vector<std::string> roles;
    std::uint32_t slots = 4;
    std::unique_ptr<sweet::member_table> table{}; ///< none while it is not running
    bool paused = false;
    std::vector<std::function<void()>> missed{}; ///< while it is paused
    std::uint64_t starts = 0;
    time_point armed = time_point::max();
    std::vector<told> log{};                 ///< of this start
    std::vector<std::vector<told>> former{}; ///< of its starts before
    std::vector<std::string> notes{};
    bool superseded = false;
    std::uint64_t sent = 0;
    std::uint64_t bytes = 0;
  };

  explicit cluster(std::uint64_t seed, network what = {}) : rules(what), random(seed) {}

  /// Adds a node that does not run yet. @returns its place
  std::size_t add(std::string name, std::vector<std::string> seeds,
                  std::vector<std::string> roles = {}, sweet::membership_options options = {}) {
    options.seeds = std::move(seeds);
    auto address = name + ":1";
    nodes.push_back({.name = std::move(name),
                     .address = std::move(address),
                     .options = std::move(options),
                     .roles = std::move(roles)});
    return nodes.size() - 1;
  }
  void start(std::size_t n) {
    auto& x = nodes[n];
    sweet::member itself;
    itself.name = x.name;
    itself.incarnation = {random(), random(), 1};
    itself.address = x.address;
    itself.roles = x.roles;
    itself.slots = x.slots;
    itself.task_types = {{"render", 1}};
    ++x.starts;
    x.paused = false;
    x.missed.clear();
    x.former.push_back(std::exchange(x.log, {}));
    x.superseded = false;
    x.armed = time_point::max();
    x.table = std::make_unique<sweet::member_table>(std::move(itself), x.options, now);
    arm(n);
  }
  /// Ends a node as SIGKILL does: its links are closed by the operating system.
  void kill(std::size_t n) { stop(n, true); }
  /// Ends a node as a loss of power does: nobody hears of it.
  void vanish(std::size_t n) { stop(n, false); }
  void leave(std::size_t n) {
    carry_out(n, nodes[n].table->leave());
    stop(n, true);
  }
  void drain(std::size_t n) { carry_out(n, nodes[n].table->drain()); }
  void pause(std::size_t n) { nodes[n].paused = true; }
  void resume(std::size_t n) {
    auto& x = nodes[n];
    x.paused = false;
    if (!x.table)
      return;
    on_time(n); // the worst order: what is late comes before what was heard meanwhile
    for (auto& f : std::exchange(x.missed, {}))
      after(0ms, std::move(f));
  }
  /// Cuts two nodes off each other, or only what the first sends: nothing arrives before heal().
  void cut(std::size_t a, std::size_t b) { cuts.insert({a, b}), cuts.insert({b, a}); }
  void cut_one_way(std::size_t from, std::size_t to) { cuts.insert({from, to}); }
  void heal() {
    cuts.clear();
    for (auto& f : std::exchange(held, {}))
      f();
  }

  /// Breaks the links of a node, which can be opened again at once.
  void break_links(std::size_t n) {
    for (auto& [c, link] : connections)
      if (link.ends[0].node == n || link.ends[1].node == n)
        for (int side = 0; side < 2; ++side)
          after(0ms, [this, c, side] { lose(c, side); });
  }
  /// Sends something else than heartbeats over a link of a node. @param f gets the receiver
  void send(std::size_t n, sweet::link_number link, std::function<void(std::size_t)> f) {
    const auto c = link / 2;
    const auto side = static_cast<int>(link % 2);
    const auto found = connections.find(c);
    if (found != connections.end() && found->second.ends[side].open && nodes[n].table)
      deliver(c, side, [this, c, side, f = std::move(f)] {
        const auto& e = connections.at(c).ends[1 - side];
        on(e.node, e.start, [this, c, side, to = e.node, f] {
          carry_out(to, nodes[to].table->heard(number_of(c, 1 - side), now));
          f(to);
        });
      });
  }

  void run(std::chrono::nanoseconds d) {
    const auto then = now + d;
    while (!events.empty() && events.top().at <= then) {
      auto e = std::move(const_cast<event&>(events.top()));
      events.pop();
      now = std::max(now, e.at);
      e.what();
    }
    now = then;
  }
  void after(std::chrono::nanoseconds d, std::function<void()> f) {
    events.push({now + d, number++, std::move(f)});
  }

  const sweet::member_table& table(std::size_t n) const { return *nodes[n].table; }
  bool running(std::size_t n) const { return nodes[n].table != nullptr; }
  /// What `a` thinks of `b`, by name.
  sweet::member_state state(std::size_t a, std::size_t b) const {
    const auto view = table(a).find(nodes[b].name);
    return view ? view->state : sweet::member_state::down;
  }
  bool linked(std::size_t a, std::size_t b) const {
    const auto view = table(a).find(nodes[b].name);
    return view && view->linked;
  }
  /// The changes that `a` has been told of `b`, such as "up suspect down".
  std::string told_of(std::size_t a, std::size_t b) const {
    std::string text;
    for (const auto& t : nodes[a].log)
      if (t.change.name == nodes[b].name)
        text += (text.empty() ? "" : " ") + to_string(t.change.is);
    return text;
  }
  /// Whether each running node holds exactly the running ones up, in their present lives.
  std::string disagreement(bool linked_too) const {
    for (std::size_t a = 0; a < nodes.size(); ++a) {
      if (!running(a))
        continue;
      for (const auto& v : table(a).nodes()) {
        const auto b = std::ranges::find(nodes, v.who->name, &node::name) - nodes.begin();
        const auto& other = nodes[static_cast<std::size_t>(b)];
        const bool is_this = other.table && other.table->itself().incarnation == v.who->incarnation;
        if (is_alive(v.state) && !is_this)
          return nodes[a].name + " takes " + to_string(v.who->incarnation) + " of " + v.who->name +
                 " for " + to_string(v.state);
      }
      for (std::size_t b = 0; b < nodes.size(); ++b)
        if (running(b) && (state(a, b) != sweet::member_state::up || (linked_too && !linked(a, b))))
          return nodes[a].name + " does not have " + nodes[b].name + ", which is " +
                 to_string(state(a, b)) + (linked(a, b) ? " and linked" : " and not linked");
    }
    return {};
  }

  /// How many links are open at both ends.
  std::size_t open_links() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        connections, [](const auto& c) { return c.second.ends[0].open && c.second.ends[1].open; }));
  }

  std::vector<node> nodes;
  network rules;
  std::set<std::pair<std::size_t, std::size_t>> cuts;
  time_point now{1h};
  std::mt19937_64 random;
  /// Called for each heartbeat that is sent; gives its size in bytes.
  std::function<std::size_t(const sweet::node_heartbeat&)> size_of;
  /// Called for all that a node is told to do, before it is done.
  std::function<void(std::size_t node, const sweet::membership_news&)> on_news;

private:
  struct event {
    time_point at;
    std::uint64_t number;
    std::function<void()> what;
    bool operator<(const event& other) const {
      return std::pair{at, number} > std::pair{other.at, other.number};
    }
  };
  /// One end of a connection.
  struct end {
    std::size_t node;
    std::uint64_t start; ///< of the node
    bool open = true;
  };
  struct connection {
    end ends[2]; ///< the one that has dialed is the first
    std::string address;
    time_point quiet[2]{}; ///< when the last message of each end arrives
  };

  bool chance(double share) {
    return share > 0 && std::uniform_real_distribution<>{0, 1}(random) < share;
  }
  std::chrono::nanoseconds up_to(std::chrono::nanoseconds d) {
    return std::chrono::nanoseconds{
        d.count() == 0
            ? 0
            : static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(d.count()))};
  }
  static sweet::link_number number_of(std::uint64_t c, int side) {
    return 2 * c + static_cast<std::uint64_t>(side);
  }

  /// Has a node do something, or leaves it for when it is awake.
  template <class F>
  void on(std::size_t n, std::uint64_t start, F f) {
    auto& x = nodes[n];
    if (!x.table || x.starts != start)
      return;
    if (x.paused)
      x.missed.push_back([this, n, start, f] { on(n, start, f); });
    else
      f();
  }

  void stop(std::size_t n, bool close) {
    auto& x = nodes[n];
    x.table.reset();
    x.paused = false;
    for (auto& [c, link] : connections)
      for (int side = 0; side < 2; ++side)
        if (link.ends[side].node == n && link.ends[side].open) {
          link.ends[side].open = false;
          if (close)
            deliver(c, side, [this, c, side] { lose(c, 1 - side); });
        }
  }

  void arm(std::size_t n) {
    auto& x = nodes[n];
    const auto next = x.table->next_tick();
    if (!next || *next >= x.armed)
      return;
    x.armed = *next;
    const auto start = x.starts;
    const auto at = *next;
    events.push({std::max(at, now), number++, [this, n, start, at] {
                   if (nodes[n].armed == at)
                     on(n, start, [this, n] { on_time(n); });
                 }});
  }
  void on_time(std::size_t n) {
    auto& x = nodes[n];
    x.armed = time_point::max();
    if (x.table->next_tick() && *x.table->next_tick() <= now)
      carry_out(n, x.table->tick(now));
    else
      arm(n);
  }

  void carry_out(std::size_t n, sweet::membership_news news) {
    auto& x = nodes[n];
    if (on_news)
      on_news(n, news);
    for (auto& c : news.changes)
      x.log.push_back({now, std::move(c)});
    for (auto& text : news.notes)
      x.notes.push_back(std::move(text));
    x.superseded = x.superseded || news.superseded;
    for (const auto& c : news.close)
      close(c.link / 2, static_cast<int>(c.link % 2), c.held_life);
    for (const auto& address : news.connect)
      dial(n, address);
    for (const auto link : news.heartbeats)
      beat(n, link);
    arm(n);
  }

  void close(std::uint64_t c, int side, std::uint32_t held_life) {
    const auto found = connections.find(c);
    if (found == connections.end() || !found->second.ends[side].open)
      return;
    found->second.ends[side].open = false;
    deliver(c, side, [this, c, side, held_life] {
      const auto& other = connections.at(c).ends[1 - side];
      if (!other.open)
        return;
      lose(c, 1 - side);
      on(other.node, other.start, [this, n = other.node, held_life] {
        carry_out(n, nodes[n].table->refused(held_life, now));
      });
    });
    if (!found->second.ends[1 - side].open)
      after(1min, [this, c] { connections.erase(c); });
  }
  void lose(std::uint64_t c, int side) {
    const auto found = connections.find(c);
    if (found == connections.end() || !found->second.ends[side].open)
      return;
    auto& e = found->second.ends[side];
    e.open = false;
    on(e.node, e.start, [this, n = e.node, c, side] {
      carry_out(n, nodes[n].table->link_lost(number_of(c, side), now));
    });
  }

  /// Lets something arrive at the other end, later and in order, unless the network is cut.
  void deliver(std::uint64_t c, int side, std::function<void()> f, bool droppable = false) {
    auto& link = connections.at(c);
    const auto from = link.ends[side].node;
    const auto to = link.ends[1 - side].node;
    if (droppable && (cuts.contains({from, to}) || chance(rules.lost)))
      return;
    if (cuts.contains({from, to})) {
      held.push_back([this, c, side, f = std::move(f)] {
        if (connections.contains(c))
          deliver(c, side, f);
      });
      return;
    }
    auto at = std::max(now + rules.delay + up_to(rules.jitter), link.quiet[side]);
    link.quiet[side] = at;
    if (droppable && chance(rules.late))
      at += up_to(rules.late_by);
    // What arrives where nobody listens any more is answered by a reset, behind what was sent
    // before.
    const auto arrive = [this, c, side, f = std::move(f)] {
      const auto found = connections.find(c);
      if (found == connections.end())
        return;
      if (found->second.ends[1 - side].open)
        f();
      else if (!cuts.contains({found->second.ends[1 - side].node, found->second.ends[side].node}))
        events.push({std::max(now + rules.delay, found->second.quiet[1 - side]), number++,
                     [this, c, side] { lose(c, side); }});
    };
    if (droppable && chance(rules.doubled))
      events.push({at + up_to(rules.late_by), number++, arrive});
    events.push({at, number++, arrive});
  }

  void dial(std::size_t from, const std::string& address) {
    const auto found = std::ranges::find(nodes, address, &node::address);
    const auto to = static_cast<std::size_t>(found - nodes.begin());
    if (found == nodes.end() || !found->table || cuts.contains({from, to}) ||
        cuts.contains({to, from}))
      return;
    const auto c = next_connection++;
    connections.emplace(c, connection{.ends = {{from, nodes[from].starts}, {to, found->starts}},
                                      .address = address});
    say_hello(c, 0, nodes[from].table->hello_for());
    // A link over which nobody has become known within 5 s is closed.
    after(5s, [this, c, from, to] {
      const auto open = connections.find(c);
      if (open == connections.end())
        return;
      for (int side = 0; side < 2; ++side) {
        const auto n = side == 0 ? from : to;
        auto& e = open->second.ends[side];
        if (e.open && nodes[n].table && nodes[n].starts == e.start &&
            !nodes[n].table->next_heartbeat(number_of(c, side))) {
          close(c, side, 0);
          carry_out(n, nodes[n].table->link_lost(number_of(c, side), now));
        }
      }
    });
  }

  void say_hello(std::uint64_t c, int side, sweet::node_hello h) {
    deliver(c, side, [this, c, side, h = std::move(h)] {
      const auto& link = connections.at(c);
      const auto n = link.ends[1 - side].node;
      on(n, link.ends[1 - side].start, [this, c, side, n, h] {
        const auto open = connections.find(c);
        if (open == connections.end() || !open->second.ends[1 - side].open)
          return;
        const auto number_here = number_of(c, 1 - side);
        // The dialer is side 0: what side 0 says is heard by who has accepted.
        const auto dialed = side == 1 ? open->second.address : std::string{};
        carry_out(n, nodes[n].table->hello(number_here, h, dialed, now));
        if (side == 0 && connections.contains(c) && connections.at(c).ends[1].open)
          say_hello(c, 1, nodes[n].table->hello_for(number_here));
      });
    });
  }

  void beat(std::size_t n, sweet::link_number link) {
    const auto c = link / 2;
    const int side = static_cast<int>(link % 2);
    if (!connections.contains(c) || !connections.at(c).ends[side].open)
      return;
    auto made = nodes[n].table->next_heartbeat(link);
    if (!made)
      return;
    ++nodes[n].sent;
    if (size_of)
      nodes[n].bytes += size_of(*made);
    auto h = std::make_shared<const sweet::node_heartbeat>(std::move(*made));
    deliver(
        c, side,
        [this, c, side, h] {
          const auto& e = connections.at(c).ends[1 - side];
          on(e.node, e.start, [this, c, side, to = e.node, h] {
            carry_out(to, nodes[to].table->heartbeat(number_of(c, 1 - side), *h, now));
          });
        },
        true);
  }

  std::priority_queue<event> events;
  std::vector<std::function<void()>> held; ///< what is sent again once the network heals
  std::uint64_t number = 0;
  std::map<std::uint64_t, connection> connections;
  std::uint64_t next_connection = 1;
};

} // namespace toy
