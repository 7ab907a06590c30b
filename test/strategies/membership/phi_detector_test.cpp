// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/membership/phi_detector.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <limits>
#include <stdexcept>

using namespace std::chrono_literals;
using sweet::phi_detector;
using sweet::phi_options;

namespace phi_detector_test {
namespace {

constexpr phi_detector::time_point start{1h};

/// One that has heard many regular heartbeats, the last one at the time that is returned.
phi_detector regular(phi_detector::time_point& now, phi_options options = {}, int beats = 500) {
  now = start;
  phi_detector made{options, now};
  for (int i = 0; i < beats; ++i)
    made.heartbeat(now += options.heartbeat);
  return made;
}

bool close_to(std::chrono::nanoseconds a, std::chrono::nanoseconds b) {
  return std::chrono::abs(a - b) < 5ms;
}

} // namespace
} // namespace phi_detector_test

BOOST_AUTO_TEST_SUITE(phi_detector_test)

BOOST_AUTO_TEST_CASE(phi_is_the_table_of_the_documentation) {
  phi_detector::time_point now;
  const auto d = regular(now);
  BOOST_TEST(std::abs(d.phi(now + 1s) - 0.3) < 0.01); // one half
  BOOST_TEST(std::abs(d.phi(now + 1200ms) - 1.64) < 0.02);
  BOOST_TEST(std::abs(d.phi(now + 1500ms) - 6.54) < 0.05);
  BOOST_TEST(std::abs(d.phi(now + 1562ms) - 8) < 0.1);
  BOOST_TEST(d.phi(now) < 0.001);
  BOOST_TEST(d.phi(now + 1h) == std::numeric_limits<double>::infinity());
}

BOOST_AUTO_TEST_CASE(who_is_silent_is_suspect_and_a_pause_later_down) {
  phi_detector::time_point now;
  const auto d = regular(now);
  BOOST_TEST(close_to(d.suspect_at() - now, 1562ms));
  BOOST_TEST((d.down_at() - d.suspect_at() == 3s));
}

BOOST_AUTO_TEST_CASE(at_first_it_is_rather_slow_than_wrong) {
  const phi_detector d{{}, start};
  BOOST_TEST(close_to(d.suspect_at() - start, 1s + 5612ms / 4));
}

BOOST_AUTO_TEST_CASE(heartbeats_that_spread_are_given_more_time) {
  auto now = start;
  phi_detector d{{}, now};
  for (int i = 0; i < 1000; ++i)
    d.heartbeat(now += i % 2 == 0 ? 700ms : 1300ms);
  BOOST_TEST((d.suspect_at() - now > 1s + 5 * 280ms));
  BOOST_TEST((d.suspect_at() - now < 1s + 6 * 320ms));
}

BOOST_AUTO_TEST_CASE(a_slower_rhythm_is_learned) {
  auto now = start;
  phi_detector d{{}, now};
  for (int i = 0; i < 1000; ++i)
    d.heartbeat(now += 2s);
  BOOST_TEST(close_to(d.suspect_at() - now, 2562ms));
}

BOOST_AUTO_TEST_CASE(any_byte_is_a_sign_of_life_but_no_rhythm) {
  phi_detector::time_point now;
  auto d = regular(now);
  for (int i = 0; i < 10'000; ++i)
    d.heard(now + i * 50us);
  BOOST_TEST(close_to(d.suspect_at() - now, 500ms + 1562ms));
  d.heartbeat(now + 1s);
  BOOST_TEST(close_to(d.suspect_at() - now, 1s + 1562ms));
}

BOOST_AUTO_TEST_CASE(a_cut_is_no_rhythm) {
  phi_detector::time_point now;
  auto d = regular(now);
  now += 4s;
  d.resumed(now);
  BOOST_TEST(close_to(d.suspect_at() - now, 1562ms));
  d.heartbeat(now += 100ms);
  BOOST_TEST(close_to(d.suspect_at() - now, 1562ms));
  // Nor is a silence beyond all that is accepted.
  d.heartbeat(now += 1min);
  BOOST_TEST(close_to(d.suspect_at() - now, 1562ms));
}

BOOST_AUTO_TEST_CASE(a_pause_within_what_is_accepted_is_learned) {
  phi_detector::time_point now;
  auto d = regular(now);
  d.heartbeat(now += 3s);
  BOOST_TEST((d.suspect_at() - now > 2s));
}

BOOST_AUTO_TEST_CASE(silence_in_which_nobody_listened_does_not_count) {
  phi_detector::time_point now;
  auto d = regular(now);
  d.excuse(10s, now + 10s + 500ms);
  BOOST_TEST(close_to(d.suspect_at() - now, 10s + 1562ms));
  // Never more than up to the present.
  d.excuse(1h, now + 11s);
  BOOST_TEST(close_to(d.suspect_at() - now, 11s + 1562ms));
}

BOOST_AUTO_TEST_CASE(times_that_do_not_fit_are_taken_for_none) {
  phi_detector::time_point now;
  auto d = regular(now);
  const auto suspect = d.suspect_at();
  d.heartbeat(now - 10s);
  d.heard(now - 20s);
  BOOST_TEST((d.suspect_at() >= suspect));
}

BOOST_AUTO_TEST_CASE(milliseconds_do_for_tests) {
  phi_detector::time_point now;
  const auto d = regular(now, {.heartbeat = 100ms, .min_deviation = 10ms, .pause = 300ms});
  BOOST_TEST((d.suspect_at() - now < 160ms));
  BOOST_TEST((d.down_at() - now < 460ms));
  BOOST_TEST((d.down_at() - now > 450ms));
}

BOOST_AUTO_TEST_CASE(very_long_times_end_at_the_last_one) {
  const phi_detector d{
      {.heartbeat = std::chrono::nanoseconds::max(), .pause = std::chrono::nanoseconds::max()},
      start};
  BOOST_TEST((d.down_at() == phi_detector::time_point::max()));
}

BOOST_AUTO_TEST_CASE(what_makes_no_sense_is_refused) {
  for (const double threshold : {0.0, -1.0, 101.0, std::nan("")})
    BOOST_CHECK_THROW((phi_detector{{.threshold = threshold}, start}), std::invalid_argument);
  BOOST_CHECK_THROW((phi_detector{{.heartbeat = 0s}, start}), std::invalid_argument);
  BOOST_CHECK_THROW((phi_detector{{.min_deviation = 0s}, start}), std::invalid_argument);
  BOOST_CHECK_THROW((phi_detector{{.pause = -1ns}, start}), std::invalid_argument);
  BOOST_CHECK_THROW((phi_detector{{.memory = 1}, start}), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
