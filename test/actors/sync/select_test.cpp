// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/sweet.hpp>
#include <sweet/testing/at_end.hpp>
#include <sweet/testing/for_each_seed.hpp>
#include <sweet/testing/runtime_fixture.hpp>

#include <chrono>
#include <memory>
#include <set>
#include <stdexcept>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::for_each_seed;
using sweet::testing::runtime_fixture;
using sweet::testing::simulation;
using sweet::testing::wait_until_idle;

namespace select_test {
namespace {

struct outcome {
  std::size_t index = 0;
  int value = 0;
};

async<outcome> first_of(task_context, channel_receiver<int> a, channel_receiver<int> b) {
  const auto what = co_await select(a.receive(), b.receive());
  co_return outcome{what.index(), what.index() == 0 ? std::get<0>(what).value_or(-1)
                                                    : std::get<1>(what).value_or(-1)};
}

// -- random interleavings: bodies of both kinds that trade by three channels

struct books {
  std::multiset<int> accepted;
  std::multiset<int> received;
  int next = 0;
};

template <class What>
void note(books& b, const What& what, int item) {
  if (what.index() == 0 && std::get<0>(what))
    b.received.insert(*std::get<0>(what));
  if (what.index() == 1 && std::get<1>(what))
    b.accepted.insert(item);
}

async<void> trades(task_context ctx, simulation& sim, std::vector<channel<int>> all, books& b) {
  for (int n = 0; n < 5; ++n) {
    auto& from = all[sim.choose(all.size())].receiver;
    auto& to = all[sim.choose(all.size())].sender;
    const auto patience = std::chrono::milliseconds(sim.choose(4));
    const int item = b.next++;
    note(b, co_await select(from.receive(), to.send(item), ctx.sleep_for(patience)), item);
  }
}

void trades_blocking(task_context ctx, simulation& sim, std::vector<channel<int>> all, books& b) {
  for (int n = 0; n < 5; ++n) {
    auto& from = all[sim.choose(all.size())].receiver;
    auto& to = all[sim.choose(all.size())].sender;
    const auto patience = std::chrono::milliseconds(sim.choose(4));
    const int item = b.next++;
    note(b, select(from.receive(), to.send(item), ctx.sleep_for(patience)).await(), item);
  }
}

// An outcome at kill_hard comes before its task has ended: traders have handles of their own.
async<void> market(task_context ctx, simulation& sim, books& b) {
  std::vector<channel<int>> all;
  for (int i = 0; i < 3; ++i)
    all.emplace_back(1 + sim.choose(2));
  std::vector<child_task<void>> traders;
  for (int i = 0; i < 6; ++i) {
    auto builder = async_task::to<void>(ctx).on_child_failure(child_failure::collect);
    traders.push_back(sim.choose(3) == 0
                          ? builder.run(trades_blocking, std::ref(sim), all, std::ref(b))
                          : builder.run(trades, std::ref(sim), all, std::ref(b)));
  }
  for (int i = 0; i < 3; ++i) {
    co_await ctx.sleep_for(std::chrono::milliseconds(sim.choose(3)));
    traders[sim.choose(traders.size())].cancel(static_cast<cancellation_level>(1 + sim.choose(3)));
  }
  if (sim.choose(2) == 0)
    all[0].sender.close();
  for (auto& t : traders)
    static_cast<void>(co_await t.result());
  for (auto& ch : all)
    while (const auto item = ch.receiver.try_receive())
      b.received.insert(*item);
}

} // namespace
} // namespace select_test

BOOST_FIXTURE_TEST_SUITE(select_test, runtime_fixture)

BOOST_AUTO_TEST_CASE(the_first_one_that_comes_wins) {
  auto [tx_a, a] = channel<int>{1};
  auto [tx_b, b] = channel<int>{1};
  auto task = spawn(rt, select_test::first_of, a, b);
  wait_until_idle(rt);
  BOOST_TEST(!task.is_done());
  tx_b.try_send(5);
  const auto [index, value] = task.await().value();
  BOOST_TEST(index == 1u);
  BOOST_TEST(value == 5);
}

BOOST_AUTO_TEST_CASE(of_several_that_are_there_the_first_as_written_wins_and_the_others_stay) {
  auto [tx_a, a] = channel<int>{1};
  auto [tx_b, b] = channel<int>{1};
  tx_b.try_send(2);
  tx_a.try_send(1);
  BOOST_TEST(spawn(rt, select_test::first_of, a, b).await().value().value == 1);
  BOOST_TEST(b.size() == 1u);
  BOOST_TEST(spawn(rt, select_test::first_of, a, b).await().value().value == 2);
}

BOOST_AUTO_TEST_CASE(those_that_have_lost_leave_their_lines) {
  auto [tx_a, a] = channel<int>{1};
  auto [tx_b, b] = channel<int>{1};
  auto task = spawn(rt, select_test::first_of, a, b);
  wait_until_idle(rt);
  auto behind = spawn(rt, select_test::first_of, b, b);
  wait_until_idle(rt);
  tx_a.try_send(1);
  BOOST_TEST(task.await().value().value == 1);
  tx_b.try_send(2);
  BOOST_TEST(behind.await().value().value == 2);
  tx_b.try_send(3);
  BOOST_TEST(b.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_send_that_loses_sends_nothing) {
  auto [tx_full, full] = channel<int>{1};
  auto [tx, rx] = channel<int>{1};
  tx_full.try_send(0);
  auto task = spawn(rt, [tx_full, rx]() mutable -> async<std::size_t> {
    const auto what = co_await select(tx_full.send(1), rx.receive());
    co_return what.index();
  });
  wait_until_idle(rt);
  tx.try_send(2);
  BOOST_TEST(task.await().value() == 1u);
  BOOST_TEST(full.try_receive().value() == 0);
  BOOST_TEST(!full.try_receive());
}

BOOST_AUTO_TEST_CASE(a_body_can_send_and_receive_by_one_channel_at_once) {
  auto [tx, rx] = channel<int>{1};
  auto task = spawn(rt, [tx, rx]() mutable -> async<int> {
    // Nobody else receives: the item goes into the channel.
    const auto first = co_await select(rx.receive(), tx.send(1));
    if (first.index() != 1)
      co_return -1;
    const auto second = co_await select(tx.send(2), rx.receive());
    co_return second.index() == 1 ? std::get<1>(second).value() : -2;
  });
  BOOST_TEST(task.await().value() == 1);
}

BOOST_AUTO_TEST_CASE(time_runs_out_by_the_clock_of_the_runtime) {
  auto [tx, rx] = channel<int>{1};
  auto task = spawn(rt, [rx](task_context ctx) mutable -> async<std::size_t> {
    const auto what = co_await select(rx.receive(), ctx.sleep_for(1h));
    co_return what.index();
  });
  advance(59min);
  BOOST_TEST(!task.is_done());
  advance(2min);
  BOOST_TEST(task.await().value() == 1u);
}

BOOST_AUTO_TEST_CASE(a_callable_that_is_woken_for_something_else_does_not_wait_longer) {
  auto [tx, rx] = channel<int>{1};
  async_event go;
  auto task = spawn(rt, [&, rx](task_context ctx) mutable {
    task_group<void> group{ctx};
    group.spawn([&]() -> async<void> { co_await go; });
    return select(rx.receive(), ctx.sleep_for(1h)).await().index();
  });
  advance(50min);
  go.set(); // the child reports to the task, which looks, and waits on
  advance(11min);
  BOOST_TEST(task.is_done());
  tx.try_send(1);
  BOOST_TEST(task.await().value() == 1u);
}

BOOST_AUTO_TEST_CASE(a_sleep_that_loses_is_disarmed) {
  auto [tx, rx] = channel<int>{1};
  auto task = spawn(rt, [rx](task_context ctx) mutable -> async<std::size_t> {
    std::size_t n = 0;
    for (; n < 100; ++n)
      if ((co_await select(ctx.sleep_for(1ms), rx.receive())).index() != 1)
        break;
    co_return n;
  });
  for (int i = 0; i < 100; ++i)
    tx.send(i).await();
  BOOST_TEST(task.await().value() == 100u);
  advance(1h);
}

BOOST_AUTO_TEST_CASE(a_time_that_has_passed_wins_at_once) {
  auto [tx, rx] = channel<int>{1};
  auto task = spawn(rt, [rx](task_context ctx) mutable -> async<std::size_t> {
    co_return (co_await select(rx.receive(), ctx.sleep_for(0ns))).index();
  });
  BOOST_TEST(task.await().value() == 1u);
}

BOOST_AUTO_TEST_CASE(an_event_that_loses_stays_set) {
  async_event event;
  auto [tx, rx] = channel<int>{1};
  auto task = spawn(rt, [&, rx]() mutable -> async<int> {
    int seen = 0;
    for (int i = 0; i < 3; ++i)
      seen = 10 * seen + static_cast<int>((co_await select(rx.receive(), event)).index());
    co_return seen;
  });
  wait_until_idle(rt);
  tx.try_send(1);
  wait_until_idle(rt);
  event.set();
  tx.try_send(2);
  BOOST_TEST(task.await().value() / 10 <= 1);
  BOOST_TEST(event.is_set());
}

BOOST_AUTO_TEST_CASE(tasks_are_waited_for_with_other_things) {
  async_event go;
  auto [tx, rx] = channel<int>{1};
  auto other = spawn(rt, [&]() -> async<std::unique_ptr<int>> {
    co_await go;
    co_return std::make_unique<int>(3);
  });
  auto task = spawn(rt, [rx, other](task_context ctx) mutable -> async<int> {
    auto fails = async_task::to<int>(ctx)
                     .on_child_failure(child_failure::collect)
                     .run([](task_context own) -> async<int> {
                       auto bad = own.spawn([]() -> async<int> {
                         throw std::runtime_error{"bad"};
                         co_return 0;
                       });
                       auto what = co_await select(bad, own.sleep_for(1h));
                       co_return std::get<0>(what).error().message() == "bad" ? 1 : 0;
                     });
    int sum = 0;
    for (int i = 0; i < 3; ++i) {
      auto what = co_await select(fails, rx.receive(), other);
      if (what.index() == 0) {
        sum += std::get<0>(what).value();
        break;
      }
      sum += 100;
    }
    auto what = co_await select(rx.receive(), other);
    sum += what.index() == 0 ? 10 : 1000;
    what = co_await select(rx.receive(), other);
    co_return sum + *std::get<1>(what).value();
  });
  wait_until_idle(rt);
  tx.try_send(1);
  wait_until_idle(rt);
  go.set();
  BOOST_TEST(task.await().value() == 1 + 10 + 3);
}

BOOST_AUTO_TEST_CASE(a_task_that_loses_keeps_its_value) {
  auto [tx, rx] = channel<int>{1};
  async_event go;
  auto task = spawn(rt, [&, rx](task_context ctx) mutable -> async<int> {
    auto child = ctx.spawn([&]() -> async<std::unique_ptr<int>> {
      co_await go;
      co_return std::make_unique<int>(4);
    });
    const auto what = co_await select(rx.receive(), child);
    if (what.index() != 0)
      co_return -1;
    go.set();
    co_return *co_await child;
  });
  wait_until_idle(rt);
  tx.try_send(1);
  BOOST_TEST(task.await().value() == 4);
}

BOOST_AUTO_TEST_CASE(callables_and_threads_select) {
  auto [tx, rx] = channel<int>{1};
  auto [never_tx, never] = channel<int>{1};
  auto task = spawn(rt, [rx, never](task_context ctx) mutable {
    const auto what = select(never.receive(), ctx.sleep_for(1h), rx.receive()).await();
    return what.index() == 2 ? std::get<2>(what).value_or(-1) : -2;
  });
  wait_until_idle(rt);
  tx.try_send(6);
  BOOST_TEST(task.await().value() == 6);
  std::thread other{[tx]() mutable { tx.send(7).await(); }};
  const auto what = select(never.receive(), rx.receive()).await();
  BOOST_TEST(std::get<1>(what).value() == 7);
  other.join();
}

BOOST_AUTO_TEST_CASE(a_stopped_select_takes_nothing) {
  auto [tx_a, a] = channel<int>{1};
  auto [tx_b, b] = channel<int>{1};
  auto coroutine = spawn(rt, select_test::first_of, a, b);
  auto callable = spawn(rt, [a, b](task_context) mutable {
    return select(a.receive(), b.receive()).await().index();
  });
  wait_until_idle(rt);
  coroutine.cancel();
  callable.cancel();
  BOOST_TEST((coroutine.await().error().code() == error_code::cancelled));
  BOOST_TEST((callable.await().error().code() == error_code::cancelled));
  tx_a.try_send(1);
  tx_b.try_send(2);
  BOOST_TEST(a.size() + b.size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_stop_is_an_answer_if_that_is_asked_for) {
  auto [tx, rx] = channel<int>{1};
  auto task = spawn(rt, [rx](task_context ctx) mutable -> async<bool> {
    const auto what = co_await stopped_as_optional(select(rx.receive(), ctx.sleep_for(1h)));
    co_return what.has_value();
  });
  wait_until_idle(rt);
  task.cancel();
  BOOST_TEST(!task.await().value());
}

BOOST_AUTO_TEST_CASE(an_event_that_another_task_waits_for_is_refused_and_the_rest_withdrawn) {
  async_event event;
  auto [tx, rx] = channel<int>{1};
  auto first = spawn(rt, [&]() -> async<void> { co_await event; });
  wait_until_idle(rt);
  auto second = spawn(rt, [&, rx]() mutable -> async<void> {
    static_cast<void>(co_await select(rx.receive(), event));
  });
  BOOST_TEST(!second.await().is_ok());
  tx.try_send(1);
  BOOST_TEST(rx.size() == 1u);
  event.set();
  BOOST_TEST(first.await().is_ok());
}

BOOST_AUTO_TEST_CASE(a_destructor_of_a_stopped_body_gets_what_is_there) {
  auto [tx, rx] = channel<int>{1};
  auto [never_tx, never] = channel<int>{1};
  std::vector<int> seen;
  auto task = spawn(rt, [&, rx, never](task_context ctx) mutable -> async<void> {
    const sweet::testing::at_end selects{[&] {
      for (int i = 0; i < 2; ++i) {
        const auto what = select(never.receive(), rx.receive()).await();
        seen.push_back(what.index() == 1 ? std::get<1>(what).value_or(-1) : -2);
      }
    }};
    co_await ctx.sleep_for(1h);
  });
  wait_until_idle(rt);
  tx.try_send(8);
  task.cancel();
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
  BOOST_TEST(seen == (std::vector{8, -2}));
}

// -- interleavings ------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(no_item_is_lost_or_there_twice) {
  std::size_t items = 0;
  for_each_seed(500, [&](simulation& sim) {
    select_test::books b;
    sim.run(select_test::market, std::ref(sim), std::ref(b));
    if (b.accepted != b.received)
      throw std::logic_error{std::to_string(b.accepted.size()) + " sent, " +
                             std::to_string(b.received.size()) + " received"};
    items += b.received.size();
  });
  BOOST_TEST(items > 1000u);
}

BOOST_AUTO_TEST_SUITE_END()
