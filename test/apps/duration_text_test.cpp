// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "duration_text.hpp"

#include <boost/test/unit_test.hpp>

using sweet::command::duration_text;
using sweet::command::parse_duration;
using sweet::command::written_duration;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(duration_text_test)

BOOST_AUTO_TEST_CASE(reads_every_unit) {
  BOOST_TEST((parse_duration("250ms") == 250ms));
  BOOST_TEST((parse_duration("10s") == 10s));
  BOOST_TEST((parse_duration("5m") == 5min));
  BOOST_TEST((parse_duration("2h") == 2h));
  BOOST_TEST((parse_duration("0s") == 0ms));
}

BOOST_AUTO_TEST_CASE(adds_units_from_large_to_small) {
  BOOST_TEST((parse_duration("1m30s") == 90s));
  BOOST_TEST((parse_duration("1h2m3s4ms") == 1h + 2min + 3s + 4ms));
  BOOST_TEST((parse_duration("1h5ms") == 1h + 5ms));
  BOOST_TEST((parse_duration("90s") == 90s));
}

BOOST_AUTO_TEST_CASE(refuses_everything_else) {
  for (const char* text : {"", "10", "s", "10x", "10 s", " 10s", "10s ", "-1s", "+1s", "1.5s",
                           "30s1m", "1s1s", "1S", "1ms1s", "1d", "ten", "99999999999999999999s"})
    BOOST_TEST(!parse_duration(text), text);
}

BOOST_AUTO_TEST_CASE(refuses_more_than_a_hundred_years) {
  BOOST_TEST((parse_duration("878400h") == 878400h));
  BOOST_TEST(!parse_duration("878401h"));
  BOOST_TEST(!parse_duration("878400h1ms"));
}

BOOST_AUTO_TEST_CASE(writes_what_it_reads) {
  BOOST_TEST(written_duration(250ms) == "250ms");
  BOOST_TEST(written_duration(60s) == "1m");
  BOOST_TEST(written_duration(1h + 2min + 3s + 4ms) == "1h2m3s4ms");
}

BOOST_AUTO_TEST_CASE(writes_for_people) {
  BOOST_TEST(duration_text(0ns) == "0 ms");
  BOOST_TEST(duration_text(12'400'000ns) == "12 ms");
  BOOST_TEST(duration_text(99ms) == "99 ms");
  BOOST_TEST(duration_text(3412ms) == "3.41 s");
  BOOST_TEST(duration_text(59994ms) == "59.99 s");
  BOOST_TEST(duration_text(59995ms) == "1 min 00 s");
  BOOST_TEST(duration_text(125s) == "2 min 05 s");
  BOOST_TEST(duration_text(3h + 7min + 59s) == "3 h 07 min");
}

BOOST_AUTO_TEST_SUITE_END()
