// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Whatever happens to a supervisor, and in which order: a few thousand random histories.

#include "toy_supervisor.hpp"

#include <sweet/strategies/supervision/supervision_plan.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <iterator>
#include <map>
#include <random>
#include <set>

using namespace std::chrono_literals;
using sweet::auto_shutdown;
using sweet::child_command;
using sweet::child_rules;
using sweet::child_state;
using sweet::error_code;
using sweet::restart_type;
using sweet::supervision_plan;
using sweet::supervision_rules;
using sweet::supervision_strategy;
using sweet::task_error;

namespace supervision_promises_test {
namespace {} // namespace
} // namespace supervision_promises_test

BOOST_AUTO_TEST_SUITE(supervision_promises_test)

// -- Everything at once

BOOST_AUTO_TEST_CASE(whatever_happens_its_promises_hold) {
  for (std::uint32_t seed = 1; seed <= 2000; ++seed) {
    std::minstd_rand random{seed};
    const auto pick = [&](std::uint32_t n) { return static_cast<std::uint32_t>(random() % n); };
    supervision_rules rules;
    rules.strategy = static_cast<supervision_strategy>(pick(3));
    rules.max_restarts = pick(12);
    if (pick(2) == 0)
      rules.delay = sweet::backoff::fixed(100ms);
    rules.auto_shutdown = static_cast<auto_shutdown>(pick(3));
    supervision_plan plan{rules, seed};
    std::map<std::uint32_t, child_state> world; // what has been started and has not ended
    std::set<std::uint32_t> known;
    std::set<std::uint64_t> open;
    std::uint64_t next_command = 1;
    bool over = false;
    supervision_plan::time_point now{1h};
    const auto add = [&] {
      child_rules c{.name = "c" + std::to_string(next_command) + "-" + std::to_string(known.size()),
                    .restart = static_cast<restart_type>(pick(3))};
      c.significant = rules.auto_shutdown != auto_shutdown::never &&
                      c.restart != restart_type::permanent && pick(4) == 0;
      if (plan.find(c.name))
        return std::uint32_t{0};
      const auto key = plan.add(c);
      known.insert(key);
      return key;
    };
    const auto check = [&](const supervision_plan::actions& actions) {
      for (const auto& action : actions) {
        using kind = sweet::supervision_action::kind;
        BOOST_REQUIRE(!over);
        switch (action.what) {
          case kind::start:
            BOOST_REQUIRE(known.contains(action.child));
            BOOST_REQUIRE(world.emplace(action.child, child_state::starting).second);
            break;
          case kind::stop:
            BOOST_REQUIRE(world.contains(action.child));
            BOOST_REQUIRE((world[action.child] != child_state::stopping));
            world[action.child] = child_state::stopping;
            break;
          case kind::forget:
            BOOST_REQUIRE(!world.contains(action.child));
            BOOST_REQUIRE(known.erase(action.child) == 1u);
            break;
          case kind::answer: BOOST_REQUIRE(open.erase(action.command) == 1u); break;
          case kind::finish:
            BOOST_REQUIRE(world.empty());
            over = true;
            break;
        }
      }
      const auto transitions = std::count_if(world.begin(), world.end(), [](const auto& c) {
        return c.second == child_state::starting || c.second == child_state::stopping;
      });
      BOOST_REQUIRE(transitions <= (over ? 0 : 2));
    };
    for (auto n = pick(5); n != 0; --n)
      add();
    check(plan.start(now));
    for (int i = 0; i < 60; ++i) {
      now += std::chrono::milliseconds{pick(50)};
      const auto which =
          world.empty() ? world.end()
                        : std::next(world.begin(), pick(static_cast<std::uint32_t>(world.size())));
      switch (pick(8)) {
        case 0:
        case 1:
          if (which != world.end() && which->second == child_state::starting) {
            which->second = child_state::running;
            check(plan.started(which->first, now));
          }
          break;
        case 2:
        case 3:
          if (which != world.end()) {
            const auto key = which->first;
            world.erase(which);
            check(plan.exited(key,
                              {static_cast<sweet::child_exit::kind>(pick(3)),
                               task_error{error_code::failure, "x"}},
                              now));
          }
          break;
        case 4: check(plan.tick(now)); break;
        case 5:
        case 6: {
          if (known.empty() || over)
            break;
          const auto number = next_command++;
          open.insert(number);
          if (pick(4) == 0)
            check(plan.command(number, child_command::start, add(), now));
          else
            check(plan.command(number, static_cast<child_command>(1 + pick(3)),
                               *known.begin() + pick(4), now));
          break;
        }
        default:
          if (pick(20) == 0)
            check(plan.stop(now));
      }
    }
    // In the end all that was started ends, and every command has its answer.
    check(plan.stop(now));
    while (!world.empty()) {
      const auto stopping = std::find_if(world.begin(), world.end(), [](const auto& c) {
        return c.second == child_state::stopping;
      });
      BOOST_REQUIRE((stopping != world.end()));
      const auto key = stopping->first;
      world.erase(stopping);
      check(plan.exited(key, {}, now));
    }
    BOOST_REQUIRE(over);
    BOOST_REQUIRE(open.empty());
    BOOST_REQUIRE(plan.tick(now).empty());
  }
}

BOOST_AUTO_TEST_SUITE_END()
