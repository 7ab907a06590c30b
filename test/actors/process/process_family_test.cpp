// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/process/process_family.hpp>

#include <boost/test/unit_test.hpp>

#include <unistd.h>

#include <sweet/actors/process/process_mark.hpp>

using namespace sweet::detail;

namespace process_family_test {
namespace {

running_process process(pid_t pid, pid_t parent, pid_t group, pid_t session) {
  return {pid, parent, group, session, 1};
}

std::vector<pid_t> ids(const std::vector<running_process>& all) {
  std::vector<pid_t> result;
  for (const auto& x : all)
    result.push_back(x.pid);
  return result;
}

void equal(const std::vector<running_process>& all, const std::vector<pid_t>& expected) {
  BOOST_TEST(ids(all) == expected, boost::test_tools::per_element());
}

constexpr pid_t self = 10;

} // namespace
} // namespace process_family_test

BOOST_AUTO_TEST_SUITE(process_family_test)

BOOST_AUTO_TEST_CASE(a_group_a_session_and_all_below_belong_to_it) {
  const std::vector all{
      process(2, 0, 0, 0),                                     // a thread of the kernel
      process(self, 1, self, self), process(15, 31, 15, 15),   // a grandchild whose id is lower
      process(20, self, 20, 20),                               // the leader
      process(21, 20, 20, 20),                                 // in its group
      process(22, 20, 22, 20),                                 // in its session
      process(30, 21, 30, 30),                                 // below it, in a session of its own
      process(31, 30, 31, 31),      process(40, self, 40, 40), // another child of ours
      process(41, 40, 41, 41),
  };
  equal(family_of(20, "m", all, {}), {15, 20, 21, 22, 30, 31});
  equal(family_of(40, "m", all, {}), {40, 41});
  // Once its number may be that of others only the mark counts.
  equal(family_of(0, "m", all, {}), {});
}

BOOST_AUTO_TEST_CASE(orphans_are_known_by_their_mark) {
  const std::vector all{process(self, 1, self, self), process(30, self, 30, 30),
                        process(31, 30, 31, 31), process(32, self, 32, 32)};
  const std::vector<orphan> orphans{{30, "outer mine"}, {32, "outer mine2"}};
  equal(family_of(0, "mine", all, orphans), {30, 31});
  equal(family_of(0, "mine2", all, orphans), {32});
  equal(family_of(0, "outer", all, orphans), {30, 31, 32});
  equal(family_of(0, "min", all, orphans), {});
}

BOOST_AUTO_TEST_CASE(marks_are_words) {
  BOOST_TEST(has_mark("a b", "a"));
  BOOST_TEST(has_mark("a b", "b"));
  BOOST_TEST(!has_mark("ab b", "a"));
  BOOST_TEST(!has_mark("", "a"));
  BOOST_TEST(new_process_mark() != new_process_mark());
}

BOOST_AUTO_TEST_CASE(this_process_runs_and_is_found) {
  const auto self_found = find_running(::getpid());
  BOOST_REQUIRE(self_found.has_value());
  BOOST_TEST(self_found->parent == ::getppid());
  BOOST_TEST(self_found->session == ::getsid(0));
  process_view view;
  const auto& all = view.running();
  BOOST_TEST((std::find(all.begin(), all.end(), *self_found) != all.end()));
  BOOST_TEST(send_signal(*self_found, 0) == 0);
  auto former = *self_found;
  --former.started;
  BOOST_TEST(send_signal(former, 0) == ESRCH);
}

BOOST_AUTO_TEST_SUITE_END()
