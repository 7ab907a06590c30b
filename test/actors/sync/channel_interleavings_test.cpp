// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Bodies of both kinds send, reserve and receive by one channel, and are cancelled at any moment.

#include <sweet/sweet.hpp>
#include <sweet/testing/for_each_seed.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

using namespace sweet;
using sweet::testing::for_each_seed;
using sweet::testing::simulation;

namespace channel_interleavings_test {
namespace {

/// What bodies of both kinds have sent and received; in a simulation one acts at a time.
struct books {
  std::multiset<int> accepted;
  std::multiset<int> received;
  int next = 0;
};

async<void> trades(task_context ctx, simulation& sim, channel_sender<int> tx,
                   channel_receiver<int> rx, books& b) {
  for (int n = 0; n < 6; ++n)
    switch (sim.choose(5)) {
      case 0: co_await ctx.sleep_for(std::chrono::milliseconds(sim.choose(3))); break;
      case 1: {
        const int item = b.next++;
        if (auto permit = co_await tx.reserve(); permit && sim.choose(3) != 0 && permit.send(item))
          b.accepted.insert(item);
        break;
      }
      case 2:
      case 3: {
        const int item = b.next++;
        if (co_await tx.send(item))
          b.accepted.insert(item);
        break;
      }
      default:
        if (const auto item = co_await rx.receive())
          b.received.insert(*item);
    }
}

void trades_blocking(task_context ctx, simulation& sim, channel_sender<int> tx,
                     channel_receiver<int> rx, books& b) {
  for (int n = 0; n < 6; ++n)
    if (sim.choose(2) == 0) {
      const int item = b.next++;
      if (tx.send(item).await())
        b.accepted.insert(item);
    } else if (const auto item = rx.receive().await()) {
      b.received.insert(*item);
    } else {
      ctx.checkpoint();
    }
}

async<void> market(task_context ctx, simulation& sim, books& b) {
  channel<int> ch{1 + sim.choose(3)};
  std::vector<child_task<void>> traders;
  for (int i = 0; i < 6; ++i) {
    auto builder = async_task::to<void>(ctx).on_child_failure(child_failure::collect);
    traders.push_back(
        sim.choose(3) == 0
            ? builder.run(trades_blocking, std::ref(sim), ch.sender, ch.receiver, std::ref(b))
            : builder.run(trades, std::ref(sim), ch.sender, ch.receiver, std::ref(b)));
  }
  for (int i = 0; i < 4; ++i) {
    co_await ctx.sleep_for(std::chrono::milliseconds(sim.choose(3)));
    traders[sim.choose(traders.size())].cancel(static_cast<cancellation_level>(1 + sim.choose(3)));
  }
  if (sim.choose(2) == 0)
    ch.sender.close();
  // Those that wait for each other are stopped.
  co_await ctx.sleep_for(std::chrono::seconds{1});
  for (auto& t : traders)
    t.cancel();
  for (auto& t : traders)
    static_cast<void>(co_await t.result());
  while (const auto item = ch.receiver.try_receive())
    b.received.insert(*item);
}

} // namespace
} // namespace channel_interleavings_test

BOOST_AUTO_TEST_SUITE(channel_interleavings_test)

BOOST_AUTO_TEST_CASE(no_item_is_lost_or_there_twice) {
  std::size_t items = 0;
  for_each_seed(500, [&](simulation& sim) {
    channel_interleavings_test::books b;
    sim.run(channel_interleavings_test::market, std::ref(sim), std::ref(b));
    if (b.accepted != b.received)
      throw std::logic_error{std::to_string(b.accepted.size()) + " sent, " +
                             std::to_string(b.received.size()) + " received"};
    items += b.received.size();
  });
  BOOST_TEST(items > 1000u);
}

BOOST_AUTO_TEST_SUITE_END()
