// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// What becomes of channels, broadcasts, watches, completions and selects when a runtime ends whose
// tasks use them, and afterwards: a table of docs/semantics.md.

#include <sweet/actors/sync/broadcast.hpp>
#include <sweet/actors/sync/channel.hpp>
#include <sweet/actors/sync/completion.hpp>
#include <sweet/actors/sync/select.hpp>
#include <sweet/actors/sync/watch.hpp>
#include <sweet/sweet.hpp>
#include <sweet/testing/runtime_fixture.hpp>
#include <sweet/testing/waits_for_ever.hpp>

#include <array>
#include <cstddef>
#include <memory>
#include <utility>
#include <variant>

using namespace sweet;
using sweet::testing::runtime_fixture;
using sweet::testing::wait_until_idle;
using sweet::testing::waits_for_ever;

namespace channels_after_runtime_test {
namespace {

/// What `start(rt)` returns, once the tasks that it has started wait and the runtime has ended.
template <class Start>
auto ended(Start start) {
  runtime rt{runtime_options{.workers = 2}};
  auto started = start(rt);
  wait_until_idle(rt);
  return started;
}

/// Whether a coroutine and a callable, each of which waits for the operation that a function gives,
/// are stopped by the end of their runtime.
template <class A, class B>
bool are_stopped(A by_coroutine, B by_callable) {
  const auto tasks = ended([&](runtime& rt) {
    return std::array{
        rt.spawn([&]() -> async<void> { static_cast<void>(co_await by_coroutine()); }),
        rt.spawn([&](task_context) { static_cast<void>(by_callable().await()); })};
  });
  for (const auto& task : tasks)
    if (const auto outcome = task.await();
        outcome.is_ok() || outcome.error().code() != error_code::cancelled)
      return false;
  return true;
}

/// Lets a task of a runtime hold something until the runtime ends.
template <class T>
void held_to_the_end(T held) {
  static_cast<void>(ended([&](runtime& rt) {
    return rt.spawn([own = std::move(held)](task_context ctx) mutable -> async<void> {
      const auto kept = std::move(own);
      co_await waits_for_ever(ctx);
    });
  }));
}

} // namespace
} // namespace channels_after_runtime_test

BOOST_FIXTURE_TEST_SUITE(channels_after_runtime_test, runtime_fixture)

// -- channel ------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(waits_at_a_channel_are_stopped) {
  auto [tx, rx] = channel<int>{1};
  auto [tx_full, rx_full] = channel<int>{1};
  tx_full.try_send(0);
  BOOST_TEST(are_stopped([&rx] { return rx.receive(); }, [&rx] { return rx.receive(); }));
  BOOST_TEST(are_stopped([&tx_full] { return tx_full.send(1); },
                         [&tx_full] { return tx_full.reserve(); }));
  BOOST_TEST((tx.try_send(7) == send_status::sent));
  BOOST_TEST(rx.try_receive().value() == 7);
  BOOST_TEST(rx_full.try_receive().value() == 0);
  BOOST_TEST(!rx_full.try_receive());
  BOOST_TEST((tx_full.try_send(2) == send_status::sent));
}

BOOST_AUTO_TEST_CASE(items_of_a_channel_stay) {
  auto [tx, rx] = channel<int>{4};
  static_cast<void>(ended([&](runtime& other) {
    return other.spawn([own = std::move(tx)]() mutable -> async<void> {
      for (int i = 0; i < 3; ++i)
        co_await own.send(i);
    });
  }));
  BOOST_TEST(rx.receive().await().value() == 0);
  BOOST_TEST(rx.try_receive().value() == 1);
  BOOST_TEST(spawn(rt, [rx]() mutable -> async<int> { co_return (co_await rx.receive()).value(); })
                 .await()
                 .value() == 2);
}

BOOST_AUTO_TEST_CASE(ends_of_a_channel_go_with_the_tasks_that_held_them) {
  auto [tx, rx] = channel<int>{1};
  held_to_the_end(std::move(tx));
  BOOST_REQUIRE(rx.is_closed());
  BOOST_TEST(!rx.receive().await());
  auto [tx_alone, rx_gone] = channel<int>{1};
  held_to_the_end(std::move(rx_gone));
  BOOST_TEST(!tx_alone.send(1).await());
  auto [tx_left, rx_left] = channel<int>{1};
  held_to_the_end(tx_left.try_reserve());
  BOOST_TEST((tx_left.try_send(1) == send_status::sent));
}

BOOST_AUTO_TEST_CASE(waits_elsewhere_at_a_channel_go_on) {
  auto [tx, rx] = channel<int>{1};
  auto waits =
      spawn(rt, [rx]() mutable -> async<int> { co_return (co_await rx.receive()).value_or(-1); });
  wait_until_idle(rt);
  held_to_the_end(std::pair{tx, rx});
  wait_until_idle(rt);
  BOOST_TEST(!waits.is_done());
  tx.send(7).await();
  BOOST_TEST(waits.await().value() == 7);
}

// -- broadcast ----------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(waits_at_a_broadcast_are_stopped) {
  auto [tx, rx] = broadcast<int>{2};
  auto other = rx;
  BOOST_TEST(are_stopped([&rx] { return rx.receive(); }, [&other] { return other.receive(); }));
  BOOST_TEST(tx.send(7) == 2u);
  BOOST_TEST(rx.try_receive().value.value_or(0) == 7);
  BOOST_TEST(other.try_receive().value.value_or(0) == 7);
}

BOOST_AUTO_TEST_CASE(items_of_a_broadcast_stay) {
  auto [tx, rx] = broadcast<int>{2};
  static_cast<void>(ended([&](runtime& other) {
    return other.spawn([own = std::move(tx)]() mutable {
      for (int i = 0; i < 3; ++i)
        own.send(i);
    });
  }));
  const auto item = rx.receive().await();
  BOOST_TEST(*item == 1);
  BOOST_TEST(item.missed == 1u);
  BOOST_TEST(*rx.try_receive() == 2);
}

BOOST_AUTO_TEST_CASE(ends_of_a_broadcast_go_with_the_tasks_that_held_them) {
  auto [tx, rx] = broadcast<int>{1};
  held_to_the_end(std::move(tx));
  BOOST_REQUIRE(rx.is_closed());
  BOOST_TEST(!rx.receive().await());
  auto [tx_alone, rx_gone] = broadcast<int>{1};
  held_to_the_end(std::move(rx_gone));
  BOOST_TEST(tx_alone.send(1) == 0u);
}

BOOST_AUTO_TEST_CASE(waits_elsewhere_at_a_broadcast_go_on) {
  auto [tx, rx] = broadcast<int>{1};
  auto waits = spawn(rt, [rx]() mutable -> async<int> { co_return *(co_await rx.receive()); });
  wait_until_idle(rt);
  held_to_the_end(std::pair{tx, rx});
  wait_until_idle(rt);
  BOOST_TEST(!waits.is_done());
  tx.send(7);
  BOOST_TEST(waits.await().value() == 7);
}

// -- watch --------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(waits_at_a_watch_are_stopped) {
  auto [tx, rx] = watch<int>{0};
  auto other = rx;
  BOOST_TEST(are_stopped([&rx] { return rx.changed(); }, [&other] { return other.changed(); }));
  tx.set(7);
  BOOST_TEST(rx.has_changed());
  BOOST_TEST(other.has_changed());
}

BOOST_AUTO_TEST_CASE(the_value_of_a_watch_stays) {
  auto [tx, rx] = watch<int>{0};
  static_cast<void>(ended([&](runtime& other) {
    return other.spawn([tx]() mutable { tx.modify([](int& x) { x = 7; }); });
  }));
  BOOST_TEST(rx.has_changed());
  BOOST_TEST(rx.get() == 7);
  BOOST_TEST(tx.subscribe().get() == 7);
}

BOOST_AUTO_TEST_CASE(ends_of_a_watch_go_with_the_tasks_that_held_them) {
  auto [tx, rx] = watch<int>{0};
  held_to_the_end(std::move(tx));
  BOOST_REQUIRE(rx.is_closed());
  BOOST_TEST(!rx.changed().await());
  BOOST_TEST(rx.get() == 0);
  auto [tx_alone, rx_gone] = watch<int>{0};
  held_to_the_end(std::move(rx_gone));
  BOOST_TEST(!tx_alone.is_wanted());
}

BOOST_AUTO_TEST_CASE(waits_elsewhere_at_a_watch_go_on) {
  auto [tx, rx] = watch<int>{0};
  auto waits = spawn(rt, [rx]() mutable -> async<bool> { co_return co_await rx.changed(); });
  wait_until_idle(rt);
  held_to_the_end(std::pair{tx, rx});
  wait_until_idle(rt);
  BOOST_TEST(!waits.is_done());
  tx.set(7);
  BOOST_TEST(waits.await().value());
}

// -- completion ---------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(waits_for_a_completion_are_stopped) {
  auto [set, result] = completion<std::unique_ptr<int>>{};
  BOOST_TEST(are_stopped([&result] { return result.get(); }, [&result] { return result.get(); }));
  BOOST_TEST(set.is_wanted());
  BOOST_TEST(set(std::make_unique<int>(7)));
  BOOST_TEST(*result.get().await().value() == 7);
}

BOOST_AUTO_TEST_CASE(the_outcome_of_a_completion_stays) {
  auto [set, result] = completion<int>{};
  static_cast<void>(ended(
      [&](runtime& other) { return other.spawn([own = std::move(set)]() mutable { own(7); }); }));
  BOOST_TEST(result.get().await().value() == 7);
  BOOST_TEST(result.try_get()->value() == 7);
}

BOOST_AUTO_TEST_CASE(ends_of_a_completion_go_with_the_tasks_that_held_them) {
  auto [set, result] = completion<int>{};
  held_to_the_end(std::move(set));
  BOOST_REQUIRE(result.is_ready());
  BOOST_TEST((result.get().await().error().code() == error_code::unreachable));
  auto [set_alone, result_gone] = completion<int>{};
  held_to_the_end(std::move(result_gone));
  set_alone.unwanted().await();
  BOOST_TEST(!set_alone(1));
}

BOOST_AUTO_TEST_CASE(waits_elsewhere_for_a_completion_go_on) {
  auto [set, result] = completion<int>{};
  auto waits =
      spawn(rt, [result]() mutable -> async<int> { co_return (co_await result.get()).value(); });
  wait_until_idle(rt);
  held_to_the_end(result);
  wait_until_idle(rt);
  BOOST_TEST(!waits.is_done());
  BOOST_TEST(set(7));
  BOOST_TEST(waits.await().value() == 7);
}

// -- select() -----------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_select_is_stopped_and_no_arm_has_taken_anything) {
  auto [tx, rx] = channel<int>{1};
  auto [tx_news, news] = broadcast<int>{1};
  auto same_news = news;
  const auto tasks = ended([&](runtime& other) {
    return std::array{other.spawn([&]() -> async<void> {
                        static_cast<void>(co_await select(rx.receive(), news.receive()));
                      }),
                      other.spawn([&](task_context) {
                        static_cast<void>(select(rx.receive(), same_news.receive()).await());
                      })};
  });
  for (const auto& task : tasks)
    BOOST_TEST((task.await().error().code() == error_code::cancelled));
  tx.try_send(7);
  tx_news.send(8);
  BOOST_TEST(rx.try_receive().value() == 7);
  BOOST_TEST(news.try_receive().value.value_or(0) == 8);
  BOOST_TEST(same_news.try_receive().value.value_or(0) == 8);
}

BOOST_AUTO_TEST_CASE(a_select_elsewhere_goes_on) {
  auto [tx, rx] = channel<int>{1};
  auto [set, result] = completion<int>{};
  auto waits = spawn(rt, [rx, result]() mutable -> async<std::size_t> {
    co_return (co_await select(rx.receive(), result.get())).index();
  });
  wait_until_idle(rt);
  held_to_the_end(std::pair{tx, rx});
  wait_until_idle(rt);
  BOOST_TEST(!waits.is_done());
  set(7);
  BOOST_TEST(waits.await().value() == 1u);
}

BOOST_AUTO_TEST_CASE(a_task_whose_runtime_has_ended_is_an_arm_that_is_there) {
  const auto [tx, rx] = channel<int>{1};
  const auto task = ended([](runtime& other) {
    return other.spawn([](task_context ctx) -> async<int> {
      co_await waits_for_ever(ctx);
      co_return 1;
    });
  });
  auto own = rx;
  const auto what = select(own.receive(), task).await();
  BOOST_REQUIRE(what.index() == 1u);
  BOOST_TEST((std::get<1>(what).error().code() == error_code::cancelled));
}

BOOST_AUTO_TEST_CASE(a_select_elsewhere_hears_of_a_task_that_its_runtime_ends) {
  auto [tx, rx] = channel<int>{1};
  spawning_task<bool> waits;
  static_cast<void>(ended([&](runtime& other) {
    auto task = other.spawn([](task_context ctx) -> async<void> { co_await waits_for_ever(ctx); });
    waits = spawn(rt, [rx, task]() mutable -> async<bool> {
      const auto what = co_await select(rx.receive(), task);
      co_return what.index() == 1 && std::get<1>(what).is_err();
    });
    wait_until_idle(rt);
    return task;
  }));
  BOOST_TEST(waits.await().value());
}

BOOST_AUTO_TEST_SUITE_END()
