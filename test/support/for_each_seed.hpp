#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/testing/simulation.hpp>

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>

namespace sweet::inline v0_5::testing {

/// The error of for_each_seed(): the seed, how to repeat it, and what went wrong. The original
/// exception is nested, see std::rethrow_if_nested().
class seed_failure : public std::runtime_error {
public:
  /// Makes the error.
  seed_failure(std::uint64_t seed, const std::string& text)
      : std::runtime_error(text), seed_(seed) {}

  /// Returns the seed that has failed.
  std::uint64_t seed() const noexcept { return seed_; }

private:
  std::uint64_t seed_;
};

/// Calls `scenario` with a fresh simulation for each of the seeds 1 to `seeds`, until it throws.
///
///     sweet::testing::for_each_seed(1000, [](sweet::testing::simulation& sim) {
///       sim.run(transfer_between_accounts);
///     });
///
/// If the environment variable SWEET_SEED holds a number, only that seed is run: so a seed that has
/// failed is repeated, with a debugger or more output. The error of a test of any framework, or of
/// none, gets the seed in front of it. A macro that only records a failure, such as BOOST_TEST,
/// gets it by `BOOST_TEST_CONTEXT("SWEET_SEED=" << sim.seed())`.
/// Other exceptions pass through, after the seed was printed to standard error.
/// @throws seed_failure for an exception that is derived from std::exception
/// @throws std::invalid_argument if SWEET_SEED is no number
void for_each_seed(std::uint64_t seeds, const std::function<void(simulation&)>& scenario,
                   const simulation_options& options = {});

} // namespace sweet::inline v0_5::testing
