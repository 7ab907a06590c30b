// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/dependencies/dependency_cycles.hpp>

#include <boost/test/unit_test.hpp>

using namespace sweet;

namespace dependency_cycles_test {
namespace {

using cycles = std::vector<dependency_cycle>;
using flags = std::vector<bool>;

} // namespace
} // namespace dependency_cycles_test

BOOST_AUTO_TEST_SUITE(dependency_cycles_test)

BOOST_AUTO_TEST_CASE(what_is_in_order_has_none) {
  BOOST_TEST(find_cycles({}).empty());
  BOOST_TEST(find_cycles({{}}).empty());
  BOOST_TEST(find_cycles({{}, {0}, {0, 0}, {1, 2}}).empty());
}

BOOST_AUTO_TEST_CASE(a_node_that_needs_itself_is_one) {
  BOOST_TEST((find_cycles({{}, {0, 1}}) == cycles{{{1}, 1}}));
}

BOOST_AUTO_TEST_CASE(a_cycle_is_told_from_where_the_walk_came_into_it) {
  // 0 -> 1 -> 2 -> 3 -> 1
  BOOST_TEST((find_cycles({{1}, {2}, {3}, {1}}) == cycles{{{1, 2, 3}, 0}}));
}

BOOST_AUTO_TEST_CASE(each_need_that_closes_one_is_told) {
  BOOST_TEST((find_cycles({{1, 2}, {0}, {0, 2}}) == cycles{{{0, 1}, 0}, {{0, 2}, 0}, {{2}, 1}}));
  BOOST_TEST((find_cycles({{1, 2}, {0}, {0, 2}}, 1) == cycles{{{0, 1}, 0}}));
  BOOST_TEST(find_cycles({{0}}, 0).empty());
}

BOOST_AUTO_TEST_CASE(a_cycle_reads_as_a_way_round) {
  BOOST_TEST(to_string(dependency_cycle{{0, 2}, 0}, {"a", "b", "c"}) == "a -> c -> a");
  BOOST_TEST(to_string(dependency_cycle{{1}, 0}, {"a", "b"}) == "b -> b");
}

BOOST_AUTO_TEST_CASE(a_long_cycle_is_no_burden) {
  constexpr std::size_t length = 200'000;
  dependency_lists chain(length);
  for (std::size_t i = 0; i + 1 < length; ++i)
    chain[i] = {i + 1};
  BOOST_TEST(find_cycles(chain).empty());
  chain.back() = {0};
  const auto found = find_cycles(chain);
  BOOST_REQUIRE(found.size() == 1u);
  BOOST_TEST(found[0].nodes.size() == length);
}

BOOST_AUTO_TEST_CASE(what_is_wanted_comes_with_all_that_it_needs) {
  const dependency_lists needs{{}, {0}, {}, {1}, {3, 2}};
  BOOST_TEST((with_needs(needs, {}) == flags{false, false, false, false, false}));
  BOOST_TEST((with_needs(needs, {2}) == flags{false, false, true, false, false}));
  BOOST_TEST((with_needs(needs, {3, 1}) == flags{true, true, false, true, false}));
  BOOST_TEST((with_needs(needs, {4}) == flags{true, true, true, true, true}));
}

BOOST_AUTO_TEST_SUITE_END()
