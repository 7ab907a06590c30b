// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Whatever a network does to nodes: what each is told makes sense, and once it heals they agree.

#include "toy_cluster.hpp"

#include <sweet/actors/runtime/system/sanitizers.hpp>

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using sweet::incarnation;
using sweet::member_state;

namespace membership_seeds_test {

constexpr std::uint64_t seeds_of_a_test = SWEET_ADDRESS_SANITIZER ? 150 : 700;
namespace {

/// What is wrong with what one node was told: each incarnation goes joining, up, suspect, up ...,
/// and then down or left, once; a start that was down comes back as a later life only.
std::string nonsense(const std::string& name, const std::vector<toy::cluster::told>& log) {
  std::map<incarnation, std::pair<member_state, std::uint32_t>> known;
  for (const auto& [at, c] : log) {
    const auto text = to_string(c.incarnation) + " of " + c.name + " from " + to_string(c.was) +
                      " to " + to_string(c.is);
    const auto [found, first] =
        known.emplace(c.incarnation.start(), std::pair{member_state::joining, 0u});
    auto& [state, life] = found->second;
    if (c.incarnation.life < life)
      return text + ": an old life";
    if (!is_alive(state) && c.incarnation.life <= life)
      return text + ": it was over";
    if (c.was != (is_alive(state) ? state : member_state::joining))
      return text + ": it was " + to_string(state);
    // A node may leave before it was a member.
    if (c.is == member_state::left && c.name == name)
      continue;
    if (c.was == c.is || (c.was == member_state::joining && c.is != member_state::up))
      return text;
    state = c.is;
    life = c.incarnation.life;
  }
  return {};
}

struct world {
  explicit world(std::uint64_t seed, std::size_t mesh_limit)
      : cluster(seed, rules_of(seed)), random(seed) {
    const auto count = 3 + pick(mesh_limit < 16 ? 8 : 5);
    for (std::size_t i = 0; i < count; ++i) {
      sweet::membership_options options;
      options.mesh_limit = mesh_limit;
      options.list_limit = pick(4) == 0 ? 2 : 256;
      const bool hub = mesh_limit < 16 && i < 2;
      cluster.add("n" + std::to_string(i), i == 0 ? std::vector<std::string>{} : seeds(i),
                  hub ? std::vector<std::string>{"hub"} : std::vector<std::string>{}, options);
    }
    for (std::size_t i = 0; i < count; ++i)
      cluster.after(up_to(2s), [this, i] { cluster.start(i); });
    gone.resize(count);
  }

  std::vector<std::string> seeds(std::size_t i) {
    return i == 1 ? std::vector<std::string>{"n0:1"} : std::vector<std::string>{"n0:1", "n1:1"};
  }

  void happen() {
    const auto n = pick(cluster.nodes.size());
    const auto m = pick(cluster.nodes.size());
    switch (pick(12)) {
      case 0: cluster.cut(n, m); break;
      case 1: cluster.cut_one_way(n, m); break;
      case 2: // a whole side
        for (std::size_t a = 0; a <= n; ++a)
          for (std::size_t b = n + 1; b < cluster.nodes.size(); ++b)
            cluster.cut(a, b);
        break;
      case 3:
      case 4: cluster.heal(); break;
      case 5:
        if (cluster.running(n))
          cluster.kill(n);
        break;
      case 6:
        if (cluster.running(n))
          cluster.vanish(n);
        break;
      case 7:
      case 8:
        if (!gone[n])
          cluster.start(n); // also one that runs: the process is gone without a word
        break;
      case 9: cluster.pause(n); break;
      case 10: cluster.resume(n); break;
      default:
        if (n > 1 && cluster.running(n) && !cluster.nodes[n].paused && pick(4) == 0) {
          cluster.leave(n);
          gone[n] = true;
        }
    }
  }

  static toy::network rules_of(std::uint64_t seed) {
    std::minstd_rand random{static_cast<std::uint32_t>(seed)};
    toy::network rules{.jitter = std::chrono::milliseconds{random() % 200}};
    if (random() % 2 == 0)
      rules.lost = 0.1;
    if (random() % 2 == 0)
      rules.doubled = 0.1;
    if (random() % 2 == 0)
      rules.late = 0.1;
    return rules;
  }

  std::size_t pick(std::size_t n) { return random() % n; }
  std::chrono::nanoseconds up_to(std::chrono::nanoseconds d) {
    return std::chrono::milliseconds{random() % static_cast<std::uint32_t>(d / 1ms)};
  }

  toy::cluster cluster;
  std::minstd_rand random;
  std::vector<bool> gone;
};

void hold(std::uint64_t first, std::uint64_t seeds, std::size_t mesh_limit) {
  for (auto seed = first; seed < first + seeds; ++seed) {
    world w{seed, mesh_limit};
    auto& c = w.cluster;
    c.run(3s);
    for (int i = 0; i < 20; ++i) {
      w.happen();
      c.run(w.up_to(4s));
    }
    c.rules = {};
    c.heal();
    for (std::size_t n = 0; n < c.nodes.size(); ++n) {
      c.resume(n);
      // Who was the first of the cluster has to be there for the others.
      if (n < 2 && !c.running(n))
        c.start(n);
    }
    c.run(40s);
    for (auto& n : c.nodes) {
      n.former.push_back(n.log);
      for (const auto& log : n.former)
        BOOST_REQUIRE_MESSAGE(nonsense(n.name, log).empty(),
                              "seed " << seed << ": " << n.name << " of " << nonsense(n.name, log));
    }
    const auto disagreement = c.disagreement(mesh_limit >= 16);
    BOOST_REQUIRE_MESSAGE(disagreement.empty(), "seed " << seed << ": " << disagreement);
  }
}

} // namespace
} // namespace membership_seeds_test

BOOST_AUTO_TEST_SUITE(membership_seeds_test)

BOOST_AUTO_TEST_CASE(in_a_mesh_nobody_rises_from_the_dead_and_all_agree_once_the_network_heals) {
  membership_seeds_test::hold(1, membership_seeds_test::seeds_of_a_test, 16);
}

BOOST_AUTO_TEST_CASE(with_hubs_as_well) {
  membership_seeds_test::hold(10'001, membership_seeds_test::seeds_of_a_test, 3);
}

BOOST_AUTO_TEST_SUITE_END()
