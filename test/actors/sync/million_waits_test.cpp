// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "kinds_of_waits.hpp"

#include <sweet/sweet.hpp>
#include <sweet/testing/runtime_fixture.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstddef>
#include <fstream>
#include <functional>
#include <malloc.h>
#include <map>
#include <unistd.h>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::runtime_fixture;
using sweet::testing::wait_until_idle;

namespace million_waits_test {

using namespace kinds_of_waits;

namespace {

using kinds = std::vector<kind>;

/// Has so many tasks wait for one kind of thing, ends their waits once it is told to, and adds up
/// what they give.
async<u64> all_of_a_kind(task_context ctx, stage& s, const kind& what) {
  crowd waiting;
  waiting.reserve(many);
  for (u64 i = 0; i < many; ++i)
    waiting.push_back(ctx.spawn(what.waits, std::ref(s), i));
  (co_await s.opens.result.get()).unwrap();
  co_await what.opens(ctx, s, waiting);
  u64 sum = 0;
  for (auto& task : waiting)
    sum += co_await task;
  co_return sum;
}

/// @returns how many kinds have given the sum that is right
async<std::size_t> all_of(task_context ctx, stage& s, const kinds& what) {
  std::vector<child_task<u64>> crowds;
  for (const auto& one : what)
    crowds.push_back(ctx.spawn(all_of_a_kind, std::ref(s), std::ref(one)));
  std::size_t right = 0;
  for (auto& one : crowds)
    right += co_await one == sum_of_many ? 1u : 0u;
  co_return right;
}

/// Starts them all, and returns once each waits for its thing.
spawning_task<std::size_t> start(runtime& rt, stage& s, const kinds& what) {
  auto task = rt.spawn(all_of, std::ref(s), std::cref(what));
  wait_until_idle(rt);
  return task;
}

/// How many tasks wait for what, by a snapshot.
std::map<wait_reason, u64> seen_waits(const runtime& rt) {
  std::map<wait_reason, u64> seen;
  for (const auto& task : rt.snapshot().tasks)
    ++seen[task.wait.on];
  return seen;
}

kinds all_kinds() {
  auto all = ten_kinds;
  all.insert(all.end(), further_kinds.begin(), further_kinds.end());
  return all;
}

std::size_t resident_bytes() {
  malloc_trim(0);
  std::ifstream statm{"/proc/self/statm"};
  std::size_t total = 0;
  std::size_t resident = 0;
  statm >> total >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

} // namespace
} // namespace million_waits_test

// Each fixture looks whether a task is left.
BOOST_AUTO_TEST_SUITE(million_waits_test)

BOOST_AUTO_TEST_CASE(all_at_once_wake_and_finish) {
  for (const auto& what : {ten_kinds, further_kinds}) {
    runtime_fixture f;
    stage s{f.rt};
    auto task = start(f.rt, s, what);
    auto seen = seen_waits(f.rt);
    for (const auto& one : what) {
      BOOST_TEST(seen[one.shown_as] >= many, one.name);
      seen[one.shown_as] -= many;
    }
    s.opens.set();
    f.advance(1h);
    s.other_ends.set();
    BOOST_TEST(task.await().value() == what.size());
  }
}

BOOST_AUTO_TEST_CASE(one_cancel_ends_them_all) {
  for (const auto level :
       {cancellation_level::graceful, cancellation_level::kill, cancellation_level::kill_hard}) {
    for (const auto& what : {ten_kinds, further_kinds}) {
      runtime_fixture f;
      stage s{f.rt};
      auto task = start(f.rt, s, what);
      BOOST_TEST(f.rt.live_tasks() >= what.size() * many);
      task.cancel(level);
      BOOST_TEST((task.await().error().code() == error_code::cancelled));
      s.other_ends.set();
      f.advance(4h); // no timer is left that would touch what has gone
      s.permits.add_permits(1);
      BOOST_TEST(s.permits.available() == 1u); // nobody stands in line
    }
  }
}

// By one worker, which lets them stop in this order. Where a line is searched for who leaves it,
// that is the worst order or the best; 400,000 that wait for a task take minutes then.
BOOST_AUTO_TEST_CASE(each_is_cancelled_alone_oldest_first) {
  for (const auto& one : all_kinds()) {
    runtime_fixture f{1};
    stage s{f.rt};
    std::vector<spawning_task<u64>> waiting;
    const u64 n = one.shown_as == wait_reason::task ? very_many : many;
    waiting.reserve(n);
    for (u64 i = 0; i < n; ++i)
      waiting.push_back(f.rt.spawn(one.waits, std::ref(s), i));
    wait_until_idle(f.rt);
    for (auto& task : waiting)
      task.cancel();
    u64 cancelled = 0;
    for (auto& task : waiting)
      cancelled += task.await().error().code() == error_code::cancelled ? 1u : 0u;
    BOOST_TEST(cancelled == n, one.name);
    s.other_ends.set();
  }
}

BOOST_AUTO_TEST_CASE(a_group_of_many_is_given_up) {
  runtime_fixture f;
  async_event gives_up;
  auto task = f.rt.spawn([&](task_context ctx) -> async<u64> {
    task_group<void> group{ctx};
    for (u64 i = 0; i < very_many; ++i)
      group.spawn([](task_context own) -> async<void> { co_await own.sleep_for(1h); });
    co_await gives_up;
    group.cancel(cancellation_level::kill_hard);
    u64 given_up = 0;
    while (auto outcome = co_await group.next())
      given_up += outcome->is_err() ? 1u : 0u;
    co_return given_up;
  });
  wait_until_idle(f.rt);
  gives_up.set();
  BOOST_TEST(task.await().value() == very_many);
}

// docs/guides/talking.md has the figures.
BOOST_AUTO_TEST_CASE(what_each_kind_costs) {
  for (const auto& one : all_kinds()) {
    runtime_fixture f;
    stage s{f.rt};
    wait_until_idle(f.rt);
    const auto before = resident_bytes();
    const kinds only{one};
    auto task = start(f.rt, s, only);
    const auto bytes = (resident_bytes() - before) / many;
    BOOST_TEST_MESSAGE(one.name << ": " << bytes << " bytes");
    s.opens.set();
    f.advance(1h);
    s.other_ends.set();
    BOOST_TEST(task.await().value() == 1u, one.name);
  }
}

BOOST_AUTO_TEST_SUITE_END()
