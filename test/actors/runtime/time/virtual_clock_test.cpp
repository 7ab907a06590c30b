// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/testing/virtual_clock.hpp>

#include <sweet/actors/runtime/time/timer_service.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <deque>
#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using sweet::detail::timer_entry;
using sweet::detail::timer_service;
using sweet::testing::virtual_clock;

namespace virtual_clock_test {
namespace {

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

struct world {
  world() {
    timers.start([] { BOOST_ERROR("a virtual clock needs no thread"); }, {});
  }

  std::chrono::milliseconds elapsed() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(clock.now() - begin);
  }

  /// Notes `name` and the time in `log` when it fires.
  timer& arm(std::string name, std::chrono::nanoseconds after, std::size_t shard) {
    auto& t = entries.emplace_back([this, name = std::move(name)] {
      log.push_back(name + " at " + std::to_string(elapsed().count()));
    });
    timers.arm(t, clock.now() + after, shard);
    return t;
  }

  std::vector<std::string> taken() { return std::exchange(log, {}); }

  virtual_clock clock;
  const sweet::clock::time_point begin = clock.now();
  timer_service timers{clock, 4};
  std::deque<timer> entries;
  std::vector<std::string> log;
};

using strings = std::vector<std::string>;

} // namespace
} // namespace virtual_clock_test

BOOST_AUTO_TEST_SUITE(virtual_clock_test)

BOOST_AUTO_TEST_CASE(stands_still_until_it_is_moved) {
  virtual_clock clock;
  const auto begin = clock.now();
  BOOST_TEST((begin != virtual_clock::time_point{}));
  BOOST_TEST((clock.now() == begin));
  clock.advance(90min);
  BOOST_TEST((clock.now() == begin + 90min));
  clock.advance(0s);
  BOOST_TEST((clock.now() == begin + 90min));
}

BOOST_FIXTURE_TEST_CASE(what_is_due_fires_in_order_before_advance_returns, world) {
  arm("c", 3h, 0);
  arm("a", 10ms, 1);
  arm("b", 11ms, 0);
  arm("d", 3h + 1ms, 1);
  clock.advance(9ms);
  BOOST_TEST(taken() == strings{});
  clock.advance(1ms);
  BOOST_TEST(taken() == strings{"a at 10"});
  clock.advance(4h);
  BOOST_TEST((taken() == strings{"b at 11", "c at 10800000", "d at 10800001"}));
  BOOST_TEST(elapsed().count() == 4 * 3'600'000 + 10);
}

BOOST_FIXTURE_TEST_CASE(what_is_past_is_due_at_once, world) {
  arm("past", -1s, 0);
  arm("now", 0s, 1);
  BOOST_TEST(taken() == strings{});
  clock.advance(0s);
  BOOST_TEST((taken() == strings{"past at 0", "now at 0"}));
}

BOOST_FIXTURE_TEST_CASE(between_milliseconds_the_later_counts, world) {
  arm("a", 1ms + 1ns, 0);
  clock.advance(1ms + 1ns);
  BOOST_TEST(taken() == strings{});
  clock.advance(999'999ns);
  BOOST_TEST(taken() == strings{"a at 2"});
}

BOOST_FIXTURE_TEST_CASE(cancelled_timers_do_not_fire, world) {
  auto& a = arm("a", 5ms, 0);
  auto& b = arm("b", 5ms, 1);
  BOOST_TEST(timers.cancel(a));
  clock.advance(5ms);
  BOOST_TEST(taken() == strings{"b at 5"});
  BOOST_TEST(!timers.cancel(b));
}

BOOST_FIXTURE_TEST_CASE(what_timers_start_fires_in_the_same_advance, world) {
  timer periodic{[] {}};
  deferred again{[&] { timers.arm(periodic, clock.now() + 10ms, 2); }};
  periodic.then = [&] {
    log.push_back("tick at " + std::to_string(elapsed().count()));
    timers.defer(again);
  };
  timers.arm(periodic, clock.now() + 10ms, 2);
  arm("other", 15ms, 0);
  clock.advance(35ms);
  BOOST_TEST((taken() == strings{"tick at 10", "other at 15", "tick at 20", "tick at 30"}));
  BOOST_TEST(timers.cancel(periodic));
}

BOOST_AUTO_TEST_CASE(settle_is_called_after_each_moment) {
  std::vector<std::string> log;
  int settled = 0;
  timer_service* service = nullptr;
  timer second{[&] { log.push_back("second"); }};
  virtual_clock clock{[&] {
    log.push_back("settle");
    // As a task that was woken up and goes to sleep again.
    if (++settled == 1)
      service->arm(second, service->now() + 1ms, 0);
  }};
  timer_service timers{clock, 2};
  service = &timers;
  timers.start({}, {});
  timer a{[&] { log.push_back("a"); }};
  timer b{[&] { log.push_back("b"); }};
  timers.arm(a, clock.now() + 5ms, 0);
  timers.arm(b, clock.now() + 5ms, 1);
  clock.advance(1h);
  BOOST_TEST((log == strings{"a", "b", "settle", "second", "settle"}));
}

BOOST_AUTO_TEST_CASE(moves_every_service_that_runs_on_it) {
  virtual_clock clock;
  strings log;
  timer a{[&] { log.push_back("a"); }};
  timer b{[&] { log.push_back("b"); }};
  timer_service first{clock, 1};
  timer_service second{clock, 1};
  second.arm(a, clock.now() + 1s, 0);
  first.arm(b, clock.now() + 2s, 0);
  clock.advance(3s);
  BOOST_TEST(log == strings{}); // not started
  first.start({}, {});
  second.start({}, {});
  clock.advance(0s);
  BOOST_TEST(log.size() == 2u);
  second.arm(a, clock.now() + 1s, 0);
  first.arm(b, clock.now() + 1s, 0);
  first.stop();
  log.clear();
  clock.advance(1h);
  BOOST_TEST(log == strings{"a"});
  BOOST_TEST(first.cancel(b));
}

BOOST_FIXTURE_TEST_CASE(other_threads_may_arm_and_look, world) {
  std::jthread other{[this] {
    timer t{[] {}};
    for (int i = 0; i < 2000; ++i) {
      timers.arm(t, clock.now() + 1ms, 3);
      timers.cancel(t);
    }
  }};
  for (int i = 0; i < 200; ++i)
    clock.advance(1ms);
  BOOST_TEST(elapsed().count() == 200);
}

BOOST_AUTO_TEST_SUITE_END()
