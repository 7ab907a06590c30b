// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/sweet.hpp>
#include <sweet/testing/for_each_seed.hpp>

#include <cstdint>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

using namespace sweet;
using sweet::testing::for_each_seed;
using sweet::testing::seed_failure;
using sweet::testing::simulation;

namespace for_each_seed_test {
namespace {

/// Whether SWEET_SEED is set is no business of these tests: they set it themselves.
struct without_seed {
  without_seed() { ::unsetenv("SWEET_SEED"); }
  ~without_seed() { ::unsetenv("SWEET_SEED"); }
};

std::vector<std::uint64_t> seeds_of(std::uint64_t n) {
  std::vector<std::uint64_t> seeds;
  for_each_seed(n, [&seeds](simulation& sim) { seeds.push_back(sim.seed()); });
  return seeds;
}

/// Two tasks of which the second must not come first.
void has_a_race(simulation& sim) {
  sim.run([](task_context ctx) -> async<void> {
    bool ready = false;
    auto first = ctx.spawn([&ready] { ready = true; });
    auto second = ctx.spawn([&ready] {
      if (!ready)
        throw std::runtime_error{"not ready"};
    });
    co_await first;
    co_await second;
  });
}

} // namespace
} // namespace for_each_seed_test

BOOST_AUTO_TEST_SUITE(for_each_seed_test)

BOOST_FIXTURE_TEST_CASE(runs_the_seeds_from_one, without_seed) {
  BOOST_TEST((seeds_of(3) == std::vector<std::uint64_t>{1, 2, 3}));
}

BOOST_FIXTURE_TEST_CASE(runs_only_the_seed_that_the_environment_names, without_seed) {
  ::setenv("SWEET_SEED", "18446744073709551615", 1);
  BOOST_TEST((seeds_of(3) == std::vector<std::uint64_t>{18446744073709551615u}));
  for (const char* wrong : {"", "x", "1x", "-1", "99999999999999999999"}) {
    ::setenv("SWEET_SEED", wrong, 1);
    BOOST_CHECK_THROW(seeds_of(3), std::invalid_argument);
  }
}

BOOST_FIXTURE_TEST_CASE(finds_a_race_and_says_how_to_repeat_it, without_seed) {
  std::uint64_t failing = 0;
  std::string text;
  try {
    for_each_seed(100, has_a_race);
  } catch (const seed_failure& e) {
    failing = e.seed();
    text = e.what();
    BOOST_CHECK_THROW(std::rethrow_if_nested(e), task_failure);
  }
  BOOST_REQUIRE(failing != 0u);
  BOOST_TEST(text.find("SWEET_SEED=" + std::to_string(failing)) != std::string::npos);
  BOOST_TEST(text.find("not ready") != std::string::npos);
  ::setenv("SWEET_SEED", std::to_string(failing).c_str(), 1);
  BOOST_CHECK_THROW(for_each_seed(1, has_a_race), seed_failure);
}

BOOST_FIXTURE_TEST_CASE(other_exceptions_pass_through, without_seed) {
  BOOST_CHECK_THROW(for_each_seed(1, [](simulation&) { throw 3; }), int);
}

BOOST_AUTO_TEST_SUITE_END()
