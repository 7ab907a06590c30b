// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Faults that were reported of watches in other libraries, each as a test that this one would fail
// if it had the fault. test/mutants/rules.toml puts them in.

#include <sweet/actors/sync/watch.hpp>
#include <sweet/sweet.hpp>
#include <sweet/testing/runs_elsewhere.hpp>
#include <sweet/testing/runtime_fixture.hpp>

#include <atomic>
#include <functional>
#include <memory>
#include <stdexcept>
#include <thread>
#include <utility>

using namespace sweet;
using sweet::testing::runs_elsewhere;
using sweet::testing::runtime_fixture;
using sweet::testing::wait_until_idle;

namespace watch_reports_test {
namespace {

async<bool> hears(task_context, watch_receiver<int> rx) {
  co_return co_await rx.changed();
}

/// Calls functions when it is copied, and when it is destroyed and has not been moved from.
struct telling {
  std::function<void()> copied{};
  std::function<void()> destroyed{};

  telling() = default;
  telling(std::function<void()> copy, std::function<void()> end)
      : copied(std::move(copy)), destroyed(std::move(end)) {}
  telling(const telling& other) : copied(other.copied), destroyed(other.destroyed) {
    if (copied)
      copied();
  }
  telling(telling&& other) noexcept
      : copied(std::exchange(other.copied, nullptr)),
        destroyed(std::exchange(other.destroyed, nullptr)) {}
  ~telling() {
    if (destroyed)
      destroyed();
  }
};

/// For another thread: to copy an end takes the lock.
std::shared_ptr<watch_sender<telling>> shared(const watch_sender<telling>& tx) {
  return std::make_shared<watch_sender<telling>>(tx);
}

} // namespace
} // namespace watch_reports_test

BOOST_FIXTURE_TEST_SUITE(watch_reports_test, runtime_fixture)

// -- what is news -------------------------------------------------------------------------------

// https://github.com/risa-labs-inc/BossConsole/issues/1179 "StateServiceImpl.watchState snapshots
// before subscribing — updates in the gap are permanently dropped (replay=0)": a value that was set
// between the look and the wait.
BOOST_AUTO_TEST_CASE(boss_console_1179_a_value_that_is_set_before_the_wait_ends_it) {
  auto [tx, rx] = watch<int>{0};
  BOOST_TEST(rx.get() == 0);
  tx.set(1);
  auto task = spawn(rt, hears, rx);
  wait_until_idle(rt);
  BOOST_REQUIRE(task.is_done());
  BOOST_TEST(task.await().value());
}

// https://github.com/tokio-rs/tokio/issues/3168 "sync::watch misbehaves in multi-threaded context":
// among others by waits that ended without news; as
// https://github.com/tokio-rs/tokio/issues/5396 "one call tokio::sync::Notify::notify_waiters() can
// wake two sequential tokio::sync::Notify::notified().await" shows of what it was made of.
BOOST_AUTO_TEST_CASE(tokio_3168_one_value_ends_one_wait) {
  auto [tx, rx] = watch<int>{0};
  std::atomic<int> news{0};
  auto task = spawn(rt, [&news, own = rx]() mutable -> async<void> {
    for (int i = 0; i < 2; ++i) {
      co_await own.changed();
      ++news;
    }
  });
  wait_until_idle(rt);
  tx.set(1);
  wait_until_idle(rt);
  BOOST_TEST(news == 1);
  tx.set(2);
  wait_until_idle(rt);
  BOOST_TEST(news == 2);
}

// https://github.com/rtic-rs/rtic/pull/1208 "rtic-sync: fix a concurrency bug with
// `SignalWriter::write_inner` + `WatchReader::try_get`": one value was news twice. In
// https://github.com/tokio-rs/tokio/issues/3666 "Make possible to update version of watch to
// version in shared data" it is one that is set between the end of the wait and the look.
BOOST_AUTO_TEST_CASE(rtic_1208_a_value_is_news_once) {
  auto [tx, rx] = watch<int>{0};
  tx.set(1);
  BOOST_TEST(rx.changed().await());
  tx.set(2);
  BOOST_TEST(rx.get() == 2);
  BOOST_TEST(!rx.has_changed());
}

// The other way about: while the receiver copies one value, the next one is set.
BOOST_AUTO_TEST_CASE(rtic_1208_a_value_that_is_set_while_one_is_copied_is_news) {
  using watch_reports_test::telling;
  auto [tx, rx] = watch<telling>{telling{}};
  const auto other = shared(tx);
  tx.set(telling{[other] { BOOST_TEST(runs_elsewhere([other] { other->set(telling{}); })); }, {}});
  static_cast<void>(rx.get());
  BOOST_TEST(rx.has_changed());
  BOOST_TEST(rx.changed().await());
  BOOST_TEST(!rx.has_changed());
}

// https://github.com/tokio-rs/tokio/issues/5606 "sync: add `watch::Receiver::wait_for`": who
// subscribes after the value and waits for a change waits for ever. Here as there the value is no
// news then, and has to be looked at first.
BOOST_AUTO_TEST_CASE(tokio_5606_who_subscribes_late_has_the_value_and_no_news) {
  auto [tx, rx] = watch<bool>{false};
  tx.set(true);
  auto late = tx.subscribe();
  BOOST_TEST(!late.has_changed());
  BOOST_TEST(late.get());
  BOOST_TEST(rx.has_changed());
}

// https://github.com/tokio-rs/tokio/issues/7228 "`watch::Sender::send` is a error-prone default",
// and https://github.com/tokio-rs/tokio/issues/4165 "Permit sending into a `watch::Sender` without
// active `Receiver`s": what was sent while there was no receiver was lost.
BOOST_AUTO_TEST_CASE(tokio_7228_a_value_that_is_set_without_receivers_is_there_for_the_next) {
  auto [tx, rx] = watch<int>{1};
  {
    const auto last = std::move(rx);
  }
  tx.set(2);
  BOOST_TEST(tx.get() == 2);
  BOOST_TEST(tx.subscribe().get() == 2);
}

// What https://github.com/realm/realm-core/pull/7602 "Fix a race condition in Promise" is about:
// who was woken destroys what another thread still uses. ThreadSanitizer sees it.
BOOST_AUTO_TEST_CASE(realm_7602_who_hears_of_a_value_may_destroy_the_watch) {
  for (int i = 0; i < 500; ++i) {
    auto w = std::make_unique<watch<int>>(0);
    std::thread other{[&tx = w->sender] { tx.set(1); }};
    BOOST_REQUIRE(w->receiver.changed().await());
    w.reset();
    other.join();
  }
}

// -- the end ------------------------------------------------------------------------------------

// https://github.com/tokio-rs/tokio/issues/7281 "`tokio::sync::watch::Receiver` does not adhere to
// the specification": of a value that was not seen before the end, one function told, and another
// one did not. Here both do, and a third function tells the end.
BOOST_AUTO_TEST_CASE(tokio_7281_a_value_that_was_not_seen_is_news_after_the_end) {
  auto [tx, rx] = watch<int>{0};
  {
    auto last = std::move(tx);
    last.set(1);
  }
  BOOST_TEST(rx.is_closed());
  BOOST_TEST(rx.has_changed());
  BOOST_TEST(rx.changed().await());
  BOOST_TEST(!rx.has_changed());
  BOOST_TEST(!rx.changed().await());
}

// https://github.com/tokio-rs/tokio/pull/3913 "sync: fix watch borrow_and_update": who looked after
// the end had a wrong mark.
BOOST_AUTO_TEST_CASE(tokio_3913_a_look_after_the_end_sees_the_value) {
  auto [tx, rx] = watch<int>{0};
  {
    auto last = std::move(tx);
    last.set(1);
  }
  BOOST_TEST(rx.get() == 1);
  BOOST_TEST(!rx.has_changed());
  auto task = spawn(rt, hears, rx);
  wait_until_idle(rt);
  BOOST_REQUIRE(task.is_done());
  BOOST_TEST(!task.await().value());
}

// -- what users' types and functions do ---------------------------------------------------------

// https://github.com/tokio-rs/tokio/issues/4246 "Watcher::send can deadlock": while somebody looks
// at the value.
BOOST_AUTO_TEST_CASE(tokio_4246_a_value_can_be_set_while_one_is_looked_at) {
  using watch_reports_test::telling;
  bool done = false;
  auto [tx, rx] = watch<telling>{telling{}};
  const auto other = shared(tx);
  tx.set(
      telling{[&done, other] { done = runs_elsewhere([other] { other->set(telling{}); }); }, {}});
  static_cast<void>(rx.get());
  BOOST_TEST(done);
}

// https://github.com/tokio-rs/tokio/pull/6021 "watch::Receiver::wait_for(): Prevent poisoning of
// the lock": by a function of the user's that fails.
BOOST_AUTO_TEST_CASE(tokio_6021_a_function_that_throws_leaves_the_watch_usable) {
  auto [tx, rx] = watch<int>{0};
  BOOST_CHECK_THROW(tx.modify([](int&) { throw std::runtime_error{"no"}; }), std::runtime_error);
  BOOST_TEST(runs_elsewhere([other = tx]() mutable { other.set(1); }));
  BOOST_TEST(rx.has_changed());
}

// https://github.com/tokio-rs/tokio/issues/5429 "Possible deadlock when a waker is replaced": what
// users give was destroyed while a lock was held, and its destructor needed the lock. Here a value
// that modify() has made and not set was.
BOOST_AUTO_TEST_CASE(tokio_5429_a_value_that_is_not_set_is_destroyed_while_no_lock_is_held) {
  using watch_reports_test::telling;
  int free = 0;
  auto [tx, rx] = watch<telling>{telling{}};
  const auto asks = [&free, other = shared(tx)] {
    if (runs_elsewhere([other] { other->modify([](telling&) { return false; }); }))
      ++free;
  };
  tx.modify([&asks](telling& value) {
    value.destroyed = asks;
    return false;
  });
  BOOST_TEST(free == 1);
  tx.set(telling{{}, asks});
  tx.set(telling{});
  BOOST_TEST(free == 2);
  BOOST_CHECK_THROW(tx.modify([&asks](telling& value) {
    value.destroyed = asks;
    throw std::runtime_error{"no"};
  }),
                    std::runtime_error);
  BOOST_TEST(free == 3);
}

BOOST_AUTO_TEST_SUITE_END()
