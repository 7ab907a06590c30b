// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// What keeps an adaptive_controller from doing harm: errors, queues, and handlers that are so short
// that only their chunk matters.

#include "adaptive_seconds.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using toy::holding;
using toy::seconds;
using action = sweet::adaptive_action;

BOOST_AUTO_TEST_SUITE(adaptive_guards_test)

BOOST_AUTO_TEST_CASE(errors_cut_the_limit) {
  struct row {
    std::uint64_t completed, failed;
    action what;
    std::uint32_t limit;
  };
  // Beyond chance: more than 50 + 7.07 of 1,000, 5 + 2.2 of 100, 3.2 + 1.8 of 64.
  for (const auto& [completed, failed, what, limit] :
       {row{1000, 57, action::hold, 20}, row{1000, 58, action::cut_errors, 18},
        row{1000, 1000, action::cut_errors, 18}, row{100, 7, action::hold, 20},
        row{100, 8, action::cut_errors, 18}, row{64, 4, action::hold, 20},
        row{64, 5, action::cut_errors, 18}}) {
    BOOST_TEST_CONTEXT(failed << " of " << completed) {
      auto s = holding(20);
      const auto d = s.pass({.completed = completed, .failed = failed});
      BOOST_TEST(d.action == what);
      BOOST_TEST(d.limit == limit);
    }
  }
}

BOOST_AUTO_TEST_CASE(errors_after_a_move_up_take_it_back_and_mark_a_ceiling) {
  seconds s{{.cores = 16}};
  s.pass({});
  auto d = s.pass({.completed = 1250, .failed = 200});
  BOOST_TEST(d.action == action::cut_errors);
  BOOST_TEST(d.limit == 16u);
  d = s.pass_while_held({});
  BOOST_TEST(d.action == action::probe_up);
  BOOST_TEST(d.limit == 18u);
}

BOOST_AUTO_TEST_CASE(after_a_burst_it_climbs_at_once) {
  auto s = holding(20);
  for (const auto limit : {18u, 16u, 14u})
    BOOST_TEST(s.pass({.failed = 300}).limit == limit);
  const auto d = s.pass({.completed = 700});
  BOOST_TEST(d.action == action::climb);
  BOOST_TEST(d.limit == 17u);
}

BOOST_AUTO_TEST_CASE(errors_that_half_the_limit_does_not_lessen_are_tolerated) {
  auto s = holding(20);
  while (s.pass({.failed = 100}).action == action::cut_errors)
    BOOST_TEST(s.controller.limit() > 1u);
  BOOST_TEST(s.controller.limit() == 10u);
  BOOST_TEST(s.pass({.failed = 100}).action == action::climb);
  BOOST_TEST(s.pass({.completed = 1300, .failed = 130}).action == action::climb);
  // Those that come on top are not.
  BOOST_TEST(s.pass({.completed = 1600, .failed = 400}).action == action::cut_errors);
}

BOOST_AUTO_TEST_CASE(errors_that_went_away_are_tolerated_no_more) {
  auto s = holding(20);
  while (s.pass({.failed = 100}).action == action::cut_errors) {
  }
  for (int i = 0; i < 20; ++i)
    BOOST_TEST(s.pass({.completed = 100 * s.controller.limit()}).action != action::cut_errors);
  BOOST_TEST(s.pass({.failed = 100}).action == action::cut_errors);
}

BOOST_AUTO_TEST_CASE(an_outage_takes_it_down_to_the_least) {
  seconds s{{.cores = 20, .min = 2}};
  for (int i = 0; i < 40; ++i)
    s.pass({.failed = 1000});
  BOOST_TEST(s.controller.limit() == 2u);
  BOOST_TEST(s.pass({.failed = 1000}).action == action::hold);
}

BOOST_AUTO_TEST_CASE(a_queue_cuts_the_limit) {
  struct row {
    std::uint32_t limit;
    std::chrono::nanoseconds time;
    action what;
    std::uint32_t next;
  };
  // q above 20 % is S above 10 ms / 0.8 = 12.5 ms; above 2 of 4 it is S above 20 ms. Smin has aged
  // by 3 % of what was more.
  for (const auto& [limit, time, what, next] :
       {row{20, 12ms, action::hold, 20}, row{20, 13ms, action::cut_queue, 18},
        row{100, 13ms, action::cut_queue, 90}, row{4, 19ms, action::hold, 4},
        row{4, 22ms, action::cut_queue, 3}}) {
    BOOST_TEST_CONTEXT("limit " << limit << ", " << time.count() << " ns") {
      auto s = holding(limit);
      const auto d = s.pass({.time = time});
      BOOST_TEST(d.action == what);
      BOOST_TEST(d.limit == next);
    }
  }
  auto rising = holding(20);
  BOOST_TEST(rising.pass({.completed = 1100, .time = 15ms}).action == action::hold);
  BOOST_TEST(rising.pass({.completed = 1100, .time = 15ms}).action == action::cut_queue);
}

BOOST_AUTO_TEST_CASE(cuts_of_the_queue_guard_go_on_while_they_cost_nothing) {
  auto s = holding(40);
  std::vector<std::uint32_t> limits;
  for (int i = 0; i < 6; ++i) // a capacity of 20 handlers
    limits.push_back(s.pass({.time = 500us * s.controller.limit()}).limit);
  BOOST_TEST(limits == (std::vector<std::uint32_t>{36, 32, 29, 26, 26, 26}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(handlers_that_became_slower_are_no_queue) {
  auto s = holding(20);
  BOOST_TEST(s.pass({.completed = 500, .time = 20ms}).action == action::cut_queue);
  const auto d = s.pass({.completed = 450, .time = 20ms});
  BOOST_TEST(d.action == action::revert);
  BOOST_TEST(d.limit == 20u);
  BOOST_TEST(s.pass_while_held({.completed = 500, .time = 20ms}).action == action::probe_up);
}

BOOST_AUTO_TEST_CASE(the_shortest_time_ages) {
  auto s = holding(20);
  BOOST_TEST(s.pass({.completed = 800, .time = 14ms}).action == action::cut_queue);
  // 12 ms for so long that 10 ms are forgotten.
  s = holding(20);
  for (int i = 0; i < 100; ++i)
    BOOST_TEST(s.pass({.time = 12ms, .in_use = 15}).action == action::hold);
  BOOST_TEST(s.pass({.completed = 800, .time = 14ms}).action != action::cut_queue);
}

BOOST_AUTO_TEST_CASE(fast_handlers_get_chunks_and_no_more_limit) {
  seconds s{{.cores = 8}};
  std::vector<std::uint32_t> chunks;
  for (int i = 0; i < 8; ++i) {
    const auto d = s.pass({.completed = 1'000'000, .time = 4us, .cpu_share = 0.5});
    BOOST_TEST(d.limit == 8u);
    chunks.push_back(d.chunk);
  }
  // 32 of 4 us take 100 us.
  BOOST_TEST(chunks == (std::vector<std::uint32_t>{2, 4, 8, 16, 32, 32, 32, 32}),
             boost::test_tools::per_element());
  // Once they take long it goes back in one step, and the limit has its turn.
  auto d = s.pass({.time = 10ms, .cpu_share = 0.5});
  BOOST_TEST(d.action == action::shrink_chunk);
  BOOST_TEST(d.chunk == 1u);
  d = s.pass({.time = 10ms, .cpu_share = 0.5});
  BOOST_TEST(d.action == action::start);
  BOOST_TEST(d.limit == 16u);
}

BOOST_AUTO_TEST_CASE(the_largest_chunk) {
  struct row {
    std::uint32_t capacity, chunk;
  };
  for (const auto& [capacity, chunk] :
       {row{1, 1}, row{2, 2}, row{7, 4}, row{64, 64}, row{1000, 64}}) {
    BOOST_TEST_CONTEXT("capacity " << capacity) {
      seconds s{{.cores = 8, .capacity = capacity}};
      for (int i = 0; i < 10; ++i)
        s.pass({.completed = 1'000'000, .time = 100ns});
      BOOST_TEST(s.controller.chunk() == chunk);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_time_about_100_us_changes_nothing_from_window_to_window) {
  seconds s{{.cores = 8}};
  BOOST_TEST(s.pass({.time = 95us}).action == action::grow_chunk);
  for (int i = 0; i < 10; ++i)
    BOOST_TEST(s.pass({.time = i % 2 ? 90us : 120us}).action == action::hold);
  BOOST_TEST(s.pass({.time = 126us}).action == action::shrink_chunk);
}

BOOST_AUTO_TEST_CASE(fast_handlers_get_their_limit_back_after_errors) {
  seconds s{{.cores = 20, .capacity = 1}};
  for (int i = 0; i < 10; ++i)
    s.pass({.time = 10us, .failed = 1000});
  BOOST_TEST(s.controller.limit() < 10u);
  for (int i = 0; i < 10; ++i)
    s.pass({.time = 10us});
  BOOST_TEST(s.controller.limit() == 20u);
}

BOOST_AUTO_TEST_SUITE_END()
