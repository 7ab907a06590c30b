// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/queues/idle_set.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <atomic>
#include <thread>
#include <vector>

using sweet::detail::idle_set;

namespace idle_set_test {
namespace {

void go_to_sleep(idle_set& set, idle_set::sleeper& s) {
  set.start_searching();
  set.prepare_sleep(s);
}

constexpr auto more = [] { return true; };

} // namespace
} // namespace idle_set_test

BOOST_AUTO_TEST_SUITE(idle_set_test)

BOOST_AUTO_TEST_CASE(without_sleepers_nothing_happens) {
  idle_set set;
  set.work_added();
  set.wake_one();
  set.wake_all();
  BOOST_TEST(set.sleeping() == 0u);
}

BOOST_AUTO_TEST_CASE(work_wakes_one_sleeper) {
  idle_set set;
  std::array<idle_set::sleeper, 3> sleepers;
  for (auto& s : sleepers)
    go_to_sleep(set, s);
  BOOST_TEST(set.sleeping() == 3u);
  set.work_added();
  BOOST_TEST(set.sleeping() == 2u);
  int woken = 0;
  for (auto& s : sleepers)
    woken += s.wake_up.try_take();
  BOOST_TEST(woken == 1);
}

BOOST_AUTO_TEST_CASE(who_searches_already_is_enough) {
  idle_set set;
  idle_set::sleeper s;
  go_to_sleep(set, s);
  set.start_searching();
  set.work_added();
  BOOST_TEST(set.sleeping() == 1u);
  BOOST_TEST(!s.wake_up.try_take());
}

BOOST_AUTO_TEST_CASE(the_last_searcher_that_finds_work_sends_another_for_more) {
  idle_set set;
  idle_set::sleeper s;
  go_to_sleep(set, s);
  set.start_searching();
  set.start_searching();
  set.found_work(more);
  BOOST_TEST(set.sleeping() == 1u);
  set.found_work(more);
  BOOST_TEST(set.sleeping() == 0u);
  BOOST_TEST(s.wake_up.try_take());
  set.start_searching();
  set.found_work(more);
  BOOST_TEST(!s.wake_up.try_take());
}

BOOST_AUTO_TEST_CASE(a_searcher_that_finds_the_only_work_wakes_no_other) {
  idle_set set;
  idle_set::sleeper s;
  go_to_sleep(set, s);
  set.start_searching();
  set.found_work([] { return false; });
  BOOST_TEST(set.sleeping() == 1u);
  BOOST_TEST(!s.wake_up.try_take());
}

BOOST_AUTO_TEST_CASE(who_thinks_better_of_it_is_not_woken) {
  idle_set set;
  idle_set::sleeper s;
  go_to_sleep(set, s);
  BOOST_TEST(set.cancel_sleep(s));
  BOOST_TEST(set.sleeping() == 0u);
  set.work_added();
  set.wake_all();
  BOOST_TEST(!s.wake_up.try_take());
}

BOOST_AUTO_TEST_CASE(who_has_been_claimed_has_to_wait) {
  idle_set set;
  idle_set::sleeper a;
  idle_set::sleeper b;
  go_to_sleep(set, a);
  set.wake_one();
  go_to_sleep(set, b);
  BOOST_TEST(!set.cancel_sleep(a));
  BOOST_TEST(a.wake_up.try_take());
  BOOST_TEST(set.sleeping() == 1u);
  BOOST_TEST(set.cancel_sleep(b));
}

BOOST_AUTO_TEST_CASE(all_are_woken_in_the_end) {
  idle_set set;
  std::array<idle_set::sleeper, 5> sleepers;
  for (auto& s : sleepers)
    go_to_sleep(set, s);
  set.start_searching();
  set.wake_all();
  BOOST_TEST(set.sleeping() == 0u);
  for (auto& s : sleepers)
    BOOST_TEST(s.wake_up.try_take());
}

BOOST_AUTO_TEST_CASE(what_is_woken_is_left_to_the_one_that_watches) {
  idle_set set;
  idle_set::sleeper watcher;
  set.start_searching();
  BOOST_TEST(set.start_watching());
  BOOST_TEST(!set.start_watching());
  set.prepare_sleep(watcher);
  set.woken_work_added();
  BOOST_TEST(!watcher.wake_up.try_take());
  set.work_added();
  BOOST_TEST(watcher.wake_up.try_take());
  set.start_searching();
  set.stop_watching();
  set.prepare_sleep(watcher);
  set.woken_work_added();
  BOOST_TEST(watcher.wake_up.try_take());
  BOOST_TEST(set.start_watching());
}

// As processors use it; that all comes to an end is the test.
BOOST_AUTO_TEST_CASE(no_wake_up_is_lost) {
  constexpr int items = 20'000;
  idle_set set;
  std::atomic<int> waiting{0};
  std::atomic<int> taken{0};
  std::atomic<bool> stopping{false};
  auto take = [&] {
    for (int n = waiting; n != 0;)
      if (waiting.compare_exchange_weak(n, n - 1)) {
        ++taken;
        return true;
      }
    return false;
  };
  std::array<idle_set::sleeper, 3> sleepers;
  std::vector<std::thread> workers;
  for (auto& self : sleepers)
    workers.emplace_back([&] {
      while (!stopping) {
        if (take())
          continue;
        set.start_searching();
        if (take()) {
          set.found_work([&] { return waiting != 0; });
          continue;
        }
        set.prepare_sleep(self);
        if ((waiting != 0 || stopping) && set.cancel_sleep(self))
          continue;
        self.wake_up.wait();
      }
    });
  for (int i = 0; i < items; ++i) {
    ++waiting;
    set.work_added();
    // Let them fall asleep now and then.
    if (i % 16 == 0)
      while (waiting != 0)
        std::this_thread::yield();
  }
  while (taken != items)
    std::this_thread::yield();
  stopping = true;
  set.wake_all();
  for (auto& w : workers)
    w.join();
  BOOST_TEST(waiting == 0);
}

BOOST_AUTO_TEST_SUITE_END()
