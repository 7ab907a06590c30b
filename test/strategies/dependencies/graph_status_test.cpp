// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/dependencies/graph_status.hpp>

#include <boost/test/unit_test.hpp>

using namespace sweet;
using enum graph_task_state;

BOOST_AUTO_TEST_SUITE(graph_status_test)

BOOST_AUTO_TEST_CASE(it_reads_as_a_sentence) {
  BOOST_TEST(to_string(graph_status{"parse", running}) == "parse: running");
  BOOST_TEST(to_string(graph_status{"parse", waiting, "fetch"}) == "parse: waiting for fetch");
  BOOST_TEST(to_string(graph_status{"parse", skipped, "fetch"}) ==
             "parse: skipped because of fetch");
  BOOST_TEST(to_string(graph_status{"parse", graph_task_state::cancelled, "fetch"}) ==
             "parse: cancelled because of fetch");
}

BOOST_AUTO_TEST_CASE(it_is_known_which_states_last) {
  for (const auto s : {unselected, completed, failed, graph_task_state::cancelled, skipped})
    BOOST_TEST(is_settled(s), s);
  for (const auto s : {waiting, ready, running})
    BOOST_TEST(!is_settled(s), s);
}

BOOST_AUTO_TEST_SUITE_END()
