// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/flow/token_bucket.hpp>

#include <boost/test/unit_test.hpp>

#include <limits>
#include <stdexcept>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;

namespace token_bucket_test {
namespace {

constexpr token_bucket::time_point start{1h};

std::vector<long> take(token_bucket& bucket, int count, token_bucket::time_point now) {
  std::vector<long> milliseconds;
  for (int i = 0; i < count; ++i)
    milliseconds.push_back(
        std::chrono::duration_cast<std::chrono::milliseconds>(bucket.take(now)).count());
  return milliseconds;
}

} // namespace
} // namespace token_bucket_test

BOOST_AUTO_TEST_SUITE(token_bucket_test)

BOOST_AUTO_TEST_CASE(starts_full_and_then_serves_in_order) {
  using row = std::vector<long>;
  token_bucket bucket{{.per_second = 10, .burst = 2}};
  BOOST_TEST(take(bucket, 5, start) == (row{0, 0, 100, 200, 300}));
  BOOST_TEST(take(bucket, 1, start + 50ms) == row{350});
}

BOOST_AUTO_TEST_CASE(one_at_a_time_without_a_burst) {
  using row = std::vector<long>;
  token_bucket bucket{{.per_second = 4}};
  BOOST_TEST(take(bucket, 3, start) == (row{0, 250, 500}));
}

BOOST_AUTO_TEST_CASE(fills_while_nobody_takes_but_not_over_the_brim) {
  using row = std::vector<long>;
  token_bucket bucket{{.per_second = 10, .burst = 3}};
  BOOST_TEST(take(bucket, 3, start) == (row{0, 0, 0}));
  BOOST_TEST(take(bucket, 2, start + 150ms) == (row{0, 50}));
  BOOST_TEST(take(bucket, 4, start + 1h) == (row{0, 0, 0, 100}));
}

BOOST_AUTO_TEST_CASE(who_comes_exactly_in_time_does_not_wait) {
  token_bucket bucket{{.per_second = 10}};
  for (int i = 0; i < 1'000; ++i)
    BOOST_TEST((bucket.take(start + i * 100ms) == 0ns));
  BOOST_TEST((bucket.take(start + 1'000 * 100ms - 1ns) == 1ns));
}

BOOST_AUTO_TEST_CASE(looking_takes_nothing) {
  token_bucket bucket{{.per_second = 10}};
  BOOST_TEST((bucket.wait(start) == 0ns));
  BOOST_TEST((bucket.wait(start) == 0ns));
  bucket.take(start);
  BOOST_TEST((bucket.wait(start) == 100ms));
  BOOST_TEST((bucket.wait(start) == 100ms));
  BOOST_TEST((bucket.take(start) == 100ms));
}

BOOST_AUTO_TEST_CASE(the_average_is_the_rate) {
  token_bucket bucket{{.per_second = 3, .burst = 5}};
  token_bucket::duration last{};
  for (int i = 0; i < 3'005; ++i)
    last = bucket.take(start);
  BOOST_TEST((last > 999'999ms));
  BOOST_TEST((last < 1'000'001ms));
}

BOOST_AUTO_TEST_CASE(nothing_overflows) {
  constexpr auto most = std::numeric_limits<std::uint32_t>::max();
  token_bucket slow{{.per_second = 0.001}};
  token_bucket::duration last{};
  for (int i = 0; i < 10'000'000; ++i) {
    const auto wait = slow.take(start);
    if (wait < last)
      BOOST_FAIL("waits get shorter");
    last = wait;
  }
  BOOST_TEST((last > 200 * 365 * 24h));
  token_bucket wide{{.per_second = 1e6, .burst = most}};
  BOOST_TEST((wide.take(start) == 0ns));
  BOOST_TEST((token_bucket{{.per_second = 1e6}}.take(token_bucket::time_point::max()) == 0ns));
}

BOOST_AUTO_TEST_CASE(what_makes_no_sense_is_refused) {
  BOOST_CHECK_THROW((token_bucket{{.per_second = 0}}), std::invalid_argument);
  BOOST_CHECK_THROW((token_bucket{{.per_second = -1}}), std::invalid_argument);
  BOOST_CHECK_THROW((token_bucket{{.per_second = 2e6}}), std::invalid_argument);
  BOOST_CHECK_THROW((token_bucket{{.per_second = std::numeric_limits<double>::quiet_NaN()}}),
                    std::invalid_argument);
  BOOST_CHECK_THROW((token_bucket{{.per_second = 1, .burst = 0}}), std::invalid_argument);
  BOOST_CHECK_THROW((token_bucket{{.per_second = 0.001, .burst = 4'000'000'000}}),
                    std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(several_tokens_are_taken_at_once) {
  const token_bucket::time_point begin{1h};
  token_bucket bucket{{.per_second = 10, .burst = 4}};
  BOOST_TEST(bucket.wait(begin, 4).count() == 0);
  bucket.take(begin, 10); // six more than there are
  BOOST_TEST((bucket.wait(begin) == 700ms));
  BOOST_TEST((bucket.wait(begin, 4) == 1s));
  BOOST_TEST(bucket.wait(begin + 1s, 4).count() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
