// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// membership [--small]: clusters of up to 1,000 nodes in virtual time, as a table: how soon a loss
// is known, how often a node is suspected or given up though it lives, and what membership costs.

#include "../strategies/membership/toy_cluster.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include <malloc.h>

namespace {

std::size_t live_bytes = 0; ///< on the heap

using namespace std::chrono_literals;
using sweet::member_state;

std::size_t size_of(const std::string& x) {
  return 4 + x.size();
}

std::size_t size_of(const sweet::member& x) {
  std::size_t size = size_of(x.name) + 20 + 8 + size_of(x.address) + 4 + 4 + 4 + 2;
  for (const auto& role : x.roles)
    size += size_of(role);
  for (const auto& type : x.task_types)
    size += size_of(type.name) + 8;
  return size;
}

/// About the bytes of a frame: numbers as they are, four for each length, five for the header.
std::size_t size_of(const sweet::node_heartbeat& x) {
  std::size_t size = 5 + 8 + 3 * 8 + 4;
  for (const auto& m : x.members)
    size += size_of(m.who) + 5;
  return size;
}

double seconds(std::chrono::nanoseconds d) {
  return std::chrono::duration<double>{d}.count();
}

double at_share(std::vector<double>& xs, double share) {
  if (xs.empty())
    return 0;
  std::ranges::sort(xs);
  return xs[std::min(xs.size() - 1,
                     static_cast<std::size_t>(share * static_cast<double>(xs.size())))];
}

struct experiment {
  experiment(std::size_t nodes, std::size_t how_many_hubs) : cluster(nodes), hubs(how_many_hubs) {
    cluster.rules = {.delay = 200us, .jitter = 1ms};
    cluster.size_of = [](const auto& h) { return size_of(h); };
    for (std::size_t n = 0; n < nodes; ++n) {
      std::vector<std::string> seeds;
      for (std::size_t s = 0; s < std::max<std::size_t>(hubs, 1); ++s)
        if (n != 0)
          seeds.push_back("node" + std::to_string(s) + ":1");
      cluster.add("node" + std::to_string(n), seeds,
                  n < hubs ? std::vector<std::string>{"hub"} : std::vector<std::string>{});
      cluster.after(std::chrono::milliseconds{n * 2000 / nodes}, [this, n] { cluster.start(n); });
    }
  }

  /// How long it takes until all have found all.
  double join() {
    const auto begin = cluster.now;
    do
      cluster.run(500ms);
    while (!all_found() && cluster.now - begin < 5min);
    return seconds(cluster.now - begin);
  }

  bool all_found() const {
    for (const auto& n : cluster.nodes) {
      if (!n.table)
        return false;
      const auto views = n.table->nodes();
      if (std::ranges::count(views, member_state::up, &sweet::member_view::state) !=
          static_cast<std::ptrdiff_t>(cluster.nodes.size()))
        return false;
    }
    return true;
  }

  struct traffic {
    double messages;
    double bytes;
    double hub_messages;
    double hub_bytes;
  };
  /// What is sent when nothing happens: by an ordinary node and by a hub, in a second.
  traffic rest(std::chrono::seconds d) {
    cluster.run(10s); // what belongs to joining
    for (auto& n : cluster.nodes)
      n.sent = n.bytes = 0;
    cluster.run(d);
    const auto& hub = cluster.nodes.front();
    const auto& last = cluster.nodes.back();
    const auto time = seconds(d);
    return {static_cast<double>(last.sent) / time, static_cast<double>(last.bytes) / time,
            static_cast<double>(hub.sent) / time, static_cast<double>(hub.bytes) / time};
  }

  /// How long the other nodes take to know that nodes are lost which end without a word.
  std::vector<double> losses(std::size_t victims) {
    std::vector<double> found;
    for (std::size_t v = 1; v <= victims; ++v) {
      const auto victim = cluster.nodes.size() - v;
      const auto vanished = cluster.now + std::chrono::milliseconds{cluster.random() % 1000};
      cluster.run(vanished - cluster.now);
      cluster.vanish(victim);
      cluster.run(8s);
      for (const auto& n : cluster.nodes)
        for (const auto& t : n.log)
          if (t.at >= vanished && t.change.name == cluster.nodes[victim].name &&
              t.change.is == member_state::down)
            found.push_back(seconds(t.at - vanished));
    }
    return found;
  }

  struct alarms {
    double suspect;
    double down;
  };
  /// How often a node is suspected, and given up, by another one with a link to it, per link and
  /// hour, while messages are late and nodes are paused. Suspicions that a pause earns count too.
  alarms trouble(std::chrono::minutes d, std::chrono::milliseconds jitter,
                 std::chrono::milliseconds pause) {
    cluster.rules.jitter = jitter;
    const auto begin = cluster.now;
    std::size_t links = 0;
    for (std::size_t n = 0; n < cluster.nodes.size(); ++n)
      if (cluster.running(n))
        for (const auto& v : cluster.table(n).nodes())
          links += v.linked && !v.itself ? 1 : 0;
    // Each node stops once a minute.
    if (pause > 0ms)
      for (std::size_t n = 0; n < cluster.nodes.size(); ++n)
        for (auto at = std::chrono::milliseconds{cluster.random() % 60'000}; at < d; at += 1min)
          cluster.after(at, [this, n, pause] {
            cluster.pause(n);
            cluster.after(pause, [this, n] { cluster.resume(n); });
          });
    cluster.run(d);
    std::size_t suspect = 0;
    std::size_t down = 0;
    for (const auto& n : cluster.nodes)
      for (const auto& t : n.log)
        if (t.at >= begin) {
          suspect += t.change.is == member_state::suspect ? 1 : 0;
          down += t.change.is == member_state::down ? 1 : 0;
        }
    const auto hours = seconds(d) / 3600 * static_cast<double>(links);
    return {static_cast<double>(suspect) / hours, static_cast<double>(down) / hours};
  }

  /// The memory of a node's table, which is gone afterwards.
  std::size_t memory(std::size_t n) {
    const auto before = live_bytes;
    cluster.nodes[n].table.reset();
    return before - live_bytes;
  }

  toy::cluster cluster;
  std::size_t hubs;
};

void row(std::size_t nodes, std::size_t hubs) {
  double joined = 0;
  experiment::traffic t{};
  std::vector<double> lost;
  std::size_t leaf = 0;
  std::size_t hub = 0;
  {
    experiment e{nodes, hubs};
    joined = e.join();
    t = e.rest(20s);
    lost = e.losses(nodes > 100 ? 5 : nodes > 3 ? 10 : 1);
    leaf = e.memory(std::max<std::size_t>(nodes / 4, 1));
    hub = e.memory(0);
  }
  std::printf("| %zu | %s | %.1f s | %.1f s | %.1f s | %.0f, %.0f | %.0f, %.0f | %.0f, %.0f |\n",
              nodes, hubs == 0 ? "all" : (std::to_string(hubs) + " hubs").c_str(), joined,
              at_share(lost, 0.5), at_share(lost, 0.99), t.messages, t.hub_messages, t.bytes,
              t.hub_bytes, static_cast<double>(leaf) / 1024, static_cast<double>(hub) / 1024);
  std::fflush(stdout);
}

void trouble_row(std::size_t nodes, std::size_t hubs, std::chrono::milliseconds jitter,
                 std::chrono::milliseconds pause) {
  experiment e{nodes, hubs};
  e.join();
  e.cluster.run(1min);
  const auto a = e.trouble(5min, jitter, pause);
  std::printf("| %zu | %s | up to %lld ms | %s | %.2f | %.2f |\n", nodes,
              hubs == 0 ? "all" : (std::to_string(hubs) + " hubs").c_str(),
              static_cast<long long>(jitter.count()),
              pause == 0ms ? "none" : (std::to_string(pause.count()) + " ms each minute").c_str(),
              a.suspect, a.down);
  std::fflush(stdout);
}

} // namespace

void* operator new(std::size_t size) {
  void* p = std::malloc(size);
  if (p == nullptr)
    throw std::bad_alloc{};
  live_bytes += malloc_usable_size(p);
  return p;
}
// Not inlined: g++ warns of free() where it sees that operator new made what is freed.
[[gnu::noinline]] void operator delete(void* p) noexcept {
  if (p != nullptr)
    live_bytes -= malloc_usable_size(p);
  std::free(p);
}
[[gnu::noinline]] void operator delete(void* p, std::size_t) noexcept {
  operator delete(p);
}

int main(int argc, char** argv) {
  const bool small = argc > 1 && std::string_view{argv[1]} == "--small";
  std::puts("| nodes | links | all found | loss known, median | p99 | messages per s (node, hub) | "
            "bytes per s (node, hub) | KiB (node, hub) |\n|---|---|---|---|---|---|---|---|");
  row(3, 0);
  row(16, 0);
  row(50, 3);
  if (!small) {
    row(300, 3);
    row(1000, 3);
  }
  std::puts("\n| nodes | links | messages late | nodes stop for | suspected per link and hour | "
            "given up per link and hour |\n|---|---|---|---|---|---|");
  for (const auto jitter : {10ms, 200ms, 500ms})
    trouble_row(16, 0, jitter, 0ms);
  for (const auto pause : {1000ms, 2500ms, 4000ms, 6000ms})
    trouble_row(16, 0, 10ms, pause);
  if (!small)
    trouble_row(100, 3, 200ms, 2500ms);
}
