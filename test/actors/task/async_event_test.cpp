// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/sweet.hpp>
#include <sweet/testing/runtime_fixture.hpp>

#include <thread>

using namespace sweet;
using sweet::testing::runtime_fixture;
using sweet::testing::wait_until_idle;

BOOST_FIXTURE_TEST_SUITE(async_event_test, runtime_fixture)

BOOST_AUTO_TEST_CASE(it_happens_once) {
  async_event event;
  BOOST_TEST(!event.is_set());
  event.set();
  BOOST_TEST(event.is_set());
}

// The wait lies in the frame of each coroutine that idles.
BOOST_AUTO_TEST_CASE(a_wait_is_as_large_as_three_pointers) {
  async_event event;
  BOOST_TEST(sizeof(event.operator co_await()) == 3 * sizeof(void*));
}

BOOST_AUTO_TEST_CASE(who_comes_late_does_not_wait) {
  async_event event;
  event.set();
  auto task = spawn(rt, [&](task_context ctx) -> async<cancellation_level> {
    co_await event;
    co_await event;
    co_return co_await sweet::detail::event_access::wait_shielded(event, ctx.level());
  });
  BOOST_TEST((task.await().value() == cancellation_level::none));
}

BOOST_AUTO_TEST_CASE(what_came_before_set_is_seen_after_the_wait) {
  for (int i = 0; i < 200; ++i) {
    async_event event;
    int written = 0;
    auto task = spawn(rt, [&]() -> async<int> {
      co_await event;
      co_return written;
    });
    std::thread other{[&] {
      written = 1;
      event.set();
    }};
    BOOST_REQUIRE(task.await().value() == 1);
    other.join();
  }
}

BOOST_AUTO_TEST_CASE(a_cancelled_wait_leaves_it_for_the_next) {
  async_event event;
  auto first = spawn(rt, [&]() -> async<void> { co_await event; });
  wait_until_idle(rt);
  first.cancel();
  BOOST_TEST((first.await().error().code() == error_code::cancelled));
  BOOST_TEST(!event.is_set());
  auto second = spawn(rt, [&]() -> async<void> { co_await event; });
  wait_until_idle(rt);
  event.set();
  BOOST_TEST(second.await().is_ok());
}

BOOST_AUTO_TEST_CASE(a_shielded_wait_tells_each_level_above_the_one_it_knows) {
  using enum cancellation_level;
  async_event event;
  std::vector<cancellation_level> seen;
  auto task = spawn(rt, [&]() -> async<void> {
    auto level = none;
    while (!event.is_set())
      seen.push_back(level = co_await sweet::detail::event_access::wait_shielded(event, level));
  });
  for (const auto level : {graceful, kill, kill}) {
    wait_until_idle(rt);
    task.cancel(level);
  }
  wait_until_idle(rt);
  BOOST_TEST(!task.is_done());
  event.set();
  BOOST_TEST(task.await().is_ok());
  BOOST_TEST((seen == std::vector{graceful, kill, kill}));
}

BOOST_AUTO_TEST_CASE(a_second_waiter_is_told_so) {
  async_event event;
  const auto waits = [&event]() -> async<void> { co_await event; };
  auto first = spawn(rt, waits);
  wait_until_idle(rt);
  auto second = spawn(rt, waits);
  auto shielded = spawn(rt, [&event]() -> async<void> {
    co_await sweet::detail::event_access::wait_shielded(event, cancellation_level::none);
  });
  const std::string told = "another task waits for this async_event already";
  BOOST_TEST(second.await().error().message().starts_with(told));
  BOOST_TEST(shielded.await().error().message().starts_with(told));
  event.set();
  BOOST_TEST(first.await().is_ok());
}

BOOST_AUTO_TEST_SUITE_END()
