// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Faults that were reported of broadcast channels in other libraries, each as a test that this one
// would fail if it had the fault. test/mutants/rules.toml puts them in.

#include <sweet/actors/sync/broadcast.hpp>
#include <sweet/actors/sync/select.hpp>
#include <sweet/sweet.hpp>
#include <sweet/testing/failing_allocations.hpp>
#include <sweet/testing/runs_elsewhere.hpp>
#include <sweet/testing/runtime_fixture.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <new>
#include <thread>
#include <utility>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::failing_allocations;
using sweet::testing::runs_elsewhere;
using sweet::testing::runtime_fixture;
using sweet::testing::single_worker_fixture;
using sweet::testing::wait_until_idle;

namespace broadcast_reports_test {
namespace {

/// Calls a function when the last copy of it that was not moved from is destroyed.
struct parting {
  explicit parting(std::function<void()> f)
      : last(new std::function<void()>(std::move(f)), [](std::function<void()>* own) {
          (*own)();
          delete own;
        }) {}
  std::shared_ptr<std::function<void()>> last;
};

} // namespace
} // namespace broadcast_reports_test

BOOST_FIXTURE_TEST_SUITE(broadcast_reports_test, runtime_fixture)

// -- lagging ------------------------------------------------------------------------------------

// https://github.com/tokio-rs/tokio/issues/2123 "sync::broadcast buggy": receivers that did not lag
// were told that they had missed nearly 2^64 items.
BOOST_AUTO_TEST_CASE(tokio_2123_a_receiver_in_the_midst_of_what_is_kept_has_missed_nothing) {
  auto [tx, rx] = broadcast<int>{4};
  int next = 0;
  for (int sent = 0; sent < 20; ++sent) {
    tx.send(sent);
    if (sent == next)
      continue;
    const auto item = rx.try_receive();
    BOOST_TEST(item.missed == 0u);
    BOOST_TEST(*item == next++);
  }
}

// https://github.com/tokio-rs/tokio/pull/8239 "docs/tests: clarify broadcast lagging semantics and
// pin them with tests": who lags is told anew, and apart from others. There a capacity is rounded
// up to a power of two; here it is what it is.
BOOST_AUTO_TEST_CASE(tokio_8239_a_receiver_that_lags_goes_on_and_may_lag_again) {
  auto [tx, rx] = broadcast<int>{3};
  auto quick = rx;
  const auto send_some = [&tx, &quick](int first, int n) {
    for (int i = first; i < first + n; ++i) {
      tx.send(i);
      const auto item = quick.try_receive();
      BOOST_TEST(*item == i);
      BOOST_TEST(item.missed == 0u);
    }
  };
  const auto expect_next = [&rx](int item, std::uint64_t missed) {
    const auto got = rx.try_receive();
    BOOST_TEST(*got == item);
    BOOST_TEST(got.missed == missed);
  };
  send_some(0, 3);
  expect_next(0, 0);
  send_some(3, 2); // 2, 3 and 4 are kept
  expect_next(2, 1);
  send_some(5, 4); // 6, 7 and 8 are kept: it lags again before it has caught up
  expect_next(6, 3);
  expect_next(7, 0);
  expect_next(8, 0);
  BOOST_TEST(!rx.try_receive());
  send_some(9, 1);
  expect_next(9, 0);
}

// https://github.com/apache/asyncband/pull/90 "feat: impl broadcast channel": where a receiver had
// fallen behind by exactly one round of the ring, the items looked as if it had not.
BOOST_AUTO_TEST_CASE(asyncband_90_a_receiver_that_is_whole_rounds_behind_lags) {
  for (int behind = 0; behind <= 16; ++behind) {
    auto [tx, rx] = broadcast<int>{4};
    for (int i = 0; i < behind; ++i)
      tx.send(i);
    const auto item = rx.try_receive();
    if (behind == 0) {
      BOOST_TEST(!item);
    } else {
      const int missed = behind > 4 ? behind - 4 : 0;
      BOOST_TEST(*item == missed);
      BOOST_TEST(item.missed == static_cast<std::uint64_t>(missed));
    }
  }
}

// https://github.com/tokio-rs/tokio/issues/7350 "Comment Error": a capacity that was said to be
// allowed was too large to be allocated.
BOOST_AUTO_TEST_CASE(tokio_7350_the_largest_capacity_is_one) {
  auto [tx, rx] = broadcast<int>{std::numeric_limits<std::size_t>::max()};
  for (int i = 0; i < 100; ++i)
    tx.send(i);
  for (int i = 0; i < 100; ++i) {
    const auto item = rx.try_receive();
    BOOST_TEST(*item == i);
    BOOST_TEST(item.missed == 0u);
  }
}

// -- receivers that go, and waits that end ------------------------------------------------------

// https://github.com/tokio-rs/tokio/issues/2533 "The broadcast channel receiver sometimes panics
// while dropping with the message "unexpected empty broadcast channel"": one that lagged, as
// https://github.com/tokio-rs/tokio/pull/3434 found.
BOOST_AUTO_TEST_CASE(tokio_2533_a_receiver_that_lags_goes_and_takes_nothing_along) {
  auto [tx, rx] = broadcast<int>{1};
  {
    const auto lags = rx;
    for (int i = 0; i < 3; ++i)
      tx.send(i);
  }
  BOOST_TEST(tx.receivers() == 1u);
  const auto item = rx.try_receive();
  BOOST_REQUIRE(!!item);
  BOOST_TEST(*item == 2);
  BOOST_TEST(item.missed == 2u);
  BOOST_TEST(tx.send(3) == 1u);
  BOOST_TEST(*rx.try_receive() == 3);
}

// https://github.com/tokio-rs/tokio/pull/2509 "sync: use intrusive list strategy for broadcast":
// receivers that waited and were dropped left something behind until the next item.
BOOST_FIXTURE_TEST_CASE(tokio_2509_waits_that_end_early_leave_nothing_behind,
                        single_worker_fixture) {
  auto [tx, rx] = broadcast<int>{1};
  wait_until_idle(rt); // what idle workers need is there
  auto task = spawn(rt, [rx](task_context ctx) mutable -> async<bool> {
    static_cast<void>(co_await select(rx.receive(), ctx.sleep_for(0ns)));
    failing_allocations none{0, 1'000'000};
    bool refused = false;
    try {
      for (int i = 0; i < 1'000; ++i)
        static_cast<void>(co_await select(rx.receive(), ctx.sleep_for(0ns)));
    } catch (const std::bad_alloc&) {
      refused = true;
    }
    co_return !none.stop() && !refused;
  });
  BOOST_TEST(task.await().value());
}

// What https://github.com/realm/realm-core/pull/7602 "Fix a race condition in Promise" is about:
// who was woken destroys what another thread still uses. ThreadSanitizer sees it.
BOOST_AUTO_TEST_CASE(realm_7602_who_gets_an_item_may_destroy_the_broadcast) {
  for (int i = 0; i < 500; ++i) {
    auto b = std::make_unique<broadcast<int>>(1);
    std::thread other{[&tx = b->sender, i] { tx.send(i); }};
    BOOST_REQUIRE(*b->receiver.receive().await() == i);
    b.reset();
    other.join();
  }
}

// -- what users' types do -----------------------------------------------------------------------

// https://github.com/tokio-rs/tokio/pull/5578 "sync: avoid deadlocks in `broadcast` with custom
// wakers": what users give was destroyed while the lock of the channel was held. Here these are
// items, by the next one, by the last receiver, and by a receiver that has copied one.
BOOST_AUTO_TEST_CASE(tokio_5578_an_item_is_destroyed_while_no_lock_is_held) {
  using broadcast_reports_test::parting;
  int free = 0;
  {
    auto [tx, rx] = broadcast<parting>{1};
    // To copy an end takes the lock as well.
    const auto asks = [&free, other = std::make_shared<broadcast_sender<parting>>(tx)] {
      if (runs_elsewhere([other] { static_cast<void>(other->receivers()); }))
        ++free;
    };
    tx.send(parting{asks});
    tx.send(parting{asks});
    BOOST_TEST(free == 1);
    {
      auto item = rx.try_receive();
      tx.send(parting{asks});
      BOOST_TEST(free == 1); // it has been copied
    }
    BOOST_TEST(free == 2);
    {
      const auto last = std::move(rx);
    }
    BOOST_TEST(free == 3);
  }
  BOOST_TEST(free == 3);
}

BOOST_AUTO_TEST_SUITE_END()
