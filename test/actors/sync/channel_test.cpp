// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/sweet.hpp>
#include <sweet/testing/at_end.hpp>
#include <sweet/testing/runtime_fixture.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

using namespace sweet;
using sweet::testing::runtime_fixture;
using sweet::testing::wait_until_idle;

namespace channel_test {
namespace {

async<bool> sends(task_context, channel_sender<int> tx, int item) {
  co_return co_await tx.send(item);
}

async<int> sends_all(task_context, channel_sender<int> tx, int first, int n) {
  for (int i = 0; i < n; ++i)
    if (!co_await tx.send(first + i))
      co_return i;
  co_return n;
}

/// -1: closed
async<int> receives(task_context, channel_receiver<int> rx) {
  const auto item = co_await rx.receive();
  co_return item.value_or(-1);
}

async<std::vector<int>> receives_all(task_context, channel_receiver<int> rx) {
  std::vector<int> all;
  while (const auto item = co_await rx.receive())
    all.push_back(*item);
  co_return all;
}

std::vector<int> from_zero(int n) {
  std::vector<int> all(static_cast<std::size_t>(n));
  std::iota(all.begin(), all.end(), 0);
  return all;
}

void sends_in_all_ways(channel_sender<int>& tx, int first, int n) {
  for (int item = first; item < first + n; ++item)
    switch (item % 4) {
      case 0: tx.send(item).await(); break;
      case 1: tx.reserve().await().send(item); break;
      case 2:
        while (tx.try_send(item) != send_status::sent)
          std::this_thread::yield();
        break;
      default: {
        static_cast<void>(tx.try_reserve()); // gives room back
        tx.reserve().await().send(item);
      }
    }
}

} // namespace
} // namespace channel_test

BOOST_FIXTURE_TEST_SUITE(channel_test, runtime_fixture)

// -- sending and receiving ----------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(items_come_in_the_order_in_which_they_were_sent) {
  for (const std::size_t room : {1u, 2u, 7u, 1000u}) {
    auto [tx, rx] = channel<int>{room};
    auto sender = spawn(rt, sends_all, std::move(tx), 0, 500);
    auto receiver = spawn(rt, receives_all, std::move(rx));
    BOOST_TEST(sender.await().value() == 500);
    BOOST_TEST(receiver.await().value() == from_zero(500));
  }
}

BOOST_AUTO_TEST_CASE(a_channel_without_room_is_refused) {
  BOOST_CHECK_THROW(channel<int>{0}, std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(who_sends_waits_while_the_channel_is_full) {
  auto [tx, rx] = channel<int>{2};
  auto sender = spawn(rt, sends_all, tx, 0, 3);
  wait_until_idle(rt);
  BOOST_TEST(!sender.is_done());
  BOOST_TEST(rx.size() == 2u);
  BOOST_TEST(rx.capacity() == 2u);
  BOOST_TEST(rx.try_receive().value() == 0);
  BOOST_TEST(sender.await().value() == 3);
  BOOST_TEST(tx.size() == 2u);
}

// tokio::sync::mpsc::Sender::send, "Cancel safety",
// https://docs.rs/tokio/latest/tokio/sync/mpsc/struct.Sender.html#method.send: calls to send and
// reserve complete in the order in which they were requested.
BOOST_AUTO_TEST_CASE(senders_get_room_in_the_order_in_which_they_came) {
  auto [tx, rx] = channel<int>{1};
  tx.try_send(-1);
  std::vector<spawning_task<bool>> senders;
  for (int i = 0; i < 5; ++i) {
    senders.push_back(spawn(rt, sends, tx, i));
    wait_until_idle(rt);
  }
  for (int i = -1; i < 5; ++i)
    BOOST_TEST(rx.try_receive().value() == i);
  BOOST_TEST(!rx.try_receive());
  for (auto& s : senders)
    BOOST_TEST(s.await().value());
}

BOOST_AUTO_TEST_CASE(receivers_get_items_in_the_order_in_which_they_came) {
  auto [tx, rx] = channel<int>{1};
  std::vector<spawning_task<int>> receivers;
  for (int i = 0; i < 5; ++i) {
    receivers.push_back(spawn(rt, receives, rx));
    wait_until_idle(rt);
  }
  for (int i = 0; i < 5; ++i)
    BOOST_TEST((tx.try_send(i) == send_status::sent));
  for (int i = 0; i < 5; ++i)
    BOOST_TEST(receivers[static_cast<std::size_t>(i)].await().value() == i);
  BOOST_TEST(rx.size() == 0u);
}

BOOST_AUTO_TEST_CASE(each_item_goes_to_one_of_many_receivers) {
  constexpr int senders = 20;
  constexpr int each = 500;
  auto [tx, rx] = channel<int>{16};
  std::vector<spawning_task<std::vector<int>>> receivers;
  for (int i = 0; i < 10; ++i)
    receivers.push_back(spawn(rt, receives_all, rx));
  for (int i = 0; i < senders; ++i)
    static_cast<void>(rt.spawn(sends_all, tx, i * each, each));
  tx = {};
  std::vector<int> all;
  for (auto& r : receivers) {
    const auto received = r.await();
    all.insert(all.end(), received.value().begin(), received.value().end());
  }
  std::sort(all.begin(), all.end());
  BOOST_TEST(all == from_zero(senders * each));
}

// Ends meet in all the ways there are: room and items that are known, looked for and waited for.
BOOST_AUTO_TEST_CASE(threads_that_send_in_all_ways_lose_nothing) {
  constexpr int senders = 3;
  constexpr int each = 2'000;
  for (const std::size_t room : {1u, 3u, 64u}) {
    auto [tx, rx] = channel<int>{room};
    std::vector<std::jthread> threads;
    for (int s = 0; s < senders; ++s)
      threads.emplace_back(
          [to = tx, first = s * each]() mutable { sends_in_all_ways(to, first, each); });
    std::vector<std::vector<int>> received(3);
    threads.emplace_back([from = rx, &all = received[0]]() mutable {
      while (from.receive_many(all, 5).await() != 0)
        continue;
    });
    threads.emplace_back([from = rx, &all = received[1]]() mutable {
      while (!from.is_closed() || from.size() != 0)
        if (const auto item = from.try_receive())
          all.push_back(*item);
        else
          std::this_thread::yield();
    });
    threads.emplace_back([from = rx, &all = received[2]]() mutable {
      for (const int item : from)
        all.push_back(item);
    });
    tx = {};
    threads.clear();
    std::vector<int> all;
    for (const auto& some : received)
      all.insert(all.end(), some.begin(), some.end());
    std::sort(all.begin(), all.end());
    BOOST_TEST(all == from_zero(senders * each));
  }
}

BOOST_AUTO_TEST_CASE(items_are_moved) {
  auto [tx, rx] = channel<std::unique_ptr<int>>{2};
  auto task = spawn(rt, [out = std::move(tx)](task_context) mutable -> async<bool> {
    co_return co_await out.send(std::make_unique<int>(7));
  });
  BOOST_TEST(task.await().value());
  BOOST_TEST(*rx.try_receive().value() == 7);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_sent_at_once_stays_with_the_caller) {
  auto [tx, rx] = channel<std::unique_ptr<int>>{1};
  auto item = std::make_unique<int>(1);
  BOOST_TEST((tx.try_send(std::move(item)) == send_status::sent));
  BOOST_TEST(item == nullptr);
  item = std::make_unique<int>(2);
  BOOST_TEST((tx.try_send(std::move(item)) == send_status::full));
  BOOST_TEST(*item == 2);
  rx.close();
  BOOST_TEST((tx.try_send(std::move(item)) == send_status::closed));
  BOOST_TEST(*item == 2);
}

BOOST_AUTO_TEST_CASE(several_items_are_received_at_once) {
  auto [tx, rx] = channel<int>{100};
  auto task = spawn(rt, [rx]() mutable -> async<std::vector<std::size_t>> {
    std::vector<std::size_t> counts;
    std::vector<int> all;
    do
      counts.push_back(co_await rx.receive_many(all, 4));
    while (counts.back() != 0);
    if (all != from_zero(11))
      throw std::runtime_error{"not what was sent"};
    co_return counts;
  });
  wait_until_idle(rt);
  tx.try_send(0);
  wait_until_idle(rt);
  {
    // The receiver is not to run before all are there.
    auto sender = spawn(rt, [&tx]() {
      for (int i = 1; i < 11; ++i)
        tx.try_send(i);
      tx.close();
    });
    BOOST_TEST(sender.await().is_ok());
  }
  const auto counts = task.await().value();
  BOOST_TEST(counts.front() == 1u);
  BOOST_TEST(counts.back() == 0u);
  BOOST_TEST(std::accumulate(counts.begin(), counts.end(), std::size_t{0}) == 11u);
  for (const auto n : counts)
    BOOST_TEST(n <= 4u);
}

// -- closing ------------------------------------------------------------------------------------

// tokio::sync::mpsc, module documentation, "Disconnection": once all senders are dropped, recv()
// returns what is there, and then None.
BOOST_AUTO_TEST_CASE(when_the_last_sender_has_gone_the_rest_is_received) {
  auto [tx, rx] = channel<int>{4};
  {
    auto last = std::move(tx);
    auto one_more = last;
    last.try_send(1);
    one_more.try_send(2);
  }
  BOOST_TEST(rx.is_closed());
  BOOST_TEST(spawn(rt, receives_all, rx).await().value() == (std::vector{1, 2}));
}

BOOST_AUTO_TEST_CASE(receivers_that_wait_hear_that_the_last_sender_has_gone) {
  auto [tx, rx] = channel<int>{4};
  auto a = spawn(rt, receives, rx);
  auto b = spawn(rt, receives, rx);
  wait_until_idle(rt);
  tx = {};
  BOOST_TEST(a.await().value() == -1);
  BOOST_TEST(b.await().value() == -1);
}

// tokio::sync::mpsc, "Disconnection": when the receiver is dropped, sending fails, and what is in
// the channel is dropped.
BOOST_AUTO_TEST_CASE(when_the_last_receiver_has_gone_senders_go_on_and_items_are_destroyed) {
  auto [tx, rx] = channel<std::shared_ptr<int>>{1};
  auto item = std::make_shared<int>(1);
  tx.try_send(item);
  auto sender = spawn(
      rt, [tx, item]() mutable -> async<bool> { co_return co_await tx.send(std::move(item)); });
  wait_until_idle(rt);
  BOOST_TEST(item.use_count() == 3);
  rx = {};
  BOOST_TEST(!sender.await().value());
  BOOST_TEST(tx.is_closed());
  BOOST_TEST(item.use_count() == 1);
}

// tokio::sync::mpsc::Receiver::close: no further values may be sent, those buffered can be
// received.
BOOST_AUTO_TEST_CASE(a_receiver_that_closes_gets_what_is_there) {
  auto [tx, rx] = channel<int>{1};
  tx.try_send(1);
  auto sender = spawn(rt, sends, tx, 2);
  wait_until_idle(rt);
  rx.close();
  rx.close();
  BOOST_TEST(!sender.await().value());
  BOOST_TEST(!spawn(rt, sends, tx, 3).await().value());
  BOOST_TEST(spawn(rt, receives_all, rx).await().value() == (std::vector{1}));
}

// -- permits ------------------------------------------------------------------------------------

// tokio::sync::mpsc::Sender::reserve: a permit takes room, and gives it back when it is dropped.
BOOST_AUTO_TEST_CASE(a_permit_takes_room_until_it_is_used_or_gone) {
  auto [tx, rx] = channel<int>{1};
  auto permit = tx.try_reserve();
  BOOST_TEST(!!permit);
  BOOST_TEST(!tx.try_reserve());
  BOOST_TEST((tx.try_send(1) == send_status::full));
  auto sender = spawn(rt, sends, tx, 2);
  wait_until_idle(rt);
  BOOST_TEST(!sender.is_done());
  permit = {};
  BOOST_TEST(!permit);
  BOOST_TEST(sender.await().value());
  BOOST_TEST(rx.try_receive().value() == 2);
}

BOOST_AUTO_TEST_CASE(a_permit_that_takes_another_one_over_gives_back_what_it_had) {
  auto [tx, rx] = channel<int>{1};
  auto [tx_other, other] = channel<int>{1};
  auto permit = tx.try_reserve();
  auto taken = tx_other.try_reserve();
  permit = std::move(taken);
  BOOST_TEST(!taken);
  BOOST_TEST((tx.try_send(1) == send_status::sent));
  BOOST_TEST(permit.send(2));
  BOOST_TEST(other.try_receive().value() == 2);
}

BOOST_AUTO_TEST_CASE(a_permit_is_waited_for_in_turn) {
  auto [tx, rx] = channel<int>{1};
  tx.try_send(0);
  auto reserves = spawn(rt, [tx]() mutable -> async<bool> {
    auto permit = co_await tx.reserve();
    co_return permit&& permit.send(1);
  });
  wait_until_idle(rt);
  auto sender = spawn(rt, sends, tx, 2);
  wait_until_idle(rt);
  for (int i = 0; i < 3; ++i) {
    BOOST_TEST(rx.try_receive().value() == i);
    wait_until_idle(rt);
  }
  BOOST_TEST(reserves.await().value());
  BOOST_TEST(sender.await().value());
}

// The item lies in no place then.
BOOST_AUTO_TEST_CASE(a_permit_that_sends_to_a_receiver_that_waits_lets_a_sender_in) {
  auto [tx, rx] = channel<int>{1};
  auto permit = tx.try_reserve();
  auto sender = spawn(rt, sends, tx, 2);
  auto receiver = spawn(rt, receives, rx);
  wait_until_idle(rt);
  BOOST_TEST(permit.send(1));
  BOOST_TEST(receiver.await().value() == 1);
  wait_until_idle(rt);
  BOOST_REQUIRE(sender.is_done());
  BOOST_TEST(sender.await().value());
  BOOST_TEST(rx.try_receive().value() == 2);
}

// tokio::sync::mpsc::Receiver::close: permits that are out can still send; recv() returns None only
// after that.
BOOST_AUTO_TEST_CASE(a_permit_can_be_used_after_the_channel_has_closed) {
  auto [tx, rx] = channel<int>{2};
  auto used = tx.try_reserve();
  auto unused = tx.try_reserve();
  rx.close();
  auto receiver = spawn(rt, receives_all, rx);
  wait_until_idle(rt);
  BOOST_TEST(!receiver.is_done());
  BOOST_TEST(used.send(1));
  wait_until_idle(rt);
  BOOST_TEST(!receiver.is_done());
  unused = {};
  BOOST_TEST(receiver.await().value() == (std::vector{1}));
}

BOOST_AUTO_TEST_CASE(a_permit_without_receivers_sends_nowhere) {
  auto [tx, rx] = channel<int>{1};
  auto permit = tx.try_reserve();
  rx = {};
  BOOST_TEST(!permit.send(1));
  BOOST_TEST(
      !spawn(rt, [&tx]() -> async<bool> { co_return !!co_await tx.reserve(); }).await().value());
}

// -- cancellation -------------------------------------------------------------------------------

// tokio::sync::mpsc::Receiver::recv, "Cancel safety": no item is received by a call that was
// dropped.
BOOST_AUTO_TEST_CASE(a_stopped_receiver_takes_nothing) {
  auto [tx, rx] = channel<int>{1};
  auto first = spawn(rt, receives, rx);
  wait_until_idle(rt);
  auto blocked =
      spawn(rt, [rx](task_context) mutable { return rx.receive().await().value_or(-1); });
  wait_until_idle(rt);
  auto last = spawn(rt, receives, rx);
  wait_until_idle(rt);
  first.cancel();
  blocked.cancel();
  BOOST_TEST((first.await().error().code() == error_code::cancelled));
  BOOST_TEST((blocked.await().error().code() == error_code::cancelled));
  tx.try_send(1);
  BOOST_TEST(last.await().value() == 1);
}

BOOST_AUTO_TEST_CASE(a_stopped_sender_sends_nothing) {
  auto [tx, rx] = channel<int>{1};
  tx.try_send(0);
  auto first = spawn(rt, sends, tx, 1);
  wait_until_idle(rt);
  auto blocked = spawn(rt, [tx](task_context) mutable { return tx.send(2).await(); });
  wait_until_idle(rt);
  auto last = spawn(rt, sends, tx, 3);
  wait_until_idle(rt);
  first.cancel();
  blocked.cancel();
  BOOST_TEST((first.await().error().code() == error_code::cancelled));
  BOOST_TEST((blocked.await().error().code() == error_code::cancelled));
  BOOST_TEST(rx.try_receive().value() == 0);
  BOOST_TEST(last.await().value());
  BOOST_TEST(rx.try_receive().value() == 3);
  BOOST_TEST(!rx.try_receive());
}

BOOST_AUTO_TEST_CASE(a_coroutine_that_never_has_to_wait_hears_of_a_stop) {
  async_event started;
  auto task = spawn(rt, [&]() -> async<void> {
    channel<int> own{1};
    for (;; started.set()) {
      co_await own.sender.send(1);
      co_await own.receiver.receive();
    }
  });
  BOOST_TEST(spawn(rt, [&]() -> async<void> { co_await started; }).await().is_ok());
  task.cancel();
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
}

BOOST_AUTO_TEST_CASE(a_callable_that_never_has_to_wait_hears_of_a_stop) {
  async_event started;
  auto task = spawn(rt, [&](task_context) {
    channel<int> own{1};
    for (;; started.set()) {
      own.sender.send(1).await();
      own.receiver.receive().await();
    }
  });
  BOOST_TEST(spawn(rt, [&]() -> async<void> { co_await started; }).await().is_ok());
  task.cancel();
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
}

BOOST_AUTO_TEST_CASE(a_destructor_of_a_stopped_body_gets_what_is_there_and_waits_for_nothing) {
  auto [tx, rx] = channel<int>{1};
  std::vector<int> seen;
  auto task = spawn(rt, [tx, rx, &seen](task_context ctx) mutable -> async<void> {
    const sweet::testing::at_end empties{[&] {
      seen.push_back(tx.send(5).await());
      seen.push_back(tx.send(6).await());
      seen.push_back(rx.receive().await().value_or(-1));
      seen.push_back(rx.receive().await().value_or(-1));
    }};
    co_await ctx.sleep_for(std::chrono::hours{1});
  });
  wait_until_idle(rt);
  task.cancel();
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
  BOOST_TEST(seen == (std::vector{1, 0, 5, -1}));
}

// -- callables, threads, the end of a runtime ---------------------------------------------------

BOOST_AUTO_TEST_CASE(callables_and_threads_send_and_receive) {
  auto [tx, rx] = channel<int>{3};
  auto [back, result] = channel<int>{1};
  auto task = spawn(rt, [in = std::move(rx), out = std::move(back)](task_context) mutable {
    int sum = 0;
    for (const int& item : in)
      sum += item;
    return out.send(sum).await();
  });
  std::thread other{[out = std::move(tx)]() mutable {
    for (int i = 0; i < 1000; ++i)
      out.send(i).await();
  }};
  BOOST_TEST(result.receive().await().value() == 499'500);
  BOOST_TEST(task.await().value());
  other.join();
  BOOST_TEST(!result.receive().await());
}

BOOST_AUTO_TEST_CASE(a_channel_goes_on_after_its_runtime) {
  channel<int> between{4};
  {
    runtime first;
    BOOST_TEST(spawn(first, sends_all, between.sender, 0, 4).await().is_ok());
    // Told to stop by the end of its runtime.
    static_cast<void>(first.spawn(sends_all, between.sender, 100, 1));
  }
  BOOST_TEST(between.receiver.size() == 4u);
  runtime second;
  auto receiver = spawn(second, receives_all, between.receiver);
  between.sender.close();
  BOOST_TEST(receiver.await().value() == from_zero(4));
}

BOOST_AUTO_TEST_CASE(a_callback_must_not_wait_for_a_channel) {
  auto [tx, rx] = channel<int>{1};
  std::atomic<bool> refused{false};
  auto task = spawn(rt, [&, rx](task_context ctx) mutable -> async<void> {
    const std::stop_callback callback{ctx.stop_token(), [&] {
                                        try {
                                          rx.receive().await();
                                        } catch (const task_failure& e) {
                                          refused = e.error().code() == error_code::invalid_state;
                                        }
                                      }};
    co_await ctx.sleep_for(std::chrono::hours{1});
  });
  wait_until_idle(rt);
  task.cancel();
  BOOST_TEST(!task.await().is_ok());
  BOOST_TEST(refused);
}

BOOST_AUTO_TEST_CASE(ends_of_no_channel_are_as_those_of_a_closed_one) {
  auto ended = rt.spawn([](task_context) -> async<bool> {
    channel_sender<std::string> tx;
    channel_receiver<std::string> rx;
    std::vector<std::string> all;
    const auto sent = co_await tx.send("lost");
    const auto permit = co_await tx.reserve();
    const auto item = co_await rx.receive();
    const auto many = co_await rx.receive_many(all, 3);
    co_return !sent && !permit && !item && many == 0;
  });
  BOOST_TEST(ended.await().value());
  auto [tx, rx] = channel<int>{2};
  const auto kept_tx = std::move(tx);
  const auto kept_rx = std::move(rx);
  BOOST_TEST((tx.try_send(1) == send_status::closed));
  BOOST_TEST(!tx.try_reserve());
  BOOST_TEST(!rx.try_receive());
  BOOST_TEST(tx.is_closed());
  BOOST_TEST(rx.is_closed());
  BOOST_TEST(rx.size() == 0u);
  tx.close();
  rx.close();
  BOOST_TEST(!kept_tx.is_closed());
  channel_permit<int> none;
  BOOST_TEST(!none.send(1));
}

BOOST_AUTO_TEST_SUITE_END()
