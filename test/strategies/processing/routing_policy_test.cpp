// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/processing/routing_policy.hpp>

#include <boost/test/unit_test.hpp>

#include <optional>
#include <vector>

using namespace sweet;
using loads = std::vector<receiver_load>;

BOOST_AUTO_TEST_SUITE(routing_policy_test)

BOOST_AUTO_TEST_CASE(least_loaded_takes_who_has_least_of_those_with_room) {
  least_loaded_first policy;
  BOOST_TEST((policy.route({}) == std::nullopt));
  BOOST_TEST((policy.route(loads{{0, 0}, {0, 0}}) == std::nullopt));
  BOOST_TEST((policy.route(loads{{2, 1}, {1, 1}, {3, 1}}) == std::optional<std::size_t>{1}));
  BOOST_TEST((policy.route(loads{{2, 1}, {1, 0}, {2, 1}}) == std::optional<std::size_t>{0}));
}

BOOST_AUTO_TEST_CASE(round_robin_waits_for_whose_turn_it_is) {
  round_robin policy;
  BOOST_TEST((policy.route({}) == std::nullopt));
  const loads free{{9, 1}, {0, 1}, {5, 1}};
  for (const std::size_t next : {0u, 1u, 2u, 0u})
    BOOST_TEST((policy.route(free) == std::optional{next}));
  BOOST_TEST((policy.route(loads{{0, 1}, {1, 0}, {0, 1}}) == std::nullopt));
  BOOST_TEST((policy.route(free) == std::optional<std::size_t>{1}));
  // There are fewer than before.
  BOOST_TEST((policy.route(loads{{0, 1}}) == std::optional<std::size_t>{0}));
}

BOOST_AUTO_TEST_SUITE_END()
