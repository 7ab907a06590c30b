// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/threads/blocking_pool.hpp>
#include <sweet/testing/no_more_threads.hpp>

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <latch>
#include <semaphore>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <vector>

using sweet::detail::blocking_pool;
using sweet::detail::cell;
using sweet::testing::no_more_threads;

namespace blocking_pool_test {
namespace {

// A pool whose bodies, known by their number, do what a test wants.
struct pool_fixture {
  void submit(std::size_t n) {
    for (; n != 0; --n) {
      auto& c = cells.emplace_back();
      c.result.bits = cells.size() - 1;
      pool.submit(c);
    }
  }

  std::function<void(std::size_t)> body;
  std::deque<cell> cells;
  std::atomic<std::size_t> started{0};
  std::atomic<std::size_t> ended{0};
  blocking_pool pool{[this](cell& c) { body(c.result.bits); }, [this] { ++started; },
                     [this] { ++ended; }};
};

} // namespace
} // namespace blocking_pool_test

BOOST_FIXTURE_TEST_SUITE(blocking_pool_test, pool_fixture)

BOOST_AUTO_TEST_CASE(an_unused_pool_has_no_threads) {
  pool.stop();
  BOOST_TEST(started == 0u);
}

BOOST_AUTO_TEST_CASE(each_body_runs_once_on_a_thread_of_the_pool) {
  std::vector<std::atomic<int>> runs(100);
  const auto self = std::this_thread::get_id();
  std::atomic<bool> elsewhere{true};
  body = [&](std::size_t i) {
    ++runs[i];
    if (std::this_thread::get_id() == self)
      elsewhere = false;
  };
  submit(runs.size());
  pool.stop();
  for (auto& r : runs)
    BOOST_TEST(r == 1);
  BOOST_TEST(elsewhere);
  BOOST_TEST(started >= 1u);
  BOOST_TEST(started <= runs.size());
  BOOST_TEST(ended == started);
}

BOOST_AUTO_TEST_CASE(bodies_that_block_each_get_a_thread) {
  constexpr std::size_t n = 20;
  std::latch all{n};
  body = [&](std::size_t) { all.arrive_and_wait(); };
  submit(n);
  pool.stop();
  BOOST_TEST(started == n);
}

BOOST_AUTO_TEST_CASE(beyond_the_limit_they_wait_first_in_first_out) {
  constexpr auto limit = sweet::blocking_limits{}.threads;
  constexpr std::size_t more = 40;
  std::latch full{limit};
  std::binary_semaphore first_goes{0};
  std::latch rest_is_over{1};
  std::latch others_go{1};
  std::vector<std::size_t> order;
  // The first gives its thread back; the others keep theirs until that thread has run all the rest.
  body = [&](std::size_t i) {
    if (i < limit) {
      full.count_down();
      i == 0 ? first_goes.acquire() : others_go.wait();
      return;
    }
    order.push_back(i);
    if (order.size() == more)
      rest_is_over.count_down();
  };
  submit(limit);
  full.wait();
  submit(more);
  BOOST_TEST(started == limit);
  first_goes.release();
  rest_is_over.wait();
  others_go.count_down();
  pool.stop();
  BOOST_TEST(started == limit);
  BOOST_REQUIRE(order.size() == more);
  for (std::size_t i = 0; i < more; ++i)
    BOOST_TEST(order[i] == limit + i);
}

BOOST_AUTO_TEST_CASE(stop_runs_what_has_been_submitted) {
  std::atomic<std::size_t> runs{0};
  std::binary_semaphore go{0};
  body = [&](std::size_t i) {
    if (i == 0)
      go.acquire();
    ++runs;
  };
  submit(300);
  std::thread stopper{[&] { pool.stop(); }};
  go.release();
  stopper.join();
  BOOST_TEST(runs == 300u);
  BOOST_TEST(ended == started);
}

BOOST_AUTO_TEST_CASE(the_end_of_the_pool_stops_it) {
  std::atomic<int> runs{0};
  cell c;
  {
    blocking_pool own{[&](cell&) { ++runs; }, [] {}, [] {}};
    own.submit(c);
  }
  BOOST_TEST(runs == 1);
}

BOOST_AUTO_TEST_CASE(an_idle_thread_goes_and_another_one_comes_when_it_is_needed) {
  std::counting_semaphore<> gone{0};
  std::atomic<int> runs{0};
  cell first;
  cell second;
  blocking_pool own{[&](cell&) { ++runs; }, [] {}, [&] { gone.release(); },
                    std::chrono::milliseconds{1}};
  own.submit(first);
  gone.acquire();
  own.submit(second);
  gone.acquire();
  BOOST_TEST(runs == 2);
}

BOOST_AUTO_TEST_CASE(what_may_neither_run_nor_wait_is_refused_and_never_runs) {
  pool.limit({.threads = 2, .queued = 3});
  std::latch full{2};
  std::latch go{1};
  std::vector<std::atomic<int>> runs(7);
  body = [&](std::size_t i) {
    ++runs[i];
    if (i < 2) {
      full.count_down();
      go.wait();
    }
  };
  submit(2);
  full.wait();
  submit(3);
  BOOST_CHECK_THROW(submit(1), std::length_error);
  BOOST_CHECK_THROW(submit(1), std::length_error);
  go.count_down();
  pool.stop();
  for (std::size_t i = 0; i < runs.size(); ++i)
    BOOST_TEST(runs[i] == (i < 5 ? 1 : 0));
}

BOOST_AUTO_TEST_CASE(what_a_thread_that_starts_will_take_does_not_wait) {
  std::latch all_there{1};
  std::atomic<int> runs{0};
  blocking_pool slow{[&](cell&) { ++runs; }, [&] { all_there.wait(); }, [] {}};
  slow.limit({.threads = 2, .queued = 3});
  for (int i = 0; i < 5; ++i)
    slow.submit(cells.emplace_back());
  BOOST_CHECK_THROW(slow.submit(cells.emplace_back()), std::length_error);
  all_there.count_down();
  slow.stop();
  BOOST_TEST(runs == 5);
}

BOOST_AUTO_TEST_CASE(a_body_that_waits_makes_room_for_another) {
  pool.limit({.threads = 1, .queued = 0});
  std::latch both{2};
  bool may_wait = false;
  body = [&](std::size_t i) {
    if (i == 0) {
      may_wait = pool.start_waiting();
      submit(1);
      both.arrive_and_wait();
      pool.stop_waiting();
    } else {
      both.arrive_and_wait();
    }
  };
  submit(1);
  both.wait();
  pool.stop();
  BOOST_TEST(may_wait);
  BOOST_TEST(started == 2u);
}

BOOST_AUTO_TEST_CASE(a_thread_is_refused_when_another_has_gone) {
  std::counting_semaphore<> gone{0};
  cell c;
  blocking_pool own{[](cell&) {}, [] {}, [&] { gone.release(); }, std::chrono::milliseconds{1}};
  own.submit(c);
  gone.acquire();
  {
    const no_more_threads none;
    BOOST_CHECK_THROW(own.submit(c), std::system_error);
  }
  own.submit(c);
  gone.acquire();
}

BOOST_AUTO_TEST_SUITE_END()
