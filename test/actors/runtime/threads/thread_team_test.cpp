// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/runtime.hpp>
#include <sweet/actors/runtime/threads/processor.hpp>
#include <sweet/actors/runtime/threads/thread_team.hpp>

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <semaphore>
#include <set>
#include <thread>
#include <vector>

using sweet::runtime;
using sweet::runtime_options;
using sweet::detail::processor;
using sweet::detail::processor_options;
using sweet::detail::processor_set;
using sweet::detail::this_thread;
using sweet::detail::thread_state;
using sweet::detail::thread_team;
using sweet::detail::workplace;

namespace thread_team_test {
namespace {

constexpr processor_options options{.max_throughput = 64, .workers = 2, .node = nullptr};

// A team whose threads tell which processor they were given, and then give it away.
struct team_fixture {
  ~team_fixture() {
    team.stop();
    BOOST_TEST(ended == started);
  }

  bool drive() {
    driven = this_thread().driven;
    driver = &this_thread();
    this_thread().driven = nullptr;
    was_driven.release();
    return true;
  }

  std::vector<thread_state*> reserve(std::size_t n) {
    std::vector<thread_state*> result;
    for (; n != 0; --n)
      result.push_back(team.reserve());
    return result;
  }

  runtime rt{runtime_options{.workers = 1}};
  processor_set processors;
  processor& first = processors.add(rt.home(), options);
  processor& second = processors.add(rt.home(), options);
  std::atomic<std::size_t> started{0};
  std::atomic<std::size_t> ended{0};
  std::counting_semaphore<> was_driven{0};
  workplace* driven = nullptr;    // was_driven
  thread_state* driver = nullptr; // was_driven
  thread_team team{[this] { return drive(); }, [this] { ++started; }, [this] { ++ended; }};
};

} // namespace
} // namespace thread_team_test

BOOST_FIXTURE_TEST_SUITE(thread_team_test, team_fixture)

BOOST_AUTO_TEST_CASE(a_started_thread_drives_its_processor) {
  team.start(first);
  was_driven.acquire();
  BOOST_TEST(driven == &first);
  BOOST_TEST(driver->is_worker);
  BOOST_TEST(driver->stack_limit != 0u);
  BOOST_TEST(driver->stack_limit != UINTPTR_MAX);
  BOOST_TEST(!this_thread().is_worker);
}

BOOST_AUTO_TEST_CASE(a_reserved_thread_waits_until_it_is_handed_a_processor) {
  thread_state* spare = team.reserve();
  BOOST_REQUIRE(spare != nullptr);
  BOOST_TEST(driver == nullptr);
  team.hand_over(*spare, second);
  was_driven.acquire();
  BOOST_TEST(driven == &second);
  BOOST_TEST(driver == spare);
  team.unblocked();
}

BOOST_AUTO_TEST_CASE(a_thread_can_take_over_again_and_again) {
  for (int i = 0; i < 100; ++i) {
    thread_state* spare = team.reserve();
    BOOST_REQUIRE(spare != nullptr);
    team.hand_over(*spare, i % 2 == 0 ? first : second);
    was_driven.acquire();
    BOOST_REQUIRE(driven == (i % 2 == 0 ? &first : &second));
    team.unblocked();
  }
  BOOST_TEST(started <= 100u);
}

BOOST_AUTO_TEST_CASE(a_thread_that_was_given_back_is_taken_again) {
  thread_state* spare = team.reserve();
  team.give_back(*spare);
  BOOST_TEST(team.reserve() == spare);
  team.give_back(*spare);
}

BOOST_AUTO_TEST_CASE(reserved_threads_are_different_ones) {
  const auto spares = reserve(20);
  BOOST_TEST((std::set<thread_state*>{spares.begin(), spares.end()}.size()) == spares.size());
  for (auto* s : spares)
    team.give_back(*s);
}

BOOST_AUTO_TEST_CASE(so_many_can_block_at_once_and_no_more) {
  const auto spares = reserve(thread_team::max_blocked);
  BOOST_TEST(spares.back() != nullptr);
  BOOST_TEST(team.reserve() == nullptr);
  // Somebody comes back from blocking: its thread is in use, its place is free.
  team.hand_over(*spares[0], first);
  was_driven.acquire();
  team.unblocked();
  thread_state* another = team.reserve();
  BOOST_TEST(another != nullptr);
  BOOST_TEST(team.reserve() == nullptr);
  // Or it did not have to block after all. Which thread comes next is open: the first one may be
  // back meanwhile.
  team.give_back(*another);
  another = team.reserve();
  BOOST_REQUIRE(another != nullptr);
  team.give_back(*another);
  for (std::size_t i = 1; i < spares.size(); ++i)
    team.give_back(*spares[i]);
}

BOOST_AUTO_TEST_CASE(a_drive_that_says_so_ends_its_thread) {
  std::atomic<int> ends{0};
  thread_team other{[] { return false; }, [] {}, [&] { ++ends; }};
  other.start(first);
  while (ends == 0)
    std::this_thread::yield();
  other.stop();
  BOOST_TEST(ends == 1);
}

BOOST_AUTO_TEST_SUITE_END()
