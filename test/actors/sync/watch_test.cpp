// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/sync/select.hpp>
#include <sweet/actors/sync/watch.hpp>
#include <sweet/sweet.hpp>
#include <sweet/testing/at_end.hpp>
#include <sweet/testing/failing_allocations.hpp>
#include <sweet/testing/runtime_fixture.hpp>

#include <atomic>
#include <chrono>
#include <latch>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::failing_allocations;
using sweet::testing::runtime_fixture;
using sweet::testing::single_worker_fixture;
using sweet::testing::wait_until_idle;

namespace watch_test {
namespace {

/// The next value; -1: all senders have gone.
async<int> next(task_context, watch_receiver<int> rx) {
  if (co_await rx.changed())
    co_return rx.get();
  co_return -1;
}

int next_blocking(task_context, watch_receiver<int> rx) {
  return rx.changed().await() ? rx.get() : -1;
}

async<std::vector<int>> sees(task_context, watch_receiver<int> rx) {
  std::vector<int> all;
  while (co_await rx.changed())
    all.push_back(rx.get());
  co_return all;
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
} // namespace watch_test

BOOST_FIXTURE_TEST_SUITE(watch_test, runtime_fixture)

// -- values and marks ---------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(the_last_value_is_there_for_all) {
  auto [tx, rx] = watch<std::string>{"first"};
  BOOST_TEST(rx.get() == "first");
  tx.set("second");
  BOOST_TEST(rx.get() == "second");
  BOOST_TEST(tx.get() == "second");
  BOOST_TEST(tx.subscribe().get() == "second");
}

// tokio::sync::watch, "Change notifications",
// https://docs.rs/tokio/latest/tokio/sync/watch/index.html#change-notifications: the initial value,
// and the one that is there when a receiver subscribes, count as seen.
BOOST_AUTO_TEST_CASE(tokio_the_value_at_the_begin_counts_as_seen) {
  auto [tx, rx] = watch<int>{0};
  BOOST_TEST(!rx.has_changed());
  tx.set(1);
  BOOST_TEST(rx.has_changed());
  BOOST_TEST(!tx.subscribe().has_changed());
  auto task = spawn(rt, next, tx.subscribe());
  wait_until_idle(rt);
  BOOST_TEST(!task.is_done());
  tx.set(2);
  BOOST_TEST(task.await().value() == 2);
}

// tokio::sync::watch::Receiver::changed,
// https://docs.rs/tokio/latest/tokio/sync/watch/struct.Receiver.html#method.changed: it returns at
// once if the current value was not seen, and marks it. tokio::sync::watch::channel: values between
// are dropped.
BOOST_AUTO_TEST_CASE(tokio_values_between_are_skipped) {
  auto [tx, rx] = watch<int>{0};
  for (int i = 1; i <= 5; ++i)
    tx.set(i);
  BOOST_TEST(rx.changed().await());
  BOOST_TEST(!rx.has_changed());
  BOOST_TEST(rx.get() == 5);
}

// Receiver::borrow_and_update, same page: a value that was read does not count as changed.
BOOST_AUTO_TEST_CASE(tokio_a_value_that_was_read_counts_as_seen) {
  auto [tx, rx] = watch<int>{0};
  tx.set(1);
  BOOST_TEST(rx.get() == 1);
  BOOST_TEST(!rx.has_changed());
}

// Receiver::has_changed, same page: messages are not compared.
BOOST_AUTO_TEST_CASE(tokio_an_equal_value_counts_as_a_change) {
  auto [tx, rx] = watch<int>{1};
  auto task = spawn(rt, next, rx);
  wait_until_idle(rt);
  tx.set(1);
  BOOST_TEST(rx.has_changed());
  BOOST_TEST(task.await().value() == 1);
}

BOOST_AUTO_TEST_CASE(each_copy_has_its_own_mark) {
  auto [tx, rx] = watch<int>{0};
  tx.set(1);
  auto copy = rx;
  BOOST_TEST(rx.changed().await());
  BOOST_TEST(copy.has_changed());
  BOOST_TEST(copy.changed().await());
  BOOST_TEST(!copy.has_changed());
  const auto seen = copy;
  BOOST_TEST(!seen.has_changed());
}

BOOST_AUTO_TEST_CASE(all_that_wait_hear_of_a_value) {
  auto [tx, rx] = watch<int>{0};
  std::vector<spawning_task<int>> waiting;
  for (int i = 0; i < 5; ++i) {
    waiting.push_back(spawn(rt, next, rx));
    waiting.push_back(spawn(rt, next_blocking, rx));
  }
  std::thread outside{[rx]() mutable {
    if (!rx.changed().await() || rx.get() != 7)
      std::terminate();
  }};
  wait_until_idle(rt);
  for (auto& task : waiting)
    BOOST_TEST(!task.is_done());
  std::thread{[&tx] { tx.set(7); }}.join();
  for (auto& task : waiting)
    BOOST_TEST(task.await().value() == 7);
  outside.join();
}

// -- modifying ----------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_value_is_modified_in_one_step) {
  auto [tx, rx] = watch<int>{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([tx]() mutable {
      for (int n = 0; n < 1'000; ++n)
        tx.modify([](int& x) { ++x; });
    });
  for (auto& t : threads)
    t.join();
  BOOST_TEST(rx.get() == 4'000);
}

// tokio::sync::watch::Sender::send_if_modified,
// https://docs.rs/tokio/latest/tokio/sync/watch/struct.Sender.html: receivers are only notified if
// the closure returns true. There the value has been modified in place all the same; here it stays
// as it was.
BOOST_AUTO_TEST_CASE(tokio_a_modification_that_says_no_wakes_nobody) {
  auto [tx, rx] = watch<int>{0};
  tx.modify([](int& x) {
    x = 5;
    return false;
  });
  BOOST_TEST(!rx.has_changed());
  BOOST_TEST(rx.get() == 0);
  tx.modify([](int& x) {
    x = 5;
    return true;
  });
  BOOST_TEST(rx.has_changed());
  BOOST_TEST(rx.get() == 5);
  tx.modify([](int& x) { return x = 0; });
  BOOST_TEST(rx.get() == 0);
}

// Sender::send_modify, same page: if the closure panics, receivers are not notified. There the
// value has been modified as far as the closure came; here it stays as it was.
BOOST_AUTO_TEST_CASE(tokio_a_modification_that_throws_wakes_nobody) {
  auto [tx, rx] = watch<int>{0};
  BOOST_CHECK_THROW(tx.modify([](int& x) {
    x = 5;
    throw std::runtime_error{"no"};
  }),
                    std::runtime_error);
  BOOST_TEST(!rx.has_changed());
  BOOST_TEST(rx.get() == 0);
  tx.set(1);
  BOOST_TEST(rx.get() == 1);
}

BOOST_AUTO_TEST_CASE(receivers_get_the_former_value_while_it_is_modified) {
  auto [tx, rx] = watch<int>{0};
  tx.modify([&rx](int& x) {
    x = 5;
    BOOST_TEST(rx.get() == 0);
  });
  BOOST_TEST(rx.get() == 5);
}

// -- ends that go -------------------------------------------------------------------------------

// tokio::sync::watch::Receiver::changed: an error if the channel has been closed and the current
// value is seen. tokio::sync::watch, "Closing": the value is dropped when all senders and all
// receivers have been dropped.
BOOST_AUTO_TEST_CASE(tokio_the_last_value_comes_before_the_end) {
  auto [tx, rx] = watch<int>{0};
  {
    auto last = std::move(tx);
    const auto one_more = last;
    last.set(1);
    BOOST_TEST(!rx.is_closed());
  }
  BOOST_TEST(rx.is_closed());
  BOOST_TEST(rx.changed().await());
  BOOST_TEST(!rx.changed().await());
  BOOST_TEST(!rx.has_changed());
  BOOST_TEST(rx.get() == 1);
}

BOOST_AUTO_TEST_CASE(receivers_that_wait_hear_that_the_last_sender_has_gone) {
  auto [tx, rx] = watch<int>{0};
  auto a = spawn(rt, next, rx);
  auto b = spawn(rt, next_blocking, rx);
  wait_until_idle(rt);
  tx = watch<int>{1}.sender;
  BOOST_TEST(a.await().value() == -1);
  BOOST_TEST(b.await().value() == -1);
}

// tokio::sync::watch::Sender::send_replace: permits values when there are no receivers.
// subscribe(): what was sent before counts as seen, and the channel is open again.
BOOST_AUTO_TEST_CASE(tokio_a_value_is_set_without_receivers) {
  auto [tx, rx] = watch<int>{0};
  BOOST_TEST(tx.is_wanted());
  {
    const auto dropped = std::move(rx);
  }
  BOOST_TEST(!tx.is_wanted());
  tx.set(3);
  auto late = tx.subscribe();
  BOOST_TEST(tx.is_wanted());
  BOOST_TEST(!late.has_changed());
  BOOST_TEST(late.get() == 3);
}

// tokio::sync::watch, "Closing", see above.
BOOST_AUTO_TEST_CASE(tokio_the_value_is_destroyed_with_the_last_end) {
  const auto value = std::make_shared<int>(1);
  auto [tx, rx] = watch<std::shared_ptr<int>>{value};
  {
    const auto last = std::move(tx);
  }
  BOOST_TEST(value.use_count() == 2);
  {
    const auto last = std::move(rx);
  }
  BOOST_TEST(value.use_count() == 1);
}

BOOST_AUTO_TEST_CASE(former_values_are_destroyed) {
  auto value = std::make_shared<int>(1);
  auto [tx, rx] = watch<std::shared_ptr<int>>{value};
  auto copy = rx.get();
  BOOST_TEST(value.use_count() == 3);
  tx.set(nullptr);
  copy = nullptr;
  BOOST_TEST(value.use_count() == 1);
}

// -- waits that end early -----------------------------------------------------------------------

// tokio::sync::watch::Receiver::changed, "Cancel safety": no values were marked as seen by a call
// that lost in select!.
BOOST_AUTO_TEST_CASE(tokio_a_change_that_loses_in_a_select_is_not_seen) {
  auto [tx, rx] = watch<int>{0};
  auto task = spawn(rt, [tx, rx](task_context ctx) mutable -> async<bool> {
    const auto none = co_await select(rx.changed(), ctx.sleep_for(1ms));
    tx.set(7);
    const auto lost = co_await select(ctx.sleep_for(0ms), rx.changed());
    const auto won = co_await select(ctx.sleep_for(1h), rx.changed());
    co_return none.index() == 1 && lost.index() == 0 && won.index() == 1 && std::get<1>(won) &&
        rx.get() == 7;
  });
  advance(1ms);
  BOOST_TEST(task.await().value());
}

BOOST_AUTO_TEST_CASE(a_cancelled_waiter_is_in_nobodys_way) {
  auto [tx, rx] = watch<int>{0};
  auto first = spawn(rt, next, rx);
  auto blocking = spawn(rt, next_blocking, rx);
  auto last = spawn(rt, next, rx);
  wait_until_idle(rt);
  first.cancel();
  blocking.cancel();
  BOOST_TEST((first.await().error().code() == error_code::cancelled));
  BOOST_TEST((blocking.await().error().code() == error_code::cancelled));
  tx.set(7);
  BOOST_TEST(last.await().value() == 7);
}

BOOST_FIXTURE_TEST_CASE(a_change_that_was_told_wins_over_a_stop, single_worker_fixture) {
  auto [tx, rx] = watch<int>{0};
  int got = 0;
  auto waiter = spawn(rt, [rx, &got](task_context ctx) mutable -> async<void> {
    if (co_await rx.changed())
      got = rx.get();
    co_await ctx.sleep_for(1h);
  });
  wait_until_idle(rt);
  // The only worker is busy: the waiter cannot run between.
  BOOST_TEST(spawn(rt,
                   [&] {
                     tx.set(7);
                     waiter.cancel();
                   })
                 .await()
                 .is_ok());
  BOOST_TEST((waiter.await().error().code() == error_code::cancelled));
  BOOST_TEST(got == 7);
}

BOOST_AUTO_TEST_CASE(a_destructor_of_a_body_that_stops_sees_no_change) {
  auto [tx, rx] = watch<int>{0};
  bool changed = true;
  auto task = spawn(rt, [&changed, rx](task_context ctx) mutable -> async<void> {
    const sweet::testing::at_end asks{[&] { changed = rx.changed().await(); }};
    co_await ctx.sleep_for(1h);
  });
  wait_until_idle(rt);
  task.cancel();
  static_cast<void>(task.await());
  BOOST_TEST(!changed);
}

// -- exceptions, slow copies, memory ------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_value_whose_copy_throws_was_not_seen) {
  using watch_test::slow;
  auto [tx, rx] = watch<slow>{slow{0}};
  tx.set(slow{1});
  slow::throws = true;
  BOOST_CHECK_THROW(static_cast<void>(rx.get()), std::runtime_error);
  BOOST_TEST(rx.has_changed());
  BOOST_TEST(rx.get().value == 1);
  slow::throws = true;
  BOOST_CHECK_THROW(tx.modify([](slow& x) { x.value = 5; }), std::runtime_error);
  BOOST_TEST(!rx.has_changed());
}

BOOST_AUTO_TEST_CASE(a_slow_copy_is_in_nobodys_way) {
  using watch_test::slow;
  auto [tx, rx] = watch<slow>{slow{0}};
  std::latch begun{1};
  std::latch go_on{1};
  slow::go_on = &go_on;
  slow::begun = &begun;
  int copied = -1;
  std::thread reader{[&copied, rx]() mutable { copied = rx.get().value; }};
  begun.wait();
  for (int i = 1; i <= 3; ++i) {
    tx.set(slow{i});
    BOOST_TEST(rx.get().value == i);
  }
  go_on.count_down();
  reader.join();
  BOOST_TEST(copied == 0);
  BOOST_TEST(rx.get().value == 3);
}

BOOST_AUTO_TEST_CASE(setting_and_waiting_need_no_memory) {
  wait_until_idle(rt); // what idle workers need is there
  auto task = spawn(rt, [](task_context ctx) -> async<bool> {
    auto [tx, rx] = watch<int>{0};
    auto child = ctx.spawn(next, rx);
    co_await ctx.yield();
    failing_allocations none{0, 1'000'000};
    tx.set(1);
    tx.modify([](int& x) { ++x; });
    const bool changed = co_await rx.changed();
    const int value = rx.get();
    const bool refused = none.stop();
    co_await child;
    co_return changed&& value == 2 && !refused;
  });
  BOOST_TEST(task.await().value());
}

// -- beyond one runtime -------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(it_outlives_runtimes_and_works_between_them) {
  auto [tx, rx] = watch<int>{0};
  {
    sweet::runtime other{runtime_options{.workers = 1}};
    auto task = spawn(rt, next, rx);
    wait_until_idle(rt);
    BOOST_TEST(spawn(other, [&tx] { tx.set(7); }).await().is_ok());
    BOOST_TEST(task.await().value() == 7);
  }
  BOOST_TEST(rx.changed().await());
  BOOST_TEST(rx.get() == 7);
}

BOOST_AUTO_TEST_CASE(many_receivers_on_several_workers_see_growing_values_up_to_the_last) {
  sweet::runtime busy{runtime_options{.workers = 4}};
  constexpr int values = 2'000;
  auto [tx, rx] = watch<int>{0};
  std::vector<spawning_task<std::vector<int>>> receivers;
  for (int i = 0; i < 50; ++i)
    receivers.push_back(spawn(busy, sees, rx));
  auto last = spawn(busy, [rx](task_context) mutable {
    int value = 0;
    while (rx.changed().await())
      value = rx.get();
    return value;
  });
  std::thread outside{[own = std::move(tx)]() mutable {
    for (int i = 1; i <= values; ++i)
      own.set(i);
  }};
  for (auto& task : receivers) {
    const auto seen = task.await().value();
    BOOST_REQUIRE(!seen.empty());
    BOOST_TEST(seen.back() == values);
    for (std::size_t i = 1; i < seen.size(); ++i)
      BOOST_REQUIRE(seen[i - 1] < seen[i]);
  }
  BOOST_TEST(last.await().value() == values);
  outside.join();
}

BOOST_AUTO_TEST_SUITE_END()
