// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/task_id.hpp>

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <limits>
#include <sstream>
#include <unordered_set>

using sweet::task_id;

BOOST_AUTO_TEST_SUITE(task_id_test)

BOOST_AUTO_TEST_CASE(zero_is_no_task) {
  BOOST_TEST(!task_id{});
  BOOST_TEST(!task_id::none);
  BOOST_TEST((task_id{} == task_id::none));
  BOOST_TEST(bool{task_id{1}});
}

BOOST_AUTO_TEST_CASE(compares_by_number) {
  BOOST_TEST((task_id{1} < task_id{2}));
  BOOST_TEST((task_id{2} == task_id{2}));
  BOOST_TEST((task_id{2} != task_id{3}));
}

BOOST_AUTO_TEST_CASE(prints_as_number) {
  BOOST_TEST(to_string(task_id{12}) == "#12");
  constexpr auto most = std::numeric_limits<std::uint64_t>::max();
  std::ostringstream out;
  out << task_id{most} << task_id::none;
  BOOST_TEST(out.str() == "#18446744073709551615#0");
  BOOST_TEST(to_string(task_id{most}) == "#18446744073709551615");
}

BOOST_AUTO_TEST_CASE(can_be_a_key) {
  std::unordered_set<task_id> ids{task_id{1}, task_id{2}, task_id{1}};
  BOOST_TEST(ids.size() == 2u);
  BOOST_TEST(ids.contains(task_id{2}));
  BOOST_TEST(!ids.contains(task_id{3}));
}

BOOST_AUTO_TEST_SUITE_END()
