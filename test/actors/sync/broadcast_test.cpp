// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/sync/broadcast.hpp>
#include <sweet/actors/sync/select.hpp>
#include <sweet/sweet.hpp>
#include <sweet/testing/at_end.hpp>
#include <sweet/testing/failing_allocations.hpp>
#include <sweet/testing/runtime_fixture.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <latch>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::failing_allocations;
using sweet::testing::runtime_fixture;
using sweet::testing::single_worker_fixture;
using sweet::testing::wait_until_idle;

namespace broadcast_test {
namespace {

/// -1: the broadcast has ended
async<int> receives(task_context, broadcast_receiver<int> rx) {
  const auto item = co_await rx.receive();
  co_return item.value.value_or(-1);
}

int receives_blocking(task_context, broadcast_receiver<int> rx) {
  return rx.receive().await().value.value_or(-1);
}

async<std::vector<int>> receives_all(task_context, broadcast_receiver<int> rx) {
  std::vector<int> all;
  while (const auto item = co_await rx.receive())
    all.push_back(*item);
  co_return all;
}

/// How many items there were, with those that were missed.
async<int> counts(task_context, broadcast_receiver<int> rx) {
  int n = 0;
  while (const auto item = co_await rx.receive())
    n += 1 + static_cast<int>(item.missed);
  co_return n;
}

std::vector<int> from_zero(int n) {
  std::vector<int> all(static_cast<std::size_t>(n));
  std::iota(all.begin(), all.end(), 0);
  return all;
}

/// What is there.
std::vector<int> drain(broadcast_receiver<int>& rx) {
  std::vector<int> all;
  while (const auto item = rx.try_receive())
    all.push_back(*item);
  return all;
}

/// Its copies wait until they are told to go on, or throw.
struct slow {
  explicit slow(int n) noexcept : value(n) {}
  slow(const slow& other) : value(other.value) {
    if (throws.exchange(false))
      throw std::runtime_error{"no copy"};
    if (auto* latch = begun.exchange(nullptr)) {
      latch->count_down();
      go_on.load()->wait();
    }
  }
  slow(slow&&) noexcept = default;

  int value;
  inline static std::atomic<bool> throws{false};
  inline static std::atomic<std::latch*> begun{nullptr};
  inline static std::atomic<std::latch*> go_on{nullptr};
};

} // namespace
} // namespace broadcast_test

BOOST_FIXTURE_TEST_SUITE(broadcast_test, runtime_fixture)

// -- sending and receiving ----------------------------------------------------------------------

// tokio::sync::broadcast, https://docs.rs/tokio/latest/tokio/sync/broadcast/index.html: each value
// is received by all receivers.
BOOST_AUTO_TEST_CASE(tokio_each_receiver_gets_each_item) {
  auto [tx, rx] = broadcast<int>{1'000};
  auto a = spawn(rt, receives_all, rx);
  auto b = spawn(rt, receives_all, tx.subscribe());
  BOOST_TEST(tx.capacity() == 1'000u);
  BOOST_TEST(rx.capacity() == 1'000u);
  for (int i = 0; i < 500; ++i)
    tx.send(i);
  auto c = rx;
  tx = broadcast<int>{1}.sender;
  BOOST_TEST(a.await().value() == from_zero(500));
  BOOST_TEST(b.await().value() == from_zero(500));
  BOOST_TEST(drain(c) == from_zero(500));
}

BOOST_AUTO_TEST_CASE(a_broadcast_that_keeps_nothing_is_refused) {
  BOOST_CHECK_THROW(broadcast<int>{0}, std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(all_that_wait_get_an_item) {
  auto [tx, rx] = broadcast<int>{1};
  std::vector<spawning_task<int>> waiting;
  for (int i = 0; i < 5; ++i) {
    waiting.push_back(spawn(rt, receives, rx));
    waiting.push_back(spawn(rt, receives_blocking, rx));
  }
  std::thread outside{[rx]() mutable {
    if (*rx.receive().await() != 7)
      std::terminate();
  }};
  wait_until_idle(rt);
  for (auto& task : waiting)
    BOOST_TEST(!task.is_done());
  std::thread{[tx]() mutable { tx.send(7); }}.join();
  for (auto& task : waiting)
    BOOST_TEST(task.await().value() == 7);
  outside.join();
}

// tokio::sync::broadcast::Sender::send,
// https://docs.rs/tokio/latest/tokio/sync/broadcast/struct.Sender.html: gives the number of
// receivers; without any it fails, and a later send may succeed again.
BOOST_AUTO_TEST_CASE(tokio_sending_tells_how_many_receivers_there_are) {
  auto [tx, rx] = broadcast<std::shared_ptr<int>>{4};
  auto item = std::make_shared<int>(1);
  BOOST_TEST(tx.send(item) == 1u);
  {
    const auto one_more = rx;
    BOOST_TEST(tx.receivers() == 2u);
    BOOST_TEST(tx.send(item) == 2u);
  }
  {
    const auto dropped = std::move(rx);
    BOOST_TEST(item.use_count() == 3);
  }
  BOOST_TEST(item.use_count() == 1);
  BOOST_TEST(tx.send(item) == 0u);
  BOOST_TEST(item.use_count() == 1);
  auto late = tx.subscribe();
  BOOST_TEST(!late.try_receive());
  BOOST_TEST(tx.send(item) == 1u);
  BOOST_TEST((late.try_receive().value == item));
}

// tokio::sync::broadcast::Sender::subscribe, Receiver::resubscribe: only what is sent afterwards.
BOOST_AUTO_TEST_CASE(tokio_a_new_receiver_gets_what_comes_after) {
  auto [tx, rx] = broadcast<int>{8};
  tx.send(0);
  auto subscribed = tx.subscribe();
  auto resubscribed = rx.resubscribe();
  auto copy = rx;
  tx.send(1);
  BOOST_TEST(drain(subscribed) == (std::vector{1}));
  BOOST_TEST(drain(resubscribed) == (std::vector{1}));
  BOOST_TEST(drain(copy) == (std::vector{0, 1}));
  BOOST_TEST(drain(rx) == (std::vector{0, 1}));
}

// -- lagging ------------------------------------------------------------------------------------

// tokio::sync::broadcast, "Lagging",
// https://docs.rs/tokio/latest/tokio/sync/broadcast/index.html#lagging: a receiver that is too slow
// learns how many items it has missed, and goes on with the oldest one that is kept. There the
// number comes alone, as an error, and the capacity is rounded up to a power of two; here the
// number comes with the item.
BOOST_AUTO_TEST_CASE(tokio_a_receiver_that_lags_is_told_how_many_it_has_missed) {
  auto [tx, rx] = broadcast<int>{2};
  tx.send(10);
  tx.send(20);
  BOOST_TEST(rx.try_receive().missed == 0u);
  tx.send(30);
  tx.send(40);
  tx.send(50);
  const auto item = rx.receive().await();
  BOOST_TEST(item.missed == 2u);
  BOOST_TEST(*item == 40);
  const auto last = rx.try_receive();
  BOOST_TEST(last.missed == 0u);
  BOOST_TEST(*last == 50);
  BOOST_TEST(!rx.try_receive());
}

BOOST_AUTO_TEST_CASE(a_receiver_at_the_capacity_misses_nothing) {
  auto [tx, rx] = broadcast<int>{3};
  for (int round = 0; round < 5; ++round) {
    for (int i = 0; i < 3; ++i)
      tx.send(i);
    BOOST_TEST(drain(rx) == from_zero(3));
  }
  for (int i = 0; i < 4; ++i)
    tx.send(i);
  const auto item = rx.try_receive();
  BOOST_TEST(item.missed == 1u);
  BOOST_TEST(*item == 1);
}

BOOST_AUTO_TEST_CASE(items_and_what_is_missed_add_up) {
  auto [tx, rx] = broadcast<int>{7};
  std::uint64_t received = 0;
  std::uint64_t missed = 0;
  for (int i = 0; i < 1'000; ++i) {
    tx.send(i);
    if (i % 13 == 0 || i % 29 == 0)
      while (const auto item = rx.try_receive()) {
        missed += item.missed;
        BOOST_REQUIRE(static_cast<std::uint64_t>(*item) == received + missed);
        ++received;
      }
  }
  tx = broadcast<int>{1}.sender;
  while (const auto item = rx.receive().await()) {
    missed += item.missed;
    ++received;
  }
  BOOST_TEST(received + missed == 1'000u);
}

// What was handed over to a receiver is its own: it does not lag while it is about to run.
BOOST_FIXTURE_TEST_CASE(an_item_that_was_handed_over_is_not_missed, single_worker_fixture) {
  auto [tx, rx] = broadcast<std::shared_ptr<int>>{2};
  std::vector<int> got;
  std::uint64_t missed = 0;
  auto waiter = spawn(rt, [&, rx]() mutable -> async<void> {
    while (const auto item = co_await rx.receive()) {
      got.push_back(**item);
      missed += item.missed;
    }
  });
  wait_until_idle(rt);
  const auto first = std::make_shared<int>(0);
  // The only worker is busy: the waiter cannot run between.
  BOOST_TEST(spawn(rt,
                   [&] {
                     tx.send(first);
                     for (int i = 1; i < 10; ++i)
                       tx.send(std::make_shared<int>(i));
                   })
                 .await()
                 .is_ok());
  tx = broadcast<std::shared_ptr<int>>{1}.sender;
  BOOST_TEST(waiter.await().is_ok());
  BOOST_TEST(got == (std::vector{0, 8, 9}));
  BOOST_TEST(missed == 7u);
  BOOST_TEST(first.use_count() == 1);
}

// -- ends that go -------------------------------------------------------------------------------

// tokio::sync::broadcast, "Closing",
// https://docs.rs/tokio/latest/tokio/sync/broadcast/index.html#closing: once all senders are
// dropped, receivers get what is kept, and then RecvError::Closed.
BOOST_AUTO_TEST_CASE(tokio_what_is_kept_comes_before_the_end) {
  auto [tx, rx] = broadcast<int>{8};
  {
    auto last = std::move(tx);
    auto one_more = last;
    last.send(0);
    one_more.send(1);
    BOOST_TEST(!rx.is_closed());
  }
  BOOST_TEST(rx.is_closed());
  BOOST_TEST(spawn(rt, receives_all, rx).await().value() == from_zero(2));
  BOOST_TEST(drain(rx) == from_zero(2));
  BOOST_TEST(!rx.receive().await());
}

BOOST_AUTO_TEST_CASE(receivers_that_wait_hear_that_the_last_sender_has_gone) {
  auto [tx, rx] = broadcast<int>{8};
  auto a = spawn(rt, receives, rx);
  auto b = spawn(rt, receives_blocking, rx);
  wait_until_idle(rt);
  tx = broadcast<int>{1}.sender;
  BOOST_TEST(a.await().value() == -1);
  BOOST_TEST(b.await().value() == -1);
}

// Unlike tokio::sync::broadcast, which releases a value once all receivers have a clone of it: here
// items are kept until newer ones take their places, or the last receiver has gone.
BOOST_AUTO_TEST_CASE(items_are_destroyed_once_they_are_not_kept_any_more) {
  auto item = std::make_shared<int>(1);
  auto [tx, rx] = broadcast<std::shared_ptr<int>>{2};
  tx.send(item);
  tx.send(nullptr);
  BOOST_TEST(item.use_count() == 2);
  tx.send(nullptr);
  BOOST_TEST(item.use_count() == 1);
}

// -- waits that end early -----------------------------------------------------------------------

// tokio::sync::broadcast::Receiver::recv, "Cancel safety",
// https://docs.rs/tokio/latest/tokio/sync/broadcast/struct.Receiver.html#method.recv: no messages
// were received if recv() lost in select!.
BOOST_AUTO_TEST_CASE(tokio_a_wait_that_loses_in_a_select_loses_nothing) {
  auto [tx, rx] = broadcast<int>{8};
  auto task = spawn(rt, [rx](task_context ctx) mutable -> async<std::vector<int>> {
    std::vector<int> all;
    for (;;) {
      const auto what = co_await select(ctx.sleep_for(0ms), rx.receive());
      if (what.index() != 0)
        throw std::logic_error{"the first one that is ready wins"};
      const auto item = co_await select(rx.receive(), ctx.sleep_for(1ms));
      if (item.index() == 1)
        continue;
      if (!std::get<0>(item))
        co_return all;
      all.push_back(*std::get<0>(item));
    }
  });
  for (int i = 0; i < 5; ++i) {
    advance(1ms);
    tx.send(2 * i);
    tx.send(2 * i + 1);
  }
  tx = broadcast<int>{1}.sender;
  BOOST_TEST(task.await().value() == from_zero(10));
}

BOOST_AUTO_TEST_CASE(a_cancelled_waiter_takes_nothing_and_is_in_nobodys_way) {
  auto [tx, rx] = broadcast<int>{1};
  auto first = spawn(rt, receives, rx);
  auto blocking = spawn(rt, receives_blocking, rx);
  auto last = spawn(rt, receives, rx);
  wait_until_idle(rt);
  first.cancel();
  blocking.cancel();
  BOOST_TEST((first.await().error().code() == error_code::cancelled));
  BOOST_TEST((blocking.await().error().code() == error_code::cancelled));
  tx.send(7);
  BOOST_TEST(last.await().value() == 7);
  BOOST_TEST(*rx.try_receive() == 7);
}

BOOST_AUTO_TEST_CASE(a_receiver_goes_on_after_a_wait_that_was_stopped) {
  auto [tx, rx] = broadcast<int>{8};
  auto task = spawn(rt, [rx]() mutable -> async<int> {
    if (co_await stopped_as_optional(rx.receive()))
      co_return -1;
    co_return *(co_await rx.receive());
  });
  wait_until_idle(rt);
  task.cancel();
  wait_until_idle(rt);
  tx.send(7);
  BOOST_TEST(task.await().value() == 7);
}

BOOST_FIXTURE_TEST_CASE(an_item_that_was_handed_over_wins_over_a_stop, single_worker_fixture) {
  auto [tx, rx] = broadcast<int>{1};
  int got = 0;
  auto waiter = spawn(rt, [rx, &got](task_context ctx) mutable -> async<void> {
    got = *(co_await rx.receive());
    co_await ctx.sleep_for(1h);
  });
  wait_until_idle(rt);
  // The only worker is busy: the waiter cannot run between.
  BOOST_TEST(spawn(rt,
                   [&] {
                     tx.send(7);
                     waiter.cancel();
                   })
                 .await()
                 .is_ok());
  BOOST_TEST((waiter.await().error().code() == error_code::cancelled));
  BOOST_TEST(got == 7);
}

BOOST_AUTO_TEST_CASE(a_destructor_of_a_body_that_stops_gets_no_item) {
  auto [tx, rx] = broadcast<int>{1};
  bool got = true;
  auto task = spawn(rt, [&got, rx](task_context ctx) mutable -> async<void> {
    const sweet::testing::at_end asks{[&] { got = static_cast<bool>(rx.receive().await()); }};
    co_await ctx.sleep_for(1h);
  });
  wait_until_idle(rt);
  task.cancel();
  static_cast<void>(task.await());
  BOOST_TEST(!got);
}

// -- exceptions, slow copies, memory ------------------------------------------------------------

BOOST_AUTO_TEST_CASE(an_item_whose_copy_throws_comes_again) {
  using broadcast_test::slow;
  auto [tx, rx] = broadcast<slow>{4};
  auto waiter = spawn(rt, [rx]() mutable -> async<int> {
    try {
      co_await rx.receive();
      co_return -1;
    } catch (const std::runtime_error&) {
    }
    co_return (co_await rx.receive())->value;
  });
  wait_until_idle(rt);
  slow::throws = true;
  tx.send(slow{7});
  BOOST_TEST(waiter.await().value() == 7);
  slow::throws = true;
  BOOST_CHECK_THROW(static_cast<void>(rx.try_receive()), std::runtime_error);
  BOOST_TEST(rx.try_receive()->value == 7);
  BOOST_TEST(!rx.try_receive());
}

BOOST_AUTO_TEST_CASE(a_slow_copy_is_in_nobodys_way) {
  using broadcast_test::slow;
  auto [tx, rx] = broadcast<slow>{1};
  auto other = rx;
  std::latch begun{1};
  std::latch go_on{1};
  slow::go_on = &go_on;
  tx.send(slow{0});
  slow::begun = &begun;
  int copied = -1;
  std::thread reader{
      [&copied, own = std::move(rx)]() mutable { copied = own.try_receive()->value; }};
  begun.wait();
  for (int i = 1; i <= 3; ++i)
    BOOST_TEST(tx.send(slow{i}) == 2u);
  const auto item = other.try_receive();
  BOOST_TEST(item->value == 3);
  BOOST_TEST(item.missed == 3u);
  go_on.count_down();
  reader.join();
  BOOST_TEST(copied == 0);
}

BOOST_FIXTURE_TEST_CASE(sending_and_receiving_need_no_memory_once_there_are_places,
                        single_worker_fixture) {
  wait_until_idle(rt); // what idle workers need is there
  auto task = spawn(rt, [](task_context ctx) -> async<bool> {
    auto [tx, rx] = broadcast<int>{2};
    auto child = ctx.spawn(counts, rx);
    co_await ctx.yield();
    // The child is handed the first item, and does not run: a third place is needed.
    for (int i = 0; i < 3; ++i)
      tx.send(i);
    failing_allocations none{0, 1'000'000};
    for (int i = 3; i < 100; ++i) {
      tx.send(i);
      co_await rx.receive();
      if (i % 10 == 0)
        co_await ctx.yield();
    }
    const bool refused = none.stop();
    tx = broadcast<int>{1}.sender;
    co_return (co_await child) == 100 && !refused;
  });
  BOOST_TEST(task.await().value());
}

// -- beyond one runtime -------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(it_outlives_runtimes_and_works_between_them) {
  auto [tx, rx] = broadcast<int>{2};
  {
    sweet::runtime other{runtime_options{.workers = 1}};
    auto task = spawn(rt, receives, rx);
    wait_until_idle(rt);
    BOOST_TEST(spawn(other, [&tx] { return static_cast<int>(tx.send(7)); }).await().value() > 0);
    BOOST_TEST(task.await().value() == 7);
  }
  BOOST_TEST(*rx.receive().await() == 7);
}

BOOST_AUTO_TEST_CASE(many_receivers_on_several_workers_get_or_miss_each_item_in_order) {
  sweet::runtime busy{runtime_options{.workers = 4}};
  constexpr int senders = 4;
  constexpr int each = 1'000;
  auto [tx, rx] = broadcast<std::pair<int, int>>{16};
  // Items of one sender come in its order; gets and misses add up.
  const auto check = [](std::uint64_t& all, std::vector<int>& last, const auto& item) {
    all += 1 + item.missed;
    const auto [sender, number] = *item;
    auto& before = last[static_cast<std::size_t>(sender)];
    if (number <= before)
      throw std::logic_error{"out of order"};
    before = number;
  };
  std::vector<spawning_task<int>> receivers;
  for (int i = 0; i < 20; ++i)
    receivers.push_back(spawn(busy, [rx, check]() mutable -> async<int> {
      std::uint64_t all = 0;
      std::vector<int> last(senders, -1);
      while (const auto item = co_await rx.receive())
        check(all, last, item);
      co_return static_cast<int>(all);
    }));
  receivers.push_back(spawn(busy, [rx, check](task_context) mutable {
    std::uint64_t all = 0;
    std::vector<int> last(senders, -1);
    while (const auto item = rx.receive().await())
      check(all, last, item);
    return static_cast<int>(all);
  }));
  std::vector<std::thread> threads;
  for (int s = 0; s < senders; ++s)
    threads.emplace_back([tx, s]() mutable {
      for (int i = 0; i < each; ++i)
        tx.send({s, i});
    });
  tx = broadcast<std::pair<int, int>>{1}.sender;
  for (auto& t : threads)
    t.join();
  for (auto& task : receivers)
    BOOST_TEST(task.await().value() == senders * each);
}

BOOST_AUTO_TEST_SUITE_END()
