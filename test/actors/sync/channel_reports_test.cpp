// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Faults that were reported of channels in other libraries, each as a test that this one would fail
// if it had the fault. test/mutants/rules.toml puts them in.

#include <sweet/actors/sync/channel.hpp>
#include <sweet/actors/sync/completion.hpp>
#include <sweet/sweet.hpp>
#include <sweet/testing/runtime_fixture.hpp>

#include <chrono>
#include <cstddef>
#include <limits>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::runtime_fixture;
using sweet::testing::wait_until_idle;

namespace channel_reports_test {
namespace {

async<bool> sends(task_context, channel_sender<int> tx, int item) {
  co_return co_await tx.send(item);
}

/// -1: closed
async<int> receives(task_context, channel_receiver<int> rx) {
  const auto item = co_await rx.receive();
  co_return item.value_or(-1);
}

async<int> counts(task_context, channel_receiver<int> rx) {
  int n = 0;
  while (co_await rx.receive())
    ++n;
  co_return n;
}

} // namespace
} // namespace channel_reports_test

BOOST_FIXTURE_TEST_SUITE(channel_reports_test, runtime_fixture)

// -- room, and permits --------------------------------------------------------------------------

// https://github.com/tokio-rs/tokio/pull/8075 "Notify receivers in mpsc channel
// `OwnedPermit::release()` method": a permit that was given back after the channel had been closed
// did not wake the receiver. https://github.com/tokio-rs/tokio/pull/2854 had mended the same for
// permits that are dropped.
BOOST_AUTO_TEST_CASE(tokio_8075_the_last_permit_that_is_given_back_ends_a_receiver) {
  auto [tx, rx] = channel<int>{2};
  auto one = tx.try_reserve();
  auto other = tx.try_reserve();
  rx.close();
  auto receiver = spawn(rt, receives, rx);
  one = {};
  wait_until_idle(rt);
  BOOST_TEST(!receiver.is_done());
  other = {};
  wait_until_idle(rt);
  BOOST_REQUIRE(receiver.is_done());
  BOOST_TEST(receiver.await().value() == -1);
}

// https://github.com/tokio-rs/tokio/pull/8260 "sync: wake mpsc receiver when a queued
// `reserve[_many]` returns permits": the same when the permits came back from a reservation that
// was cancelled.
BOOST_AUTO_TEST_CASE(tokio_8260_a_reservation_that_is_stopped_ends_a_receiver) {
  auto [tx, rx] = channel<int>{1};
  tx.try_send(7);
  auto reserves = spawn(rt, [tx](task_context ctx) mutable -> async<void> {
    const auto room = co_await tx.reserve();
    co_await ctx.sleep_for(1h);
  });
  wait_until_idle(rt);
  auto receiver = spawn(rt, counts, rx);
  wait_until_idle(rt);
  rx.close();
  wait_until_idle(rt);
  BOOST_TEST(!receiver.is_done());
  reserves.cancel();
  wait_until_idle(rt);
  BOOST_REQUIRE(receiver.is_done());
  BOOST_TEST(receiver.await().value() == 1);
}

// https://github.com/tokio-rs/tokio/issues/7714 "Value sent through `mpsc::Permit` should be
// immediately dropped when receiver is already closed": it lay in the channel until the last sender
// had gone, and who waited for its destruction waited for ever.
BOOST_AUTO_TEST_CASE(tokio_7714_what_a_permit_sends_to_nobody_is_destroyed_at_once) {
  const auto item = std::make_shared<int>(1);
  auto [tx, rx] = channel<std::shared_ptr<int>>{1};
  auto room = tx.try_reserve();
  rx = {};
  BOOST_TEST(!room.send(item));
  BOOST_TEST(item.use_count() == 1);
}

// https://github.com/tokio-rs/tokio/pull/904 "sync: fix mpsc/sempahore when releasing permits": a
// sender that was dropped while it waited for room took that room with it.
BOOST_AUTO_TEST_CASE(tokio_904_a_sender_that_is_stopped_in_line_takes_no_room) {
  auto [tx, rx] = channel<int>{1};
  tx.try_send(0);
  auto first = spawn(rt, sends, tx, 1);
  wait_until_idle(rt);
  auto second = spawn(rt, sends, tx, 2);
  wait_until_idle(rt);
  first.cancel();
  wait_until_idle(rt);
  BOOST_TEST(rx.try_receive().value() == 0);
  wait_until_idle(rt);
  BOOST_REQUIRE(second.is_done());
  BOOST_TEST(second.await().value());
  BOOST_TEST(rx.try_receive().value() == 2);
}

// https://github.com/tokio-rs/tokio/issues/7709 "Holding an OwnedPermit for mpsc deadlocks other
// senders, even when there are more free slots than permits".
BOOST_AUTO_TEST_CASE(tokio_7709_a_permit_takes_room_for_one_item) {
  auto [tx, rx] = channel<int>{3};
  auto room = tx.try_reserve();
  auto senders = std::vector{spawn(rt, sends, tx, 1), spawn(rt, sends, tx, 1)};
  wait_until_idle(rt);
  for (auto& sender : senders)
    BOOST_TEST(sender.is_done());
  auto third = spawn(rt, sends, tx, 1);
  wait_until_idle(rt);
  BOOST_TEST(!third.is_done());
  rx.try_receive();
  wait_until_idle(rt);
  BOOST_TEST(third.is_done());
  BOOST_TEST(room.send(1));
  BOOST_TEST(rx.size() == 3u);
}

// https://github.com/agronholm/anyio/issues/143 "Object stream send is blocked after
// receive_nowait".
BOOST_AUTO_TEST_CASE(anyio_143_a_receive_that_does_not_wait_lets_a_sender_in) {
  auto [tx, rx] = channel<int>{1};
  tx.try_send(0);
  auto sender = spawn(rt, sends, tx, 1);
  wait_until_idle(rt);
  BOOST_TEST(rx.try_receive().value() == 0);
  wait_until_idle(rt);
  BOOST_TEST(sender.is_done());
  BOOST_TEST(rx.size() == 1u);
}

// https://github.com/crossbeam-rs/crossbeam/issues/1300 "`bounded(usize::MAX)` panics due to
// unchecked integer overflow in bounded channel initialization".
BOOST_AUTO_TEST_CASE(crossbeam_1300_the_largest_capacity_is_one) {
  constexpr auto largest = std::numeric_limits<std::size_t>::max();
  auto [tx, rx] = channel<int>{largest};
  for (int i = 0; i < 100; ++i)
    BOOST_TEST((tx.try_send(i) == send_status::sent));
  std::vector<int> all;
  BOOST_TEST(rx.receive_many(all, largest).await() == 100u);
  BOOST_TEST(rx.capacity() == largest);
}

// https://github.com/tokio-rs/tokio/issues/6602 "Every 32 messages `is_empty()` on `Receiver` and
// `UnboundedReceiver` returns `false` even though len == 0".
BOOST_AUTO_TEST_CASE(tokio_6602_the_size_counts_items_wherever_the_queue_begins) {
  auto [tx, rx] = channel<int>{33};
  const auto room = tx.try_reserve();
  for (int i = 0; i < 300; ++i) {
    BOOST_TEST(rx.size() == 0u);
    BOOST_TEST(!rx.try_receive());
    tx.try_send(i);
    BOOST_TEST(tx.size() == 1u);
    BOOST_TEST(rx.try_receive().value() == i);
  }
}

// https://github.com/tokio-rs/tokio/pull/6010 "Add recv_many for mpsc channels" discusses what a
// limit of 0 means; "the function immediately returns `0`" is what came of it,
// https://docs.rs/tokio/latest/tokio/sync/mpsc/struct.Receiver.html#method.recv_many. Here it took
// all that was there.
BOOST_AUTO_TEST_CASE(tokio_6010_to_receive_no_items_takes_none) {
  auto [tx, rx] = channel<int>{4};
  std::vector<int> all;
  for (int i = 0; i < 3; ++i)
    tx.try_send(i);
  BOOST_TEST(rx.receive_many(all, 0).await() == 0u);
  BOOST_TEST(all.empty());
  BOOST_REQUIRE(rx.size() == 3u);
  BOOST_TEST(rx.receive_many(all, 3).await() == 3u);
  BOOST_TEST(rx.receive_many(all, 0).await() == 0u); // does not wait
}

// -- ends that go -------------------------------------------------------------------------------

// https://github.com/crossbeam-rs/crossbeam/issues/1102 "Potential deadlock and resource leak when
// `Receiver` is dropped in `crossbeam_channel`'s bounded channel": requests that nobody would
// answer lay there with their responders, and their callers waited.
// https://github.com/rust-lang/rust/issues/107466 is the same in the standard library of Rust.
BOOST_AUTO_TEST_CASE(crossbeam_1102_callers_hear_that_the_last_receiver_has_gone) {
  auto [set, answer] = completion<int>{};
  auto [tx, rx] = channel<completion_setter<int>>{1};
  BOOST_TEST((tx.try_send(std::move(set)) == send_status::sent));
  auto caller = spawn(rt, [own = std::move(answer)]() mutable -> async<bool> {
    co_return (co_await own.get()).error().code() == error_code::unreachable;
  });
  wait_until_idle(rt);
  BOOST_TEST(!caller.is_done());
  rx = {};
  wait_until_idle(rt);
  BOOST_REQUIRE(caller.is_done());
  BOOST_TEST(caller.await().value());
}

// https://github.com/rust-lang/futures-rs/issues/264 "mpsc::Sender hangs forever": a sender that
// waited when the receiver went.
BOOST_AUTO_TEST_CASE(futures_264_senders_that_wait_hear_that_the_last_receiver_has_gone) {
  auto [tx, rx] = channel<int>{1};
  tx.try_send(0);
  auto coroutine = spawn(rt, sends, tx, 1);
  auto callable = spawn(rt, [tx](task_context) mutable { return tx.send(2).await(); });
  wait_until_idle(rt);
  rx = {};
  wait_until_idle(rt);
  BOOST_REQUIRE(coroutine.is_done());
  BOOST_REQUIRE(callable.is_done());
  BOOST_TEST(!coroutine.await().value());
  BOOST_TEST(!callable.await().value());
}

// https://github.com/rust-lang/futures-rs/issues/909 "Race condition in futures::sync::mpsc": what
// was sent while the receiver went was never destroyed as long as there was a sender.
BOOST_AUTO_TEST_CASE(futures_909_an_item_that_crosses_the_last_receiver_is_destroyed) {
  for (int i = 0; i < 200; ++i) {
    const auto item = std::make_shared<int>(i);
    auto [tx, rx] = channel<std::shared_ptr<int>>{1};
    std::thread other{[own = std::move(rx)]() mutable { own = {}; }};
    tx.try_send(item);
    other.join();
    BOOST_REQUIRE(item.use_count() == 1);
    BOOST_REQUIRE((tx.try_send(item) == send_status::closed));
  }
}

// What https://github.com/realm/realm-core/pull/7602 "Fix a race condition in Promise" is about:
// who was woken destroys what another thread still uses. ThreadSanitizer sees it.
BOOST_AUTO_TEST_CASE(realm_7602_who_gets_an_item_may_destroy_the_channel) {
  for (int i = 0; i < 500; ++i) {
    auto ch = std::make_unique<channel<int>>(1);
    std::thread other{[&tx = ch->sender, i] { tx.try_send(i); }};
    BOOST_REQUIRE(ch->receiver.receive().await().value() == i);
    ch.reset();
    other.join();
  }
}

// https://github.com/chriskohlhoff/asio/issues/1318 "Why channel::close() doesn't cancel
// async_send()?", and https://github.com/chriskohlhoff/asio/issues/1575 "Closing the concurrent
// channel does not cancel outstanding async operations".
BOOST_AUTO_TEST_CASE(asio_1318_closing_ends_all_senders_that_wait) {
  auto [tx, rx] = channel<int>{1};
  tx.try_send(0);
  std::vector<spawning_task<bool>> senders;
  for (int i = 0; i < 50; ++i)
    senders.push_back(spawn(rt, sends, tx, i));
  wait_until_idle(rt);
  tx.close();
  wait_until_idle(rt);
  for (auto& sender : senders) {
    BOOST_REQUIRE(sender.is_done());
    BOOST_TEST(!sender.await().value());
  }
  BOOST_TEST(rx.try_receive().value() == 0);
  BOOST_TEST(!rx.try_receive());
}

BOOST_AUTO_TEST_SUITE_END()
