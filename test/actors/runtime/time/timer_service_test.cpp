// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/time/timer_service.hpp>

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <deque>
#include <functional>
#include <latch>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include <sys/resource.h>

using namespace std::chrono_literals;
using sweet::detail::timer_entry;
using sweet::detail::timer_service;

namespace timer_service_test {
namespace {

using time_point = sweet::clock::time_point;

struct timer : timer_entry {
  explicit timer(std::function<void()> f) : then(std::move(f)) {
    fire = [](timer_entry& e) noexcept { static_cast<timer&>(e).then(); };
  }

  std::function<void()> then;
};

struct deferred : sweet::detail::deferred_call {
  explicit deferred(std::function<void()> f) : then(std::move(f)) {
    call = [](deferred_call& c) noexcept { static_cast<deferred&>(c).then(); };
  }

  std::function<void()> then;
};

struct running {
  explicit running(std::size_t shards = 3) : timers(clock, shards) { timers.start({}, {}); }

  /// Returns when something armed for that time from now, in that shard, has fired.
  void pass(std::chrono::milliseconds d, std::size_t shard = 0) {
    std::latch fired{1};
    timer t{[&] { fired.count_down(); }};
    timers.arm(t, timers.now() + d, shard);
    fired.wait();
    timers.cancel(t); // it has returned from fire() then
  }

  sweet::steady_clock clock;
  timer_service timers;
};

long context_switches_of_this_thread() {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  return usage.ru_nvcsw + usage.ru_nivcsw;
}

} // namespace
} // namespace timer_service_test

BOOST_AUTO_TEST_SUITE(timer_service_test)

BOOST_AUTO_TEST_CASE(timers_fire_once_and_never_early) {
  constexpr int count = 40;
  std::atomic<int> early{0};
  std::atomic<int> fired{0};
  std::latch all{count};
  std::deque<timer> entries;
  running r;
  for (int i = 0; i < count; ++i) {
    const auto due = r.timers.now() + i * 500us;
    entries.emplace_back([&, due] {
      early += r.timers.now() < due ? 1 : 0;
      ++fired;
      all.count_down();
    });
    r.timers.arm(entries.back(), due, static_cast<std::size_t>(i));
  }
  all.wait();
  r.pass(5ms, 0);
  r.pass(5ms, 1);
  r.pass(5ms, 2);
  BOOST_TEST(early == 0);
  BOOST_TEST(fired == count);
}

BOOST_AUTO_TEST_CASE(an_earlier_timer_wakes_the_sleeper) {
  timer far{[] {}};
  running r;
  r.timers.arm(far, r.timers.now() + 1h, 0);
  r.pass(20ms, 0); // now the thread sleeps for an hour
  for (std::size_t shard = 0; shard < 3; ++shard)
    r.pass(1ms, shard);
  BOOST_TEST(r.timers.cancel(far));
}

BOOST_AUTO_TEST_CASE(any_due_time_is_fine) {
  running r;
  timer last{[] {}};
  r.timers.arm(last, time_point::max(), 0);
  r.pass(-1h);
  r.pass(0ms);
  std::latch fired{1};
  timer first{[&] { fired.count_down(); }};
  r.timers.arm(first, time_point::min(), 7);
  fired.wait();
  BOOST_TEST(!r.timers.cancel(first));
  BOOST_TEST(r.timers.cancel(last));
}

BOOST_AUTO_TEST_CASE(cancel_says_whether_it_came_in_time) {
  std::atomic<int> fired{0};
  timer t{[&] { ++fired; }};
  running r;
  BOOST_TEST(!r.timers.cancel(t));
  r.timers.arm(t, r.timers.now() + 1h, 1);
  BOOST_TEST(r.timers.cancel(t));
  BOOST_TEST(!r.timers.cancel(t));
  BOOST_TEST(fired == 0);
  r.timers.arm(t, r.timers.now() + 1ms, 2);
  r.pass(5ms, 2);
  BOOST_TEST(fired == 1);
  BOOST_TEST(!r.timers.cancel(t));
}

BOOST_AUTO_TEST_CASE(many_timers_at_once) {
  constexpr int count = 5000;
  std::latch all{count};
  std::deque<timer> entries;
  for (int i = 0; i < count; ++i)
    entries.emplace_back([&] { all.count_down(); });
  running r;
  const auto due = r.timers.now() + 70ms;
  for (auto& e : entries)
    r.timers.arm(e, due, 0);
  all.wait();
  BOOST_TEST((r.timers.now() >= due));
}

BOOST_AUTO_TEST_CASE(what_is_deferred_may_use_the_timers) {
  running r;
  std::latch done{1};
  timer victim{[] {}};
  r.timers.arm(victim, r.timers.now() + 1h, 0);
  int rounds = 0;
  bool victim_cancelled = false;
  timer again{[] {}};
  deferred later{[&] {
    if (++rounds < 5)
      return r.timers.arm(again, r.timers.now() + 1ms, 0);
    victim_cancelled = r.timers.cancel(victim);
    done.count_down();
  }};
  again.then = [&] { r.timers.defer(later); };
  r.timers.arm(again, r.timers.now(), 0);
  done.wait();
  BOOST_TEST(rounds == 5);
  BOOST_TEST(victim_cancelled);
}

BOOST_AUTO_TEST_CASE(what_is_deferred_may_take_long) {
  constexpr int count = 20;
  std::latch all{count};
  std::deque<deferred> calls;
  std::deque<timer> entries;
  running r;
  // Each one blocks its thread until all of them are there.
  for (int i = 0; i < count; ++i) {
    calls.emplace_back([&] { all.arrive_and_wait(); });
    entries.emplace_back([&r, &call = calls.back()] { r.timers.defer(call); });
    r.timers.arm(entries.back(), r.timers.now(), 0);
  }
  r.pass(1ms, 0); // meanwhile others fire
  all.wait();
}

BOOST_AUTO_TEST_CASE(what_is_deferred_has_been_called_when_the_service_has_stopped) {
  std::atomic<int> called{0};
  std::deque<deferred> calls;
  std::deque<timer> entries;
  {
    running r;
    std::latch all{1000};
    for (int i = 0; i < 1000; ++i) {
      calls.emplace_back([&] { ++called; });
      entries.emplace_back([&r, &all, &call = calls.back()] {
        r.timers.defer(call);
        all.count_down();
      });
      r.timers.arm(entries.back(), r.timers.now(), static_cast<std::size_t>(i));
    }
    all.wait();
  }
  BOOST_TEST(called == 1000);
}

BOOST_AUTO_TEST_CASE(a_timer_may_be_gone_once_it_has_fired) {
  running r;
  for (int i = 0; i < 100; ++i) {
    std::latch fired{1};
    auto t = std::make_unique<timer>([&] { fired.count_down(); });
    r.timers.arm(*t, r.timers.now(), 0);
    fired.wait();
    r.timers.cancel(*t); // waits for the end of fire(), whose function lies in *t
    t.reset();
  }
}

BOOST_AUTO_TEST_CASE(start_and_stop) {
  sweet::steady_clock clock;
  timer_service timers{clock, 2};
  std::latch fired{1};
  std::thread::id fired_in;
  timer early{[&] {
    fired_in = std::this_thread::get_id();
    fired.count_down();
  }};
  timers.arm(early, timers.now(), 0); // kept until there is a thread
  // The thread of the timers, and one for what they defer.
  std::mutex mutex;
  std::set<std::thread::id> started_in;
  std::set<std::thread::id> ended_in;
  const auto note_in = [&](std::set<std::thread::id>& ids) {
    std::lock_guard guard{mutex};
    ids.insert(std::this_thread::get_id());
  };
  timers.start([&] { note_in(started_in); }, [&] { note_in(ended_in); });
  fired.wait();
  std::atomic<int> late_fired{0};
  timer late{[&] { ++late_fired; }};
  timers.arm(late, timers.now() + 1h, 1);
  timers.stop();
  timers.stop();
  BOOST_TEST(started_in.size() == 2u);
  BOOST_TEST(started_in.contains(fired_in));
  BOOST_TEST((ended_in == started_in));
  BOOST_TEST((fired_in != std::this_thread::get_id()));
  BOOST_TEST(late_fired == 0);
  BOOST_TEST(timers.cancel(late));
  timers.arm(late, timers.now(), 1);
  BOOST_TEST(timers.cancel(late));
}

BOOST_AUTO_TEST_CASE(the_thread_sleeps_while_nothing_is_due) {
  sweet::steady_clock clock;
  timer_service timers{clock, 4};
  std::latch fired{1};
  thread_local long at_start = 0;
  long switches = 0;
  timer far{[] {}};
  timer near{[&] {
    switches = context_switches_of_this_thread() - at_start;
    fired.count_down();
  }};
  timers.arm(far, timers.now() + 1h, 1);
  timers.arm(near, timers.now() + 600ms, 2);
  timers.start([] { at_start = context_switches_of_this_thread(); }, {});
  fired.wait();
  // Ticking would be 600; coarse slots allow 11 wake-ups each, and the machine is not all ours.
  BOOST_TEST(switches < 60);
  timers.stop();
  BOOST_TEST(timers.cancel(far));
}

BOOST_AUTO_TEST_CASE(timers_that_come_and_go_do_not_wake_the_thread) {
  sweet::steady_clock clock;
  timer_service timers{clock, 2};
  long before = 0;
  long after = 0;
  std::latch first{1};
  std::latch second{1};
  timer begin{[&] {
    before = context_switches_of_this_thread();
    first.count_down();
  }};
  timer end{[&] {
    after = context_switches_of_this_thread();
    second.count_down();
  }};
  timers.start({}, {});
  timers.arm(begin, timers.now(), 0);
  first.wait();
  timer t{[] {}};
  for (int i = 0; i < 20'000; ++i) {
    timers.arm(t, timers.now() + 20ms, 1);
    timers.cancel(t); // on a busy machine it may have fired
  }
  timers.arm(end, timers.now(), 0);
  second.wait();
  BOOST_TEST(after - before < 200);
}

BOOST_AUTO_TEST_SUITE_END()
