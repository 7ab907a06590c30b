// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/queues/job.hpp>
#include <sweet/actors/runtime/system/actor_host.hpp>

#include <boost/test/unit_test.hpp>

#include <caf/resumable.hpp>

using namespace sweet;
using sweet::detail::cell;
using sweet::detail::job;

namespace job_test {
namespace {

// Never run.
struct idle_actor : caf::resumable {
  resume_result resume(detail::actor_host*, std::size_t) override { return done; }
  void intrusive_ptr_add_ref_impl() override {}
  void intrusive_ptr_release_impl() override {}
};

cell& with_priority(cell& c, task_priority p) {
  c.state.set_priority(p);
  return c;
}

} // namespace
} // namespace job_test

BOOST_AUTO_TEST_SUITE(job_test)

BOOST_AUTO_TEST_CASE(none_is_false) {
  BOOST_TEST(!job{});
  BOOST_TEST((job{} == job{}));
}

BOOST_AUTO_TEST_CASE(a_task_stays_a_task) {
  cell c;
  const job j{c};
  BOOST_TEST(static_cast<bool>(j));
  BOOST_TEST(j.is_task());
  BOOST_TEST(&j.task() == &c);
}

BOOST_AUTO_TEST_CASE(an_actor_stays_an_actor) {
  idle_actor a;
  const job j{&a};
  BOOST_TEST(static_cast<bool>(j));
  BOOST_TEST(!j.is_task());
  BOOST_TEST(j.resumable() == &a);
}

BOOST_AUTO_TEST_CASE(the_same_job_is_equal_and_no_other) {
  cell c;
  cell d;
  idle_actor a;
  BOOST_TEST((job{c} == job{c}));
  BOOST_TEST((job{c} != job{d}));
  BOOST_TEST((job{c} != job{&a}));
  BOOST_TEST((job{c} != job{}));
}

BOOST_AUTO_TEST_CASE(a_task_waits_in_the_lane_of_its_priority) {
  cell c;
  for (const auto p : {task_priority::critical, task_priority::high, task_priority::normal,
                       task_priority::low, task_priority::background})
    BOOST_TEST(with_priority(c, p).lane() == static_cast<unsigned>(p));
}

BOOST_AUTO_TEST_CASE(a_woken_job_is_the_same_job) {
  cell c;
  idle_actor a;
  for (const job j : {job{c}, job{&a}}) {
    const job woken = j.as_woken();
    BOOST_TEST(!j.is_woken());
    BOOST_TEST(woken.is_woken());
    BOOST_TEST(woken.is_task() == j.is_task());
    BOOST_TEST((woken != j));
    BOOST_TEST((woken.as_any() == j));
  }
  BOOST_TEST(&job{c}.as_woken().task() == &c);
  BOOST_TEST(job{&a}.as_woken().resumable() == &a);
}

BOOST_AUTO_TEST_SUITE_END()
