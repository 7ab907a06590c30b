// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "adaptive_seconds.hpp"

#include <boost/test/unit_test.hpp>

#include <bit>
#include <cstdint>
#include <random>
#include <set>
#include <stdexcept>
#include <string_view>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using toy::holding;
using toy::seconds;
using action = sweet::adaptive_action;

namespace adaptive_controller_test {
namespace {

constexpr adaptive_controller::time_point start{1h};

} // namespace
} // namespace adaptive_controller_test

BOOST_AUTO_TEST_SUITE(adaptive_controller_test)

BOOST_AUTO_TEST_CASE(it_starts_at_cores_with_single_events) {
  const adaptive_controller c{{.cores = 8}, start};
  BOOST_TEST(c.limit() == 8u);
  BOOST_TEST(c.chunk() == 1u);
  BOOST_TEST((adaptive_controller{{.cores = 8, .start = 3}, start}.limit()) == 3u);
  BOOST_TEST((adaptive_controller{{.cores = 8, .max = 4}, start}.limit()) == 4u);
  BOOST_TEST((adaptive_controller{{.cores = 1, .min = 4}, start}.limit()) == 4u);
}

BOOST_AUTO_TEST_CASE(the_most_that_it_goes_to) {
  struct row {
    adaptive_options options;
    std::uint32_t max;
  };
  for (const auto& [options, max] :
       {row{{.cores = 1}, 16}, row{{.cores = 8}, 128}, row{{.cores = 64}, 256},
        row{{.cores = 8, .max = 10}, 10}, row{adaptive_options{.cores = 8}.cpu_bound(), 16}}) {
    BOOST_TEST_CONTEXT("max " << max) {
      auto at_most = options;
      at_most.start = max;
      seconds s{at_most};
      BOOST_TEST(s.pass({.cpu_share = 0}).action == action::hold);
      BOOST_TEST(s.controller.limit() == max);
      at_most.start = max + 1;
      BOOST_CHECK_THROW((adaptive_controller{at_most, start}), std::invalid_argument);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_makes_no_sense_is_refused) {
  for (const auto& options : std::vector<adaptive_options>{{.cores = 0},
                                                           {.cores = 65'537},
                                                           {.capacity = 0},
                                                           {.min = 0},
                                                           {.min = 17},
                                                           {.max = 1'048'577},
                                                           {.start = 0},
                                                           {.window = 0s},
                                                           {.window = 2h}})
    BOOST_CHECK_THROW((adaptive_controller{options, start}), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(a_window_tells_what_it_has_measured) {
  seconds s{{.cores = 8}};
  const auto d = s.pass({.completed = 500, .time = 20ms, .failed = 10, .cpu_share = 0.5});
  BOOST_TEST(d.window == 1u);
  BOOST_TEST(d.throughput == 490);
  BOOST_TEST((d.handler_time == 20ms));
  BOOST_TEST(d.cpu_share.value() == 0.5);
  BOOST_TEST(d.limit == s.controller.limit());
  BOOST_TEST(s.pass({.cpu_share = 0}).window == 2u);
}

BOOST_AUTO_TEST_CASE(a_window_lasts_a_second_64_events_and_a_generation) {
  adaptive_controller c{{.cores = 80}, start};
  c.record({.completed = 80, .wall = 80s, .in_use = 80});
  BOOST_TEST(!c.close_window(start + 999ms).has_value());
  BOOST_TEST(c.close_window(start + 1s).has_value());
  // Of eighty handlers 79 have ended.
  c.record({.completed = 79, .wall = 158s, .in_use = 80});
  BOOST_TEST(!c.close_window(start + 3s).has_value());
  c.record({.completed = 1, .wall = 2s, .in_use = 80});
  BOOST_TEST(c.close_window(start + 5s).value().throughput == 20);
  c.record({.completed = 63, .wall = 63s, .in_use = 40});
  BOOST_TEST(!c.close_window(start + 7s).has_value());
  c.record({.completed = 1, .wall = 1s, .in_use = 40});
  BOOST_TEST(c.close_window(start + 9s).value().throughput == 16);
  // There is an end to waiting.
  BOOST_TEST(!c.close_window(start + 19s - 1ns).has_value());
  BOOST_TEST((c.close_window(start + 19s).value().action == action::hold));
}

BOOST_AUTO_TEST_CASE(less_than_half_in_use_holds) {
  seconds s{{.cores = 8}};
  for (int i = 0; i < 20; ++i)
    BOOST_TEST(s.pass({.in_use = 3, .cpu_share = 0.1}).action == action::hold);
  BOOST_TEST(s.pass({.failed = 500, .in_use = 3}).action == action::hold);
  BOOST_TEST(s.controller.limit() == 8u);
  // The first window that says something is the first one.
  BOOST_TEST(s.pass({.in_use = 4, .cpu_share = 0.5}).action == action::start);
  // And a move that nothing can be said about is taken back.
  BOOST_TEST(s.pass({.in_use = 7}).action == action::revert);
}

BOOST_AUTO_TEST_CASE(the_first_window_sets_cores_by_cpu_share) {
  struct row {
    double cpu_share;
    action what;
    std::uint32_t limit;
  };
  for (const auto& [cpu_share, what, limit] :
       {row{1, action::climb, 10}, row{0.8, action::start, 10}, row{0.5, action::start, 16},
        row{0.25, action::start, 32}, row{0.01, action::start, 32}, row{0, action::climb, 10}}) {
    BOOST_TEST_CONTEXT("cpu share " << cpu_share) {
      seconds s{{.cores = 8}};
      const auto d = s.pass({.cpu_share = cpu_share});
      BOOST_TEST(d.action == what);
      BOOST_TEST(d.limit == limit);
    }
  }
  seconds too_high{{.cores = 8, .start = 64}};
  BOOST_TEST(too_high.pass({}).limit == 8u);
}

BOOST_AUTO_TEST_CASE(it_climbs_by_the_root_while_that_pays) {
  seconds s{{.cores = 16}};
  std::vector<std::uint32_t> limits;
  for (int i = 0; i < 8; ++i)
    limits.push_back(s.pass({.completed = 100 * s.controller.limit()}).limit);
  BOOST_TEST(limits == (std::vector<std::uint32_t>{20, 24, 28, 33, 38, 44, 50, 57}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_pays_is_15_percent_of_the_gain_in_limit) {
  struct row {
    std::uint64_t completed;
    action what;
    std::uint32_t limit;
  };
  // 16 to 20 is 25 %: 3.75 % of 10,000 have to be gained.
  for (const auto& [completed, what, limit] :
       {row{12'500, action::climb, 24}, row{10'376, action::climb, 24},
        row{10'374, action::revert, 16}, row{10'000, action::revert, 16},
        row{5'000, action::revert, 16}}) {
    BOOST_TEST_CONTEXT(completed) {
      seconds s{{.cores = 16}};
      s.pass({.completed = 10'000});
      const auto d = s.pass({.completed = completed});
      BOOST_TEST(d.action == what);
      BOOST_TEST(d.limit == limit);
    }
  }
}

BOOST_AUTO_TEST_CASE(it_holds_five_windows_and_probes_up_and_down_in_turn) {
  auto s = holding(20);
  auto d = s.pass_while_held({});
  BOOST_TEST(d.action == action::probe_up);
  BOOST_TEST(d.limit == 24u);
  d = s.pass({.time = 12ms});
  BOOST_TEST(d.action == action::revert);
  BOOST_TEST(d.limit == 20u);
  d = s.pass_while_held({});
  BOOST_TEST(d.action == action::probe_down);
  BOOST_TEST(d.limit == 16u);
  d = s.pass({.completed = 800});
  BOOST_TEST(d.action == action::revert);
  BOOST_TEST(d.limit == 20u);
  BOOST_TEST(s.pass_while_held({}).action == action::probe_up);
}

BOOST_AUTO_TEST_CASE(probes_that_pay_go_on) {
  auto s = holding(20);
  s.pass_while_held({});
  auto d = s.pass({.completed = 1200});
  BOOST_TEST(d.action == action::climb);
  BOOST_TEST(d.limit == 28u);

  s = holding(20);
  s.pass_while_held({});
  s.pass({.time = 12ms});
  s.pass_while_held({});
  // 20 to 16 may cost 3 %.
  d = s.pass({.completed = 971});
  BOOST_TEST(d.action == action::probe_down);
  BOOST_TEST(d.limit == 13u);
  d = s.pass({.completed = 800});
  BOOST_TEST(d.action == action::revert);
  BOOST_TEST(d.limit == 16u);
}

BOOST_AUTO_TEST_CASE(no_probes_while_the_limit_is_not_in_full_use) {
  auto s = holding(20);
  for (int i = 0; i < 20; ++i)
    BOOST_TEST(s.pass({.in_use = 15}).action == action::hold);
  bool probed = false;
  for (int i = 0; i < 8; ++i)
    probed |= s.pass({.in_use = 20}).action == action::probe_up;
  BOOST_TEST(probed);
}

BOOST_AUTO_TEST_CASE(a_collapse_marks_a_ceiling) {
  auto s = holding(40);
  auto d = s.pass_while_held({});
  BOOST_TEST(d.limit == 48u);
  s.pass({.completed = 300, .time = 160ms});
  s.pass_while_held({});
  s.pass({.completed = 700});
  d = s.pass_while_held({});
  BOOST_TEST(d.action == action::probe_up);
  BOOST_TEST(d.limit == 44u);
  // Half the way from there.
  d = s.pass({.completed = 1100});
  BOOST_TEST(d.action == action::climb);
  BOOST_TEST(d.limit == 46u);
}

BOOST_AUTO_TEST_CASE(a_ceiling_is_forgotten_when_throughput_changes_by_itself) {
  auto s = holding(40);
  s.pass_while_held({});
  s.pass({.completed = 300, .time = 160ms});
  s.pass({});
  s.pass_while_held({.completed = 2000}, 4);
  s.pass({.completed = 1000});
  const auto d = s.pass_while_held({.completed = 2000});
  BOOST_TEST(d.action == action::probe_up);
  BOOST_TEST(d.limit == 48u);
}

BOOST_AUTO_TEST_CASE(noise_takes_more_windows_to_judge) {
  auto s = holding(20);
  for (const std::uint64_t completed : {1100u, 1000u, 1100u, 1000u})
    BOOST_TEST(s.pass({.completed = completed}).action == action::hold);
  BOOST_TEST(s.pass({.completed = 1100}).action == action::probe_up);
  BOOST_TEST(s.pass({.completed = 1090}).action == action::measure);
  BOOST_TEST(s.pass({.completed = 1090}).action == action::measure);
  // Eight windows at most; what is in doubt then does not go up.
  auto d = s.pass({.completed = 1090});
  for (int i = 3; d.action == action::measure; ++i) {
    BOOST_TEST(i < 8);
    d = s.pass({.completed = 1090});
  }
  BOOST_TEST(d.action == action::revert);
}

BOOST_AUTO_TEST_CASE(whatever_it_is_told_it_stays_in_its_bounds) {
  std::mt19937 random{7};
  const auto below = [&](std::uint64_t n) { return random() % n; };
  for (int run = 0; run < 200; ++run) {
    const auto min = static_cast<std::uint32_t>(1 + below(4));
    seconds s{{.cores = static_cast<std::uint32_t>(4 + below(30)), .min = min, .max = 60}};
    for (int i = 0; i < 200; ++i) {
      const std::uint64_t completed = 64 + below(2000);
      const auto d = s.pass({.completed = completed,
                             .time = std::chrono::nanoseconds{1 + below(1u << below(28))},
                             .failed = below(3) == 0 ? below(completed + 1) : 0,
                             .in_use = static_cast<std::uint32_t>(below(s.controller.limit() + 1)),
                             .cpu_share = static_cast<double>(below(101)) / 100});
      BOOST_TEST_REQUIRE(d.limit >= min);
      BOOST_TEST_REQUIRE(d.limit <= 60u);
      BOOST_TEST_REQUIRE(std::has_single_bit(d.chunk));
      BOOST_TEST_REQUIRE(d.chunk <= 64u);
    }
  }
}

BOOST_AUTO_TEST_CASE(decisions_have_names) {
  std::set<std::string_view> seen;
  for (int i = 0; i <= static_cast<int>(action::shrink_chunk); ++i) {
    const auto x = static_cast<action>(i);
    BOOST_TEST(is_known(x));
    BOOST_TEST(seen.insert(name_of(x)).second);
    BOOST_TEST((from_string<action>(name_of(x)) == x));
  }
  BOOST_TEST(seen.size() == names_of<action>().size());
  BOOST_TEST(to_string(action::cut_queue) == "cut_queue");
  BOOST_TEST(to_string(action::shrink_chunk) == "shrink_chunk");
}

BOOST_AUTO_TEST_SUITE_END()
