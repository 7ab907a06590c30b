// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Bodies of both kinds send each other messages of two types, wait for one type, for both, with a
// timeout, and by select(), and are cancelled at any moment.

#include <sweet/sweet.hpp>
#include <sweet/testing/at_end.hpp>
#include <sweet/testing/for_each_seed.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

using namespace sweet;
using sweet::testing::for_each_seed;
using sweet::testing::simulation;

namespace message_interleavings_test {
namespace {

struct item {
  int number = 0;
  std::size_t from = 0;
};
struct even : item {};
struct odd : item {};

/// What has been sent and received; in a simulation one body acts at a time.
struct books {
  std::multiset<int> accepted;
  std::multiset<int> received;
  int next = 0;
  std::vector<spawning_task<void>> tasks{};
};

/// What one body has received last from each of the others: of one type, and the last two types.
struct order {
  std::map<std::pair<std::size_t, int>, int> last{};

  void note(books& b, const item& i) {
    int& before = last[{i.from, i.number % 2}];
    if (i.number <= before)
      throw std::logic_error{"messages of one sender and type came in another order"};
    before = i.number;
    b.received.insert(i.number);
  }
  void note(books& b, const std::variant<even, odd>& what) {
    std::visit([&](const item& i) { note(b, i); }, what);
  }
};

void sends(simulation& sim, books& b, std::size_t self) {
  const int n = ++b.next;
  auto& to = b.tasks[sim.choose(b.tasks.size())];
  const auto sent = n % 2 == 0 ? to.send(even{{n, self}}) : to.send(odd{{n, self}});
  if (sent.is_ok())
    b.accepted.insert(n);
}

async<void> talks(task_context ctx, simulation& sim, channel_receiver<int> rx, books& b,
                  std::size_t self) {
  order seen;
  for (int n = 0; n < 12; ++n) {
    const auto patience = std::chrono::milliseconds(sim.choose(3));
    switch (sim.choose(8)) {
      case 0: co_await ctx.sleep_for(patience); break;
      case 1: seen.note(b, (co_await ctx.receive<even>()).payload); break;
      case 2:
        if (auto got = co_await ctx.receive<even, odd>(patience).result(); got.is_ok())
          seen.note(b, got.value().payload);
        break;
      case 3: {
        auto what = co_await select(rx.receive(), ctx.receive<odd>(), ctx.sleep_for(patience));
        if (what.index() == 1)
          seen.note(b, std::get<1>(what).value().payload);
        break;
      }
      case 4:
        if (auto got = co_await stopped_as_optional(ctx.receive<odd, even>()))
          std::visit([&](const item& i) { seen.note(b, i); }, got->payload);
        break;
      default: sends(sim, b, self);
    }
  }
}

void talks_blocking(task_context ctx, simulation& sim, books& b, std::size_t self) {
  order seen;
  for (int n = 0; n < 12; ++n) {
    const auto patience = std::chrono::milliseconds(sim.choose(3));
    switch (sim.choose(4)) {
      case 0:
        if (auto got = ctx.receive<even, odd>(patience).await(); got.is_ok())
          seen.note(b, got.value().payload);
        break;
      case 1: {
        auto what = select(ctx.receive<even>(), ctx.sleep_for(patience)).await();
        if (what.index() == 0)
          seen.note(b, std::get<0>(what).value().payload);
        break;
      }
      default: sends(sim, b, self);
    }
  }
}

async<void> market(task_context ctx, simulation& sim, books& b) {
  channel<int> ch{1};
  for (std::size_t i = 0; i < 5; ++i) {
    auto builder = async_task::to<void>(ctx)
                       .mailbox(1 + sim.choose(4))
                       .on_child_failure(child_failure::collect);
    auto child = sim.choose(3) == 0
                     ? builder.run(talks_blocking, std::ref(sim), std::ref(b), i)
                     : builder.run(talks, std::ref(sim), ch.receiver, std::ref(b), i);
    b.tasks.push_back(child.share());
  }
  for (int i = 0; i < 4; ++i) {
    co_await ctx.sleep_for(std::chrono::milliseconds(sim.choose(3)));
    b.tasks[sim.choose(b.tasks.size())].cancel(static_cast<cancellation_level>(1 + sim.choose(2)));
    static_cast<void>(ch.sender.try_send(i));
  }
  // Those that wait for each other are stopped.
  co_await ctx.sleep_for(std::chrono::seconds{1});
  for (int i = 0; i < 12; ++i)
    for (auto& t : b.tasks)
      t.cancel(cancellation_level::kill);
  for (auto& t : b.tasks)
    static_cast<void>(co_await t.result());
  b.tasks.clear();
}

} // namespace
} // namespace message_interleavings_test

BOOST_AUTO_TEST_SUITE(message_interleavings_test)

BOOST_AUTO_TEST_CASE(no_message_is_lost_unseen_or_there_twice_and_the_order_holds) {
  std::size_t messages = 0;
  std::uint64_t lost = 0;
  for_each_seed(400, [&](simulation& sim) {
    message_interleavings_test::books b;
    sim.run(message_interleavings_test::market, std::ref(sim), std::ref(b));
    for (const int n : b.received)
      if (b.accepted.count(n) != 1 || b.received.count(n) != 1)
        throw std::logic_error{"message " + std::to_string(n) + " is there twice"};
    const auto unread = sim.runtime().lost_messages();
    if (b.accepted.size() != b.received.size() + unread)
      throw std::logic_error{std::to_string(b.accepted.size()) + " sent, " +
                             std::to_string(b.received.size()) + " received, " +
                             std::to_string(unread) + " lost"};
    messages += b.received.size();
    lost += unread;
  });
  BOOST_TEST(messages > 1000u);
  BOOST_TEST(lost > 100u);
}

BOOST_AUTO_TEST_CASE(a_message_that_was_handed_over_before_a_stop_is_received) {
  using message_interleavings_test::item;
  for_each_seed(200, [](simulation& sim) {
    sim.run([&sim](task_context ctx) -> async<void> {
      auto alone = ctx.spawn([](task_context own) -> async<int> {
        co_return (co_await own.receive<item>()).payload.number;
      });
      auto among = ctx.spawn([](task_context own) -> async<int> {
        auto what = co_await select(own.sleep_for(std::chrono::seconds{1}), own.receive<item>());
        co_return std::get<1>(what).value().payload.number;
      });
      co_await ctx.sleep_for(std::chrono::milliseconds{1});
      const auto level = static_cast<cancellation_level>(1 + sim.choose(2));
      alone.send(item{1}).unwrap();
      alone.cancel(level);
      among.send(item{2}).unwrap();
      among.cancel(level);
      if (co_await alone + co_await among != 3)
        throw std::logic_error{"the message is gone"};
    });
  });
}

BOOST_AUTO_TEST_SUITE_END()
