// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Faults that were reported of select in other libraries, each as a test that this one would fail
// if it had the fault. test/mutants/rules.toml puts them in.

#include <sweet/actors/sync/channel.hpp>
#include <sweet/actors/sync/select.hpp>
#include <sweet/sweet.hpp>
#include <sweet/testing/for_each_seed.hpp>
#include <sweet/testing/runtime_fixture.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <stdexcept>
#include <utility>
#include <variant>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::for_each_seed;
using sweet::testing::runtime_fixture;
using sweet::testing::simulation;
using sweet::testing::single_worker_fixture;
using sweet::testing::wait_until_idle;

namespace select_reports_test {
namespace {

async<bool> sends(task_context, channel_sender<int> tx, int item) {
  co_return co_await tx.send(item);
}

} // namespace
} // namespace select_reports_test

BOOST_FIXTURE_TEST_SUITE(select_reports_test, runtime_fixture)

// -- arms that lose -----------------------------------------------------------------------------

// https://github.com/fereidani/kanal/issues/50 "Non selected channel in select! lose sent value".
BOOST_FIXTURE_TEST_CASE(kanal_50_an_item_for_an_arm_that_loses_is_received_next,
                        single_worker_fixture) {
  auto [tx_a, a] = channel<int>{1};
  auto [tx_b, b] = channel<int>{1};
  auto task = spawn(rt, [a, b]() mutable -> async<int> {
    int sum = 0;
    for (int i = 0; i < 2; ++i) {
      const auto what = co_await select(a.receive(), b.receive());
      sum += what.index() == 0 ? std::get<0>(what).value() : std::get<1>(what).value();
    }
    co_return sum;
  });
  wait_until_idle(rt);
  // The only worker is busy: both are there before the task runs.
  spawn(rt, [tx_a, tx_b]() mutable {
    tx_b.try_send(10);
    tx_a.try_send(1);
  }).await();
  wait_until_idle(rt);
  BOOST_REQUIRE(task.is_done());
  BOOST_TEST(task.await().value() == 11);
}

// https://github.com/chriskohlhoff/asio/issues/1041 "problems when cancel channel.async_receive":
// an item that came when the timer expired was gone.
// https://github.com/Kotlin/kotlinx.coroutines/issues/1355 "withTimeoutOrNull and channel
// send/receive" suspects the same.
BOOST_AUTO_TEST_CASE(asio_1041_an_item_that_comes_with_the_timer_is_not_lost) {
  for_each_seed(50, [](simulation& sim) {
    sim.run([](task_context ctx) -> async<void> {
      auto [tx, rx] = channel<int>{1};
      auto sender = ctx.spawn(
          [](task_context own, channel_sender<int> out) -> async<void> {
            co_await own.sleep_for(1ms);
            co_await out.send(7);
          },
          tx);
      const auto what = co_await select(rx.receive(), ctx.sleep_for(1ms));
      co_await sender;
      const auto late = rx.try_receive();
      if ((what.index() == 0) == late.has_value())
        throw std::logic_error{"the item is lost, or there twice"};
    });
  });
}

// https://github.com/crossbeam-rs/crossbeam-channel/issues/107 "Behavior of send(..) in select":
// what is not selected is not sent.
BOOST_FIXTURE_TEST_CASE(crossbeam_channel_107_a_send_that_loses_sends_nothing,
                        single_worker_fixture) {
  auto [tx, rx] = channel<int>{1};
  auto [tx_go, go] = channel<int>{1};
  tx.try_send(0);
  auto task = spawn(rt, [tx, go]() mutable -> async<std::size_t> {
    co_return (co_await select(tx.send(1), go.receive())).index();
  });
  wait_until_idle(rt);
  // The only worker is busy: there is room before the task has left the line for it.
  spawn(rt, [rx, tx_go]() mutable {
    tx_go.try_send(0);
    rx.try_receive();
  }).await();
  wait_until_idle(rt);
  BOOST_TEST(task.await().value() == 1u);
  BOOST_TEST(rx.size() == 0u);
}

// https://github.com/Kotlin/kotlinx.coroutines/pull/1592 "Fix race in channel select/cancel": a
// sender that was cancelled while the other side selected left the channel in disorder.
BOOST_AUTO_TEST_CASE(kotlin_1592_a_channel_is_whole_after_a_sender_was_cancelled_in_a_select) {
  for_each_seed(100, [](simulation& sim) {
    sim.run(
        [](task_context ctx, simulation& seed) -> async<void> {
          auto [tx, rx] = channel<int>{1};
          tx.try_send(0);
          auto sender =
              async_task::to<bool>(ctx).on_child_failure(child_failure::collect).run(sends, tx, 1);
          co_await ctx.sleep_for(1ms);
          if (seed.choose(2) == 0)
            sender.cancel();
          co_await ctx.sleep_for(std::chrono::milliseconds(seed.choose(2)));
          const auto first = co_await select(rx.receive(), ctx.sleep_for(1h));
          if (seed.choose(2) == 0)
            sender.cancel();
          const bool is_sent = (co_await sender.result()).unwrap_or(false);
          if (first.index() != 0 || rx.size() != (is_sent ? 1u : 0u))
            throw std::logic_error{"the items do not add up"};
          rx.try_receive();
          if (tx.try_send(2) != send_status::sent || tx.try_send(3) != send_status::full)
            throw std::logic_error{"the room does not add up"};
        },
        std::ref(sim));
  });
}

// -- what is there ------------------------------------------------------------------------------

// https://github.com/Kotlin/kotlinx.coroutines/issues/1584 "ReceiveChannel.onReceiveOrClosed throws
// when selecting on already-closed channel".
BOOST_AUTO_TEST_CASE(kotlin_1584_a_channel_that_has_been_closed_ends_a_select) {
  auto [tx, rx] = channel<int>{1};
  auto [tx_other, other] = channel<int>{1};
  tx.close();
  auto task = spawn(rt, [rx, other]() mutable -> async<bool> {
    const auto what = co_await select(other.receive(), rx.receive());
    co_return what.index() == 1 && !std::get<1>(what);
  });
  wait_until_idle(rt);
  BOOST_REQUIRE(task.is_done());
  BOOST_TEST(task.await().value());
}

// https://github.com/Kotlin/kotlinx.coroutines/issues/1411 "StackOverflowError when trying to
// select onSend and onReceive on the same channel".
BOOST_AUTO_TEST_CASE(kotlin_1411_a_select_does_not_meet_itself) {
  auto [tx, rx] = channel<int>{1};
  auto task = spawn(rt, [tx, rx]() mutable -> async<std::size_t> {
    co_return (co_await select(rx.receive(), tx.send(42))).index();
  });
  wait_until_idle(rt);
  BOOST_REQUIRE(task.is_done());
  BOOST_TEST(task.await().value() == 1u);
  BOOST_TEST(rx.try_receive().value() == 42);
}

// https://github.com/BurntSushi/chan/issues/20 "Deadlock with select-send and select-recv".
BOOST_AUTO_TEST_CASE(chan_20_two_selects_meet) {
  auto [tx, rx] = channel<int>{1};
  auto [tx_other, other] = channel<int>{1};
  tx_other.try_send(0);
  auto receiver = spawn(rt, [rx](task_context ctx) mutable -> async<int> {
    const auto what = co_await select(rx.receive(), ctx.sleep_for(1h));
    co_return what.index() == 0 ? std::get<0>(what).value() : -1;
  });
  wait_until_idle(rt);
  auto sender = spawn(rt, [tx, tx_other]() mutable -> async<std::size_t> {
    co_return (co_await select(tx_other.send(1), tx.send(7))).index();
  });
  wait_until_idle(rt);
  BOOST_REQUIRE(sender.is_done());
  BOOST_REQUIRE(receiver.is_done());
  BOOST_TEST(sender.await().value() == 1u);
  BOOST_TEST(receiver.await().value() == 7);
}

BOOST_AUTO_TEST_SUITE_END()
