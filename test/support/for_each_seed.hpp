#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/testing/simulation.hpp>

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>

namespace sweet::testing {

/// What for_each_seed() throws: with the seed, how to repeat it, and what went wrong. The original
/// exception is nested, see std::rethrow_if_nested().
class seed_failure : public std::runtime_error {
public:
  seed_failure(std::uint64_t seed, const std::string& text)
      : std::runtime_error(text), seed_(seed) {}

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
/// failed is repeated, with a debugger or more output. What is thrown by tests of any framework, or
/// by none, ends up with the seed in front of it; a macro that only notes a failure, such as
/// BOOST_TEST, gets it by BOOST_TEST_CONTEXT("SWEET_SEED=" << sim.seed()).
/// @throws seed_failure for what derives from std::exception; anything else as it is, after the
/// seed has been printed to standard error; std::invalid_argument if SWEET_SEED is no number
void for_each_seed(std::uint64_t seeds, const std::function<void(simulation&)>& scenario,
                   const simulation_options& options = {});

} // namespace sweet::testing
