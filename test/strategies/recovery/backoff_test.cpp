// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/recovery/backoff.hpp>

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <limits>
#include <stdexcept>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;

namespace backoff_test {
namespace {

constexpr auto most = std::numeric_limits<std::uint32_t>::max();
constexpr double almost_one = 0x1.fffffffffffffp-1;

std::vector<long> milliseconds(const backoff& b, std::uint32_t count, double random = 0.5) {
  std::vector<long> result;
  for (std::uint32_t i = 1; i <= count; ++i)
    result.push_back(
        std::chrono::duration_cast<std::chrono::milliseconds>(b.delay(i, random)).count());
  return result;
}

} // namespace
} // namespace backoff_test

BOOST_AUTO_TEST_SUITE(backoff_test)

BOOST_AUTO_TEST_CASE(delays_as_they_are_documented) {
  using row = std::vector<long>;
  BOOST_TEST(milliseconds(backoff::immediate(), 4) == (row{0, 0, 0, 0}));
  BOOST_TEST(milliseconds(backoff::fixed(200ms), 4) == (row{200, 200, 200, 200}));
  BOOST_TEST(milliseconds(backoff::linear(100ms, 350ms), 5) == (row{100, 200, 300, 350, 350}));
  BOOST_TEST(milliseconds(backoff::exponential(), 11) ==
             (row{100, 200, 400, 800, 1600, 3200, 6400, 12800, 25600, 30000, 30000}));
  BOOST_TEST(milliseconds(backoff::exponential(10ms, 3, 100ms), 4) == (row{10, 30, 90, 100}));
  BOOST_TEST(milliseconds(backoff::exponential(1s, 1, 1h), 3) == (row{1000, 1000, 1000}));
  BOOST_TEST(milliseconds(backoff::linear(1s), 40).back() == 30'000);
}

BOOST_AUTO_TEST_CASE(the_middle_of_the_jitter_is_the_delay_without) {
  for (const auto& b : {backoff::fixed(1s), backoff::linear(1s), backoff::exponential()})
    for (std::uint32_t i = 1; i < 12; ++i)
      BOOST_TEST((b.delay(i, 0.5) == b.without_jitter().delay(i, 0.123)));
}

BOOST_AUTO_TEST_CASE(jitter_spreads_by_a_fifth) {
  const auto b = backoff::fixed(100ms);
  BOOST_TEST((b.delay(1, 0) == 80ms));
  BOOST_TEST((b.delay(1, 0.25) == 90ms));
  BOOST_TEST((b.delay(1, 0.75) == 110ms));
  BOOST_TEST((b.delay(1, almost_one) <= 120ms));
  BOOST_TEST((b.delay(1, almost_one) >= 119'999'999ns));
}

BOOST_AUTO_TEST_CASE(the_longest_delay_is_spread_like_the_others) {
  const auto b = backoff::exponential();
  BOOST_TEST((b.delay(20, 0) == 24s));
  BOOST_TEST((b.delay(20, 0.75) == 33s));
}

BOOST_AUTO_TEST_CASE(jitter_can_be_chosen) {
  const auto b = backoff::fixed(100ms);
  BOOST_TEST((b.jitter(1).delay(1, 0) == 0ms));
  BOOST_TEST((b.jitter(0.5).delay(1, 0) == 50ms));
  BOOST_TEST((b.jitter(0).delay(1, 0) == 100ms));
  BOOST_TEST((b.without_jitter() == b.jitter(0)));
  BOOST_TEST((b != b.jitter(0)));
}

BOOST_AUTO_TEST_CASE(no_failed_attempt_no_delay) {
  BOOST_TEST((backoff::fixed(1h).delay(0, 0.5) == 0ns));
  BOOST_TEST((backoff::exponential().delay(0, 0.5) == 0ns));
}

BOOST_AUTO_TEST_CASE(nothing_overflows) {
  const auto longest = backoff::duration::max();
  BOOST_TEST((backoff::exponential().delay(most, 0.5) == 30s));
  BOOST_TEST((backoff::exponential(1ns, 1e308, longest).delay(most, 0.5) == longest));
  BOOST_TEST((backoff::exponential(0ns, 1e308, longest).delay(most, 0.5) == 0ns));
  BOOST_TEST((backoff::linear(1h, longest).delay(most, almost_one) == longest));
  BOOST_TEST((backoff::fixed(longest).delay(1, almost_one) == longest));
  BOOST_TEST((backoff::fixed(longest).delay(most, 0) > 200 * 365 * 24h));
  for (std::uint32_t i = 1; i < 2'000; ++i)
    BOOST_TEST((backoff::exponential(1ns, 2, longest).delay(i, almost_one) > 0ns));
}

BOOST_AUTO_TEST_CASE(what_makes_no_sense_is_refused) {
  BOOST_CHECK_THROW(backoff::fixed(-1ns), std::invalid_argument);
  BOOST_CHECK_THROW(backoff::linear(-1ns), std::invalid_argument);
  BOOST_CHECK_THROW(backoff::linear(1ns, -1ns), std::invalid_argument);
  BOOST_CHECK_THROW(backoff::exponential(-1ns), std::invalid_argument);
  BOOST_CHECK_THROW(backoff::exponential(1s, 0.5), std::invalid_argument);
  BOOST_CHECK_THROW(backoff::exponential(1s, std::numeric_limits<double>::infinity()),
                    std::invalid_argument);
  BOOST_CHECK_THROW(backoff::exponential(1s, std::numeric_limits<double>::quiet_NaN()),
                    std::invalid_argument);
  BOOST_CHECK_THROW(backoff::exponential(1s, 2, -1ns), std::invalid_argument);
  BOOST_CHECK_THROW(static_cast<void>(backoff::immediate().jitter(-0.1)), std::invalid_argument);
  BOOST_CHECK_THROW(static_cast<void>(backoff::immediate().jitter(1.1)), std::invalid_argument);
  BOOST_CHECK_THROW(
      static_cast<void>(backoff::immediate().jitter(std::numeric_limits<double>::quiet_NaN())),
      std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
