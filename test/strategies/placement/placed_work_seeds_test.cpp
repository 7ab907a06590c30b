// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Tasks that nodes hand to each other, over links that are cut and nodes that are restarted: each
// resolves once, and no body of a completed one has not run.

#include "../membership/toy_cluster.hpp"

#include <sweet/actors/runtime/system/sanitizers.hpp>
#include <sweet/strategies/placement/lost_work.hpp>
#include <sweet/strategies/placement/place.hpp>

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using sweet::incarnation;
using sweet::lost_work;
using sweet::member_state;
using sweet::placement;
using sweet::task_id;

namespace placed_work_seeds_test {
namespace {

/// What a test knows of a task, over all nodes.
struct fate {
  std::size_t submitter = 0;
  std::uint64_t start = 0; ///< of the submitter: a later one does not know the task
  int bodies = 0;
  int completed = 0;
  int failed = 0;
};

/// A node that hands out tasks, and runs those of others: a body takes up to a second.
struct worker {
  lost_work work;
  std::map<task_id, std::vector<std::string>> waiting{}; ///< with the nodes to avoid
  std::uint64_t turn = 0;
  /// What it has for others, by submitter and task: the attempt, and whether it has ended.
  std::map<std::pair<incarnation, task_id>, std::pair<std::uint32_t, bool>> given{};
};

class world {
public:
  explicit world(std::uint64_t seed) : cluster(seed, {.jitter = 50ms}), random_(seed) {
    const auto count = 2 + pick(4);
    for (std::size_t n = 0; n < count; ++n) {
      cluster.add("n" + std::to_string(n),
                  n == 0 ? std::vector<std::string>{} : std::vector<std::string>{"n0:1"});
      cluster.nodes[n].slots = 3;
    }
    workers_.resize(count);
    cluster.on_news = [this](std::size_t n, const sweet::membership_news& news) { hear(n, news); };
    for (std::size_t n = 0; n < count; ++n)
      start(n);
    cluster.run(3s);
  }

  void start(std::size_t n) {
    workers_[n] = {};
    cluster.start(n);
    look(n, cluster.nodes[n].starts);
  }
  void submit(std::size_t n) {
    const task_id task{++last_};
    fates[task] = {.submitter = n, .start = cluster.nodes[n].starts};
    workers_[n].waiting[task];
  }

  void happen() {
    const auto n = pick(cluster.nodes.size());
    const auto m = pick(cluster.nodes.size());
    switch (pick(8)) {
      case 0: cluster.cut(n, m); break;
      case 1: cluster.cut_one_way(n, m); break;
      case 2: cluster.heal(); break;
      case 3: cluster.pause(n); break;
      case 4: cluster.resume(n); break;
      case 5: cluster.break_links(n); break;
      case 6: start(n); break;
      default:
        if (cluster.running(n) && n != 0)
          pick(2) == 0 ? cluster.kill(n) : cluster.vanish(n);
    }
    for (std::size_t i = 0; i < cluster.nodes.size(); ++i)
      if (cluster.running(i))
        submit(i);
  }

  void end() {
    cluster.heal();
    for (std::size_t n = 0; n < cluster.nodes.size(); ++n)
      cluster.running(n) ? cluster.resume(n) : start(n);
    cluster.run(1min);
  }

  std::size_t pick(std::size_t n) { return random_() % n; }

  toy::cluster cluster;
  std::map<task_id, fate> fates;

private:
  incarnation itself(std::size_t n) { return cluster.table(n).itself().incarnation; }
  std::optional<sweet::link_number> link_to(std::size_t n, const incarnation& who) {
    const auto found = links_.find({n, who.start()});
    return found == links_.end() ? std::nullopt : std::optional{found->second};
  }

  void hear(std::size_t n, const sweet::membership_news& news) {
    auto& w = workers_[n];
    for (const auto& c : news.changes)
      if (!is_alive(c.is) && !same_start(c.incarnation, itself(n))) {
        for (const auto& lost : w.work.lost(c.incarnation, c.why))
          if (lost.attempt != 0)
            w.waiting[lost.task] = lost.avoid;
          else
            ++fates[lost.task].failed;
        // Orphans are cancelled.
        std::erase_if(w.given,
                      [&](const auto& x) { return x.first.first == c.incarnation.start(); });
        links_.erase({n, c.incarnation.start()});
      }
    for (const auto& r : news.ready) {
      links_[{n, r.incarnation.start()}] = r.link;
      for (const auto& [task, attempt] : w.work.on(r.incarnation))
        hand_over(n, r.incarnation, task, attempt);
      for (const auto& [key, what] : w.given)
        if (key.first == r.incarnation.start() && what.second)
          answer(n, key.first, key.second, what.first);
    }
  }

  void look(std::size_t n, std::uint64_t start) {
    cluster.after(200ms, [this, n, start] {
      if (!cluster.running(n) || cluster.nodes[n].starts != start)
        return;
      if (!cluster.nodes[n].paused)
        place(n);
      look(n, start);
    });
  }

  void place(std::size_t n) {
    auto& w = workers_[n];
    const auto nodes = [&] {
      auto all = cluster.table(n).nodes();
      for (auto& v : all)
        v.free_slots = v.itself ? 0 : 3;
      return all;
    }();
    for (auto x = w.waiting.begin(); x != w.waiting.end();) {
      const auto answer = sweet::place(
          placement::round_robin(),
          {.task = {"render", 1}, .turn = w.turn++, .random = 0, .avoid = x->second}, nodes);
      if (!answer) {
        ++x;
        continue;
      }
      const auto attempt = w.work.placed(x->first, answer.node, "node", 1000);
      hand_over(n, answer.node, x->first, attempt);
      x = w.waiting.erase(x);
    }
  }

  void hand_over(std::size_t n, const incarnation& to, task_id task, std::uint32_t attempt) {
    if (const auto link = link_to(n, to))
      cluster.send(n, *link, [this, from = itself(n), task, attempt](std::size_t m) {
        run(m, from, task, attempt);
      });
  }

  void run(std::size_t m, const incarnation& from, task_id task, std::uint32_t attempt) {
    auto& w = workers_[m];
    const std::pair key{from.start(), task};
    const auto known = w.given.find(key);
    if (known != w.given.end() && known->second.first >= attempt) {
      if (known->second.second)
        answer(m, from, task, known->second.first);
      return;
    }
    w.given[key] = {attempt, false};
    cluster.after(std::chrono::milliseconds{pick(1000)},
                  [this, m, from, task, attempt, start = cluster.nodes[m].starts, key] {
                    if (!cluster.running(m) || cluster.nodes[m].starts != start)
                      return;
                    ++fates[task].bodies;
                    auto& given = workers_[m].given;
                    const auto found = given.find(key);
                    if (found == given.end() || found->second.first != attempt)
                      return;
                    found->second.second = true;
                    answer(m, from, task, attempt);
                  });
  }

  // Sometimes twice.
  void answer(std::size_t m, const incarnation& to, task_id task, std::uint32_t attempt) {
    if (const auto link = link_to(m, to))
      for (std::size_t i = 0; i <= pick(2); ++i)
        cluster.send(m, *link, [this, from = itself(m), task, attempt](std::size_t n) {
          if (workers_[n].work.result(task, attempt, from))
            ++fates[task].completed;
        });
  }

  std::minstd_rand random_;
  std::vector<worker> workers_;
  std::map<std::pair<std::size_t, incarnation>, sweet::link_number> links_;
  std::uint64_t last_ = 0;
};

} // namespace
} // namespace placed_work_seeds_test

BOOST_AUTO_TEST_SUITE(placed_work_seeds_test)

BOOST_AUTO_TEST_CASE(each_task_resolves_once_and_its_body_has_run) {
  constexpr std::uint64_t seeds = SWEET_ADDRESS_SANITIZER ? 200 : 1'000;
  int again = 0;
  int all = 0;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    placed_work_seeds_test::world w{seed};
    for (int i = 0; i < 12; ++i) {
      w.happen();
      w.cluster.run(std::chrono::milliseconds{w.pick(3000)});
    }
    w.end();
    for (const auto& [task, f] : w.fates) {
      const auto what = "seed " + std::to_string(seed) + ", task " + to_string(task);
      BOOST_REQUIRE_MESSAGE(f.completed + f.failed <= 1, what << " has resolved twice");
      BOOST_REQUIRE_MESSAGE(f.completed == 0 || f.bodies > 0, what << " has not run");
      if (w.cluster.nodes[f.submitter].starts == f.start)
        BOOST_REQUIRE_MESSAGE(f.completed + f.failed == 1, what << " has not resolved");
      again += f.bodies > 1 ? 1 : 0;
      ++all;
    }
  }
  BOOST_TEST_MESSAGE(all << " tasks, the bodies of " << again << " ran more than once");
  BOOST_TEST(again > 0);
}

BOOST_AUTO_TEST_SUITE_END()
