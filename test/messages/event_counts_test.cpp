// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/event_counts.hpp>
#include <sweet/messages/event_kind.hpp>

#include <boost/test/unit_test.hpp>

using namespace sweet;

BOOST_AUTO_TEST_SUITE(event_counts_test)

BOOST_AUTO_TEST_CASE(they_add_up_or_do_not) {
  BOOST_TEST(event_counts{}.is_balanced());
  const event_counts all{
      .emitted = 15, .processed = 1, .failed = 2, .dropped = 3, .dead_lettered = 4, .cancelled = 5};
  BOOST_TEST(all.is_balanced());
  BOOST_TEST(all.settled() == 15u);
  BOOST_TEST((!event_counts{.emitted = 2, .processed = 1}.is_balanced()));
  BOOST_TEST(to_string(all) == "15 emitted = 1 processed + 2 failed + 3 dropped + 4 dead-lettered "
                               "+ 5 cancelled");
  BOOST_TEST(to_string(event_counts{.emitted = 2, .processed = 1}) == "2 emitted > 1 processed");
  BOOST_TEST(to_string(event_counts{}) == "0 emitted");
}

BOOST_AUTO_TEST_CASE(kinds_have_names) {
  BOOST_TEST(to_string(event_kind::cancellation) == "cancellation");
  BOOST_TEST((from_string<event_kind>("final") == event_kind::final));
}

BOOST_AUTO_TEST_SUITE_END()
