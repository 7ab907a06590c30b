// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// The bounds that adaptive_controller states, with models of handlers in time that does not pass.

#include "adaptive_model.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <queue>
#include <random>
#include <utility>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using toy::scenario;

namespace adaptive_models_test {
namespace {

constexpr double takes = 0.01; // seconds
constexpr int step = 100;      // the window after which a scenario changes

auto pool(double size) {
  return [=](double limit, int) { return toy::load{std::min(limit, size) / takes, 0.02}; };
}

auto computing(double cores) {
  // One handler more than there are cores costs 1 %.
  return [=](double limit, int) {
    return toy::load{std::min(limit, cores) / takes / (1 + 0.01 * std::max(0.0, limit - cores)),
                     std::min(1.0, cores / limit)};
  };
}

toy::load half_computing(double limit, int) {
  return {std::min(limit, 16.0) / takes, std::min(0.5, 8 / limit)};
}

auto pool_that_changes(double before, double after) {
  return [=](double limit, int window) {
    return pool(window <= step ? before : after)(limit, window);
  };
}

toy::load slower(double limit, int window) {
  return {std::min(limit, 40.0) / (window <= step ? takes : 3 * takes), 0.02};
}

auto cliff(double size, double edge) {
  return [=](double limit, int) {
    return toy::load{limit <= edge ? std::min(limit, size) / takes : 0.3 * size / takes, 0.02};
  };
}

auto failing(double share, int windows) {
  return [=](double limit, int window) {
    auto result = pool(40)(limit, window);
    if (window > step && window <= step + windows)
      result.failures = share;
    return result;
  };
}

toy::load rejecting(double limit, int) {
  return {limit / takes, 0.02, limit > 40 ? 1 - 40 / limit : 0};
}

toy::load bad_data(double limit, int window) {
  auto result = pool(40)(limit, window);
  result.failures = 0.08;
  return result;
}

std::vector<scenario> scenarios() {
  return {
      {.name = "pool of 16", .handlers = pool(16), .knee = 16},
      {.name = "pool of 40", .handlers = pool(40), .knee = 40},
      {.name = "pool of 40, 16 cores", .handlers = pool(40), .knee = 40, .options = {.cores = 16}},
      {.name = "pool of 30, 2 cores", .handlers = pool(30), .knee = 30, .options = {.cores = 2}},
      {.name = "computing, started too high",
       .handlers = computing(8),
       .knee = 8,
       .options = {.cores = 8, .start = 16}},
      {.name = "computing, on 4 of 8 cores", .handlers = computing(4), .knee = 4},
      {.name = "half computing", .handlers = half_computing, .knee = 16},
      {.name = "doubles", .handlers = pool_that_changes(40, 80), .knee = 80, .from = step + 40},
      {.name = "halves", .handlers = pool_that_changes(40, 20), .knee = 20, .from = step + 40},
      {.name = "slower", .handlers = slower, .knee = 40, .from = step + 20},
      {.name = "cliff", .handlers = cliff(60, 60), .knee = 60, .highest = 1.25},
      {.name = "knee and cliff", .handlers = cliff(40, 60), .knee = 40},
      {.name = "burst of errors", .handlers = failing(0.3, 10), .knee = 40, .from = step + 40},
      {.name = "outage", .handlers = failing(1, 40), .knee = 40, .from = step + 70},
      {.name = "rejects what is too much", .handlers = rejecting, .knee = 40},
      {.name = "bad data", .handlers = bad_data, .knee = 40, .from = 60},
      {.name = "noise, pool of 16",
       .handlers = pool(16),
       .knee = 16,
       .from = 100,
       .noise = 0.15,
       .lowest = 0,
       .highest = 3,
       .windows = 400},
      {.name = "noise, pool of 40",
       .handlers = pool(40),
       .knee = 40,
       .from = 100,
       .noise = 0.15,
       .lowest = 0,
       .highest = 3,
       .windows = 400},
      {.name = "much noise",
       .handlers = pool(40),
       .knee = 40,
       .from = 200,
       .noise = 0.3,
       .throughput = 0.85,
       .lowest = 0,
       .highest = 3,
       .windows = 600},
  };
}

/// Handlers that take two seconds on average, exponentially distributed, at so many places.
/// Returns the means of limit and throughput in windows 201 to 600.
std::pair<double, double> run_places(std::size_t places, std::uint32_t seed) {
  using clock = adaptive_controller::time_point;
  std::mt19937 random{seed};
  const auto draw = [&] {
    const double unit = (static_cast<double>(random()) + 1) / 4294967296.0;
    return std::chrono::nanoseconds{std::llround(-2e9 * std::log(unit))};
  };
  struct job {
    clock ends;
    clock began;
    bool operator<(const job& other) const { return ends > other.ends; }
  };
  clock now{1h};
  adaptive_controller controller{{.cores = 8}, now};
  std::priority_queue<job> served;
  std::queue<clock> waiting;
  auto next_second = now + 1s;
  double limits = 0, completed = 0, seconds = 0;
  std::uint64_t window = 0;
  while (window < 600) {
    while (served.size() + waiting.size() < controller.limit())
      waiting.push(now);
    for (; served.size() < places && !waiting.empty(); waiting.pop())
      served.push({now + draw(), waiting.front()});
    const bool counts = window >= 200;
    if (served.top().ends >= next_second) {
      now = next_second;
      next_second += 1s;
      limits += counts * controller.limit();
      seconds += counts;
      if (const auto decision = controller.close_window(now))
        window = decision->window;
      continue;
    }
    const auto done = served.top();
    const auto in_use = static_cast<std::uint32_t>(served.size() + waiting.size());
    served.pop();
    now = done.ends;
    completed += counts;
    const auto wall = now - done.began;
    controller.record(
        {.completed = 1, .wall = wall, .cpu = wall / 50, .cpu_wall = wall, .in_use = in_use});
  }
  return {limits / seconds, completed / seconds};
}

} // namespace
} // namespace adaptive_models_test

BOOST_AUTO_TEST_SUITE(adaptive_models_test)

BOOST_AUTO_TEST_CASE(bounds_are_kept) {
  for (const auto& s : scenarios())
    for (std::uint32_t seed = 1; seed <= (s.noise > 0 ? 100u : 1u); ++seed) {
      const auto o = toy::run<adaptive_controller>(s, seed);
      BOOST_TEST_CONTEXT(s.name << ", seed " << seed << ": X " << o.throughput << ", limit "
                                << o.lowest << " to " << o.highest << ", mean " << o.mean) {
        BOOST_TEST(o.meets(s));
      }
    }
}

BOOST_AUTO_TEST_CASE(a_constant_limit_misses_each_of_them) {
  for (const auto& s : scenarios())
    BOOST_TEST_CONTEXT(s.name) {
      BOOST_TEST(!toy::run<toy::constant_controller>(s).meets(s));
    }
}

BOOST_AUTO_TEST_CASE(no_constant_limit_meets_them_all) {
  const auto all = scenarios();
  for (std::uint32_t limit = 1; limit <= 256; ++limit) {
    const auto met = std::count_if(all.begin(), all.end(), [&](const scenario& s) {
      return toy::run(s, toy::constant_controller{limit}, 1, [](int, std::uint32_t) {}).meets(s);
    });
    BOOST_TEST_CONTEXT("limit " << limit) {
      BOOST_TEST(met < static_cast<std::ptrdiff_t>(all.size()));
    }
  }
}

BOOST_AUTO_TEST_CASE(pools_of_every_size) {
  for (const std::uint32_t cores : {2u, 4u, 8u, 16u})
    for (std::uint32_t size = cores; size <= 16 * cores; ++size) {
      const scenario s{.name = "pool",
                       .handlers = pool(size),
                       .knee = static_cast<double>(size),
                       .options = {.cores = cores}};
      const auto o = toy::run<adaptive_controller>(s);
      BOOST_TEST_CONTEXT(size << " on " << cores << ": X " << o.throughput << ", limit " << o.lowest
                              << " to " << o.highest << ", mean " << o.mean) {
        BOOST_TEST(o.meets(s));
      }
    }
}

BOOST_AUTO_TEST_CASE(a_burst_of_errors_shrinks_the_limit_to_less_than_half) {
  const scenario s{.name = "burst", .handlers = failing(0.3, 10), .knee = 40};
  std::uint32_t before = 0, at_the_end = 0;
  toy::run(s, adaptive_controller{s.options, adaptive_controller::time_point{1h}}, 1,
           [&](int window, std::uint32_t limit) {
             if (window == step)
               before = limit;
             if (window == step + 8)
               at_the_end = limit;
           });
  BOOST_TEST(before >= 34u);
  BOOST_TEST(2 * at_the_end <= before + 2);
}

BOOST_AUTO_TEST_CASE(a_cliff_is_left_at_once_and_seldom_tried_again) {
  const scenario s{.name = "cliff", .handlers = cliff(60, 60), .knee = 60};
  int beyond = 0, in_a_row = 0, most_in_a_row = 0;
  toy::run(s, adaptive_controller{s.options, adaptive_controller::time_point{1h}}, 1,
           [&](int, std::uint32_t limit) {
             beyond += limit > 60;
             in_a_row = limit > 60 ? in_a_row + 1 : 0;
             most_in_a_row = std::max(most_in_a_row, in_a_row);
           });
  BOOST_TEST(most_in_a_row == 1);
  BOOST_TEST(beyond <= 300 / 20);
}

BOOST_AUTO_TEST_CASE(handlers_that_take_longer_than_a_window) {
  for (const std::size_t places : {12u, 40u, 100u})
    for (std::uint32_t seed = 1; seed <= 10; ++seed) {
      const auto [limit, throughput] = run_places(places, seed);
      BOOST_TEST_CONTEXT(places << " places, seed " << seed << ": limit " << limit << ", X "
                                << throughput) {
        const auto most = static_cast<double>(places);
        BOOST_TEST(throughput >= 0.9 * most / 2);
        BOOST_TEST(limit >= 0.75 * most);
        BOOST_TEST(limit <= 1.5 * most);
      }
    }
}

BOOST_AUTO_TEST_SUITE_END()
