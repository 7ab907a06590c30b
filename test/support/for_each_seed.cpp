// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/testing/for_each_seed.hpp>

#include <charconv>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <optional>
#include <string_view>

namespace sweet::inline v0_5::testing {

namespace {

std::optional<std::uint64_t> seed_from_environment() {
  const char* given = std::getenv("SWEET_SEED");
  if (given == nullptr)
    return std::nullopt;
  const std::string_view text{given};
  std::uint64_t seed = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
  if (error != std::errc{} || end != text.data() + text.size())
    throw std::invalid_argument{"SWEET_SEED is not a number: " + std::string{text}};
  return seed;
}

std::string failing_seed(std::uint64_t seed) {
  return "seed " + std::to_string(seed) +
         " failed; to repeat it, set the environment variable SWEET_SEED=" + std::to_string(seed);
}

void run_seed(std::uint64_t seed, const std::function<void(simulation&)>& scenario,
              const simulation_options& options) {
  try {
    simulation sim{seed, options};
    scenario(sim);
  } catch (const std::exception& e) {
    std::throw_with_nested(seed_failure{seed, failing_seed(seed) + '\n' + e.what()});
  } catch (...) {
    std::cerr << failing_seed(seed) << std::endl;
    throw;
  }
}

} // namespace

void for_each_seed(std::uint64_t seeds, const std::function<void(simulation&)>& scenario,
                   const simulation_options& options) {
  if (const auto only = seed_from_environment())
    return run_seed(*only, scenario, options);
  for (std::uint64_t seed = 1; seed <= seeds; ++seed)
    run_seed(seed, scenario, options);
}

} // namespace sweet::inline v0_5::testing
