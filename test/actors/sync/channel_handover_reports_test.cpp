// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Faults that were reported of channels in other libraries: items that were lost between the sender
// and a receiver. See channel_reports_test.

#include <sweet/actors/sync/channel.hpp>
#include <sweet/actors/sync/select.hpp>
#include <sweet/sweet.hpp>
#include <sweet/testing/failing_allocations.hpp>
#include <sweet/testing/for_each_seed.hpp>
#include <sweet/testing/runtime_fixture.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <new>
#include <set>
#include <stdexcept>
#include <utility>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::failing_allocations;
using sweet::testing::for_each_seed;
using sweet::testing::runtime_fixture;
using sweet::testing::simulation;
using sweet::testing::single_worker_fixture;
using sweet::testing::wait_until_idle;

namespace channel_handover_reports_test {
namespace {

/// -1: closed
async<int> receives(task_context, channel_receiver<int> rx) {
  const auto item = co_await rx.receive();
  co_return item.value_or(-1);
}

/// Receives until the channel is closed, and waits no longer than a millisecond at a time.
async<int> counts_impatiently(task_context ctx, channel_receiver<int> rx) {
  for (int n = 0;;) {
    const auto what = co_await select(rx.receive(), ctx.sleep_for(1ms));
    if (what.index() == 1)
      continue;
    if (!std::get<0>(what))
      co_return n;
    ++n;
  }
}

/// Takes something out of a pool for a while, if that can be had soon.
async<void> borrows(task_context ctx, simulation& sim, channel<int> pool) {
  for (int n = 0; n < 5; ++n) {
    const auto patience = std::chrono::milliseconds(sim.choose(2));
    const auto what = co_await select(pool.receiver.receive(), ctx.sleep_for(patience));
    if (what.index() == 1)
      continue;
    co_await ctx.sleep_for(std::chrono::milliseconds(sim.choose(2)));
    if (!co_await pool.sender.send(std::get<0>(what).value()))
      throw std::logic_error{"the pool is closed"};
  }
}

} // namespace
} // namespace channel_handover_reports_test

BOOST_FIXTURE_TEST_SUITE(channel_handover_reports_test, runtime_fixture)

// -- waits that end early -----------------------------------------------------------------------

// https://github.com/agronholm/anyio/issues/146 "Object stream randomly drops items": an item that
// came while the receiver's time ran out went to nobody.
BOOST_AUTO_TEST_CASE(anyio_146_an_item_that_comes_when_time_runs_out_is_received_later) {
  for_each_seed(50, [](simulation& sim) {
    sim.run(
        [](task_context ctx, simulation& seed) -> async<void> {
          channel<int> ch{1};
          auto receiver = ctx.spawn(counts_impatiently, std::exchange(ch.receiver, {}));
          for (int i = 0; i < 10; ++i) {
            co_await ctx.sleep_for(std::chrono::milliseconds(seed.choose(3)));
            co_await ch.sender.send(i);
          }
          ch.sender = {};
          if (co_await receiver != 10)
            throw std::logic_error{"an item is lost"};
        },
        std::ref(sim));
  });
}

// https://github.com/dotnet/runtime/issues/37671 "BoundedChannel with FullMode=Wait "randomly"
// looses items": a pool of objects ran dry because reads were cancelled.
BOOST_AUTO_TEST_CASE(dotnet_37671_a_pool_keeps_its_objects_though_waits_for_them_end_early) {
  for_each_seed(50, [](simulation& sim) {
    sim.run(
        [](task_context ctx, simulation& seed) -> async<void> {
          channel<int> pool{4};
          for (int i = 0; i < 4; ++i)
            pool.sender.try_send(i);
          std::vector<child_task<void>> borrowers;
          for (int i = 0; i < 8; ++i)
            borrowers.push_back(ctx.spawn(borrows, std::ref(seed), pool));
          for (auto& borrower : borrowers)
            co_await borrower;
          std::set<int> left;
          while (const auto object = pool.receiver.try_receive())
            left.insert(*object);
          if (left != std::set{0, 1, 2, 3})
            throw std::logic_error{"an object is lost"};
        },
        std::ref(sim));
  });
}

// https://github.com/n0-computer/iroh/pull/2536 "fix(iroh): get rid of flume channels": the wake-up
// for an item went to a receiver that had been cancelled by a select; the item lay in the channel,
// and the receiver behind waited on.
BOOST_FIXTURE_TEST_CASE(flume_iroh_2536_a_receiver_behind_one_that_has_lost_gets_the_item,
                        single_worker_fixture) {
  auto [tx, rx] = channel<int>{1};
  auto [tx_go, go] = channel<int>{1};
  auto loses = spawn(rt, [rx, go]() mutable -> async<std::size_t> {
    co_return (co_await select(rx.receive(), go.receive())).index();
  });
  wait_until_idle(rt);
  auto behind = spawn(rt, receives, rx);
  wait_until_idle(rt);
  // The only worker is busy: the one that has lost cannot leave its line between.
  spawn(rt, [tx, tx_go]() mutable {
    tx_go.try_send(0);
    tx.try_send(7);
  }).await();
  wait_until_idle(rt);
  BOOST_TEST(loses.await().value() == 1u);
  BOOST_REQUIRE(behind.is_done());
  BOOST_TEST(behind.await().value() == 7);
}

// https://github.com/jeikabu/runng/issues/65 "Canceling an async receive drops messages": the item
// went to a wait that was over. In https://github.com/chriskohlhoff/asio/issues/1241
// "asio::experimental::channel: try_send immediately after cancel always fails" it was refused.
BOOST_FIXTURE_TEST_CASE(runng_65_an_item_for_a_wait_that_is_over_stays, single_worker_fixture) {
  auto [tx, rx] = channel<int>{1};
  auto [tx_go, go] = channel<int>{1};
  auto loses = spawn(rt, [rx, go]() mutable -> async<std::size_t> {
    co_return (co_await select(rx.receive(), go.receive())).index();
  });
  wait_until_idle(rt);
  // The only worker is busy, see above.
  const auto status = spawn(rt, [tx, tx_go]() mutable {
                        tx_go.try_send(0);
                        return tx.try_send(7);
                      }).await();
  BOOST_TEST((status.value() == send_status::sent));
  BOOST_TEST(loses.await().value() == 1u);
  BOOST_REQUIRE(rx.size() == 1u);
  BOOST_TEST(rx.try_receive().value() == 7);
}

// https://github.com/zesterer/flume/issues/120 "Race condition in the async code when sender drops
// too quickly": the receiver saw that the sender had gone, and not the item that it had sent.
BOOST_FIXTURE_TEST_CASE(flume_120_an_item_comes_before_the_end_that_follows_it,
                        single_worker_fixture) {
  auto [tx, rx] = channel<int>{1};
  {
    auto last = std::move(tx);
    last.try_send(1);
  }
  auto receiver = spawn(rt, receives, rx);
  wait_until_idle(rt);
  BOOST_TEST(receiver.await().value() == 1);
}

// https://github.com/moonbitlang/async/pull/377 "docs(aqueue): add README.mbt.md with verified
// examples" mends it: a reader that had been given a value found the queue closed when it ran, and
// the value was lost.
BOOST_FIXTURE_TEST_CASE(moonbit_377_what_was_handed_over_is_received_though_the_channel_closes,
                        single_worker_fixture) {
  auto [tx, rx] = channel<int>{1};
  auto receiver = spawn(rt, receives, rx);
  wait_until_idle(rt);
  // The only worker is busy: the receiver cannot run between.
  spawn(rt, [tx]() mutable {
    tx.try_send(1);
    tx.close();
  }).await();
  BOOST_TEST(receiver.await().value() == 1);
}

// https://github.com/dotnet/runtime/issues/80057 "(Bounded)Channel Leaks memory on streams with few
// writes and many cancelled reads.": each left something in the channel until the next write.
BOOST_FIXTURE_TEST_CASE(dotnet_80057_waits_that_end_early_leave_nothing_behind,
                        single_worker_fixture) {
  auto [tx, rx] = channel<int>{1};
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

BOOST_AUTO_TEST_SUITE_END()
