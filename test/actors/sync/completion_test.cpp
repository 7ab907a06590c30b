// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/sync/completion.hpp>
#include <sweet/actors/sync/select.hpp>
#include <sweet/sweet.hpp>
#include <sweet/testing/at_end.hpp>
#include <sweet/testing/failing_allocations.hpp>
#include <sweet/testing/runtime_fixture.hpp>

#include <chrono>
#include <latch>
#include <memory>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::failing_allocations;
using sweet::testing::runtime_fixture;
using sweet::testing::single_worker_fixture;
using sweet::testing::wait_until_idle;

namespace completion_test {
namespace {

template <class T>
async<T> gets(task_context, completion_result<T> result) {
  auto outcome = co_await result.get();
  co_return std::move(outcome).unwrap();
}

int gets_blocking(task_context, completion_result<int> result) {
  return result.get().await().unwrap();
}

/// The value, which cannot be copied, or the code of the error: negative.
async<int> takes(task_context, completion_result<std::unique_ptr<int>> result) {
  const auto outcome = co_await result.get();
  co_return outcome.is_ok() ? *outcome.value() : -static_cast<int>(outcome.error().code());
}

constexpr int taken_already = -static_cast<int>(error_code::invalid_state);

/// Throws from its copies and moves as often as it was told to.
struct moody {
  explicit moody(int& copies_that_throw, int* moves_that_throw = nullptr)
      : copies(&copies_that_throw), moves(moves_that_throw) {}
  moody(const moody& other) : copies(other.copies), moves(other.moves) { may_throw(copies); }
  moody(moody&& other) : copies(other.copies), moves(other.moves) { may_throw(moves); }

  static void may_throw(int* left) {
    if (left != nullptr && *left > 0) {
      --*left;
      throw std::runtime_error{"moody"};
    }
  }

  int* copies;
  int* moves;
};

} // namespace
} // namespace completion_test

BOOST_FIXTURE_TEST_SUITE(completion_test, runtime_fixture)

// -- setting and getting ------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_value_that_is_set_before_the_wait_is_given_at_once) {
  auto [set, result] = completion<int>{};
  BOOST_TEST(!result.is_ready());
  BOOST_TEST(!result.try_get().has_value());
  BOOST_TEST(set(7));
  BOOST_TEST(result.is_ready());
  BOOST_TEST(result.try_get().value().value() == 7);
  BOOST_TEST(spawn(rt, gets<int>, result).await().value() == 7);
  BOOST_TEST(spawn(rt, gets_blocking, result).await().value() == 7);
  BOOST_TEST(result.get().await().value() == 7);
}

BOOST_AUTO_TEST_CASE(all_that_wait_get_a_copy) {
  auto [set, result] = completion<int>{};
  std::vector<spawning_task<int>> waiting;
  for (int i = 0; i < 5; ++i) {
    waiting.push_back(spawn(rt, gets<int>, result));
    waiting.push_back(spawn(rt, gets_blocking, result));
  }
  std::thread outside{[result]() mutable {
    if (result.get().await().value() != 7)
      std::terminate();
  }};
  wait_until_idle(rt);
  for (auto& task : waiting)
    BOOST_TEST(!task.is_done());
  set(7);
  for (auto& task : waiting)
    BOOST_TEST(task.await().value() == 7);
  outside.join();
}

BOOST_AUTO_TEST_CASE(a_completion_may_have_no_value) {
  auto [set, result] = completion<void>{};
  auto task = spawn(rt, gets<void>, result);
  wait_until_idle(rt);
  BOOST_TEST(!task.is_done());
  BOOST_TEST(set());
  BOOST_TEST(task.await().is_ok());
  BOOST_TEST(result.try_get().value().is_ok());
}

BOOST_AUTO_TEST_CASE(an_error_is_given_to_all) {
  auto [set, result] = completion<std::unique_ptr<int>>{};
  auto a = spawn(rt, takes, result);
  auto b = spawn(rt, takes, result);
  wait_until_idle(rt);
  BOOST_TEST(set.fail(task_error{error_code::io, "no disk"}));
  BOOST_TEST(a.await().value() == -static_cast<int>(error_code::io));
  BOOST_TEST(b.await().value() == -static_cast<int>(error_code::io));
  BOOST_TEST(result.try_get().value().error().message() == "no disk");
}

BOOST_AUTO_TEST_CASE(a_value_that_cannot_be_copied_goes_to_the_first_that_came) {
  auto [set, result] = completion<std::unique_ptr<int>>{};
  std::vector<spawning_task<int>> waiting;
  for (int i = 0; i < 3; ++i) {
    waiting.push_back(spawn(rt, takes, result));
    wait_until_idle(rt);
  }
  set(std::make_unique<int>(7));
  BOOST_TEST(waiting[0].await().value() == 7);
  BOOST_TEST(waiting[1].await().value() == taken_already);
  BOOST_TEST(waiting[2].await().value() == taken_already);
  BOOST_TEST((result.try_get().value().error().code() == error_code::invalid_state));
}

BOOST_AUTO_TEST_CASE(a_thread_sets_what_a_task_waits_for) {
  for (int i = 0; i < 200; ++i) {
    auto [set, result] = completion<int>{};
    auto task = spawn(rt, gets<int>, std::move(result));
    std::thread other{[setter = std::move(set), i]() mutable { setter(i); }};
    BOOST_REQUIRE(task.await().value() == i);
    other.join();
  }
}

BOOST_AUTO_TEST_CASE(a_setter_is_used_once) {
  auto [set, result] = completion<int>{};
  BOOST_TEST(static_cast<bool>(set));
  set(1);
  BOOST_TEST(!set);
  BOOST_CHECK_THROW(set(2), std::logic_error);
  BOOST_CHECK_THROW(set.fail(task_error{}), std::logic_error);
  BOOST_TEST(result.try_get().value().value() == 1);
}

// -- ends that go -------------------------------------------------------------------------------

// tokio::sync::oneshot, https://docs.rs/tokio/latest/tokio/sync/oneshot/index.html: "If the sender
// is dropped without sending, the receiver will fail".
BOOST_AUTO_TEST_CASE(tokio_a_sender_that_is_dropped_fails_the_receiver) {
  auto [set, result] = completion<int>{};
  auto task = spawn(rt, gets<int>, result);
  wait_until_idle(rt);
  {
    const auto dropped = std::move(set);
    BOOST_TEST(!set);
  }
  BOOST_TEST((task.await().error().root_cause().code() == error_code::unreachable));
  BOOST_TEST((result.try_get().value().error().code() == error_code::unreachable));
  auto other = completion<int>{};
  other.set = completion<int>{}.set;
  BOOST_TEST((other.result.try_get().value().error().code() == error_code::unreachable));
}

// tokio::sync::oneshot::Sender::send,
// https://docs.rs/tokio/latest/tokio/sync/oneshot/struct.Sender.html: an error says that the value
// will never be received. Sender::is_closed, same page: once it is true, sending always fails.
BOOST_AUTO_TEST_CASE(tokio_sending_fails_once_the_receiver_has_gone) {
  auto value = std::make_shared<int>(1);
  auto [set, result] = completion<std::shared_ptr<int>>{};
  {
    auto last = std::move(result);
    const auto one_more = last;
    BOOST_TEST(set.is_wanted());
  }
  BOOST_TEST(!set.is_wanted());
  BOOST_TEST(!set(value));
  BOOST_TEST(value.use_count() == 1);
}

// tokio::sync::oneshot::Sender::closed, same page: waits for the receiver to go, and is used with
// select! to abort a computation that nobody wants any more.
BOOST_AUTO_TEST_CASE(tokio_a_computation_ends_when_nobody_wants_it) {
  auto [set, result] = completion<int>{};
  auto worker = spawn(rt, [setter = std::move(set)](task_context ctx) mutable -> async<bool> {
    auto work = ctx.spawn([](task_context own) -> async<int> {
      co_await own.sleep_for(1h);
      co_return 1;
    });
    const auto what = co_await select(work, setter.unwanted());
    work.cancel();
    co_return what.index() == 1;
  });
  wait_until_idle(rt);
  BOOST_TEST(!worker.is_done());
  {
    const auto dropped = std::move(result);
  }
  BOOST_TEST(worker.await().value());
}

// tokio::sync::oneshot, module documentation: a sender can be used from a destructor.
BOOST_AUTO_TEST_CASE(tokio_a_destructor_sets_the_value) {
  auto [set, result] = completion<int>{};
  auto task = spawn(rt, [own = std::move(set)](task_context ctx) mutable -> async<void> {
    const sweet::testing::at_end sets{[&own] { own(7); }};
    co_await ctx.sleep_for(1h);
  });
  wait_until_idle(rt);
  task.cancel();
  BOOST_TEST(result.get().await().value() == 7);
}

BOOST_AUTO_TEST_CASE(bodies_and_threads_hear_that_nobody_wants_it) {
  auto [set, result] = completion<int>{};
  std::thread outside{[&set] { set.unwanted().await(); }};
  auto callable = spawn(rt, [&set] { set.unwanted().await(); });
  auto coroutine = spawn(rt, [&set]() -> async<void> { co_await set.unwanted(); });
  wait_until_idle(rt);
  BOOST_TEST(!callable.is_done());
  BOOST_TEST(!coroutine.is_done());
  result = completion<int>{}.result;
  BOOST_TEST(callable.await().is_ok());
  BOOST_TEST(coroutine.await().is_ok());
  outside.join();
  set.unwanted().await();
}

// -- waits that end early -----------------------------------------------------------------------

// tokio::sync::oneshot::Receiver, "Cancel safety",
// https://docs.rs/tokio/latest/tokio/sync/oneshot/struct.Receiver.html: no message was received by
// an await that lost in select!.
BOOST_AUTO_TEST_CASE(tokio_a_wait_that_loses_in_a_select_loses_nothing) {
  auto [set, result] = completion<std::unique_ptr<int>>{};
  auto task = spawn(rt, [result](task_context ctx) mutable -> async<int> {
    const auto first = co_await select(result.get(), ctx.sleep_for(1ms));
    const auto second = co_await select(ctx.sleep_for(1h), result.get());
    co_return static_cast<int>(first.index()) * 100 + static_cast<int>(second.index()) * 10 +
        *std::get<1>(second).value();
  });
  advance(1ms);
  set(std::make_unique<int>(7));
  BOOST_TEST(task.await().value() == 117);
}

BOOST_AUTO_TEST_CASE(a_cancelled_waiter_takes_nothing_and_is_in_nobodys_way) {
  auto [set, result] = completion<std::unique_ptr<int>>{};
  auto first = spawn(rt, takes, result);
  wait_until_idle(rt);
  auto blocking = spawn(rt, [result]() mutable { return *result.get().await().unwrap(); });
  wait_until_idle(rt);
  auto last = spawn(rt, takes, result);
  wait_until_idle(rt);
  first.cancel();
  blocking.cancel();
  BOOST_TEST((first.await().error().code() == error_code::cancelled));
  BOOST_TEST((blocking.await().error().code() == error_code::cancelled));
  set(std::make_unique<int>(7));
  BOOST_TEST(last.await().value() == 7);
}

BOOST_FIXTURE_TEST_CASE(a_value_that_was_handed_over_wins_over_a_stop, single_worker_fixture) {
  auto [set, result] = completion<std::unique_ptr<int>>{};
  int got = 0;
  auto waiter = spawn(rt, [own = std::move(result), &got](task_context ctx) mutable -> async<void> {
    got = *(co_await own.get()).value();
    co_await ctx.sleep_for(1h);
  });
  wait_until_idle(rt);
  // The only worker is busy: the waiter cannot run between.
  BOOST_TEST(spawn(rt,
                   [&] {
                     set(std::make_unique<int>(7));
                     waiter.cancel();
                   })
                 .await()
                 .is_ok());
  BOOST_TEST((waiter.await().error().code() == error_code::cancelled));
  BOOST_TEST(got == 7);
}

BOOST_AUTO_TEST_CASE(a_destructor_of_a_body_that_stops_gets_an_error) {
  auto [set, result] = completion<int>{};
  auto code = error_code::unknown;
  auto task = spawn(rt, [&code, result](task_context ctx) mutable -> async<void> {
    const sweet::testing::at_end asks{[&] { code = result.get().await().error().code(); }};
    co_await ctx.sleep_for(1h);
  });
  wait_until_idle(rt);
  task.cancel();
  static_cast<void>(task.await());
  BOOST_TEST((code == error_code::cancelled));
  set(1);
  BOOST_TEST(result.try_get().value().value() == 1);
}

// -- exceptions and memory ----------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_copy_that_throws_leaves_the_value_to_the_next) {
  int copies_that_throw = 0;
  auto [set, result] = completion<moody>{};
  set(moody{copies_that_throw});
  copies_that_throw = 1;
  auto first = spawn(rt, [result]() mutable -> async<void> {
    static_cast<void>((co_await result.get()).is_ok());
  });
  BOOST_TEST(first.await().error().message() == "moody");
  BOOST_TEST(result.get().await().is_ok());
}

BOOST_AUTO_TEST_CASE(a_move_that_throws_leaves_the_completion_unset) {
  int never = 0;
  int moves_that_throw = 0;
  auto [set, result] = completion<moody>{};
  moody value{never, &moves_that_throw};
  moves_that_throw = 1;
  BOOST_CHECK_THROW(set(std::move(value)), std::runtime_error);
  BOOST_TEST(!result.is_ready());
  BOOST_TEST(static_cast<bool>(set));
  BOOST_TEST(set(std::move(value)));
  BOOST_TEST(result.is_ready());
}

BOOST_AUTO_TEST_CASE(setting_and_getting_need_no_memory) {
  wait_until_idle(rt); // what idle workers need is there
  auto task = spawn(rt, [](task_context ctx) -> async<bool> {
    auto [set, result] = completion<int>{};
    auto [set_other, other] = completion<int>{};
    auto child = ctx.spawn([result, answer = std::move(set_other)]() mutable -> async<void> {
      answer((co_await result.get()).value());
    });
    co_await ctx.yield();
    failing_allocations none{0, 1'000'000};
    set(1);
    const auto outcome = co_await other.get();
    const bool refused = none.stop();
    co_await child;
    co_return outcome.is_ok() && !refused;
  });
  BOOST_TEST(task.await().value());
}

// -- beyond one runtime -------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(it_outlives_runtimes_and_works_between_them) {
  auto [set, result] = completion<int>{};
  {
    sweet::runtime other{runtime_options{.workers = 1}};
    auto task = spawn(rt, gets<int>, result);
    wait_until_idle(rt);
    BOOST_TEST(
        spawn(other, [setter = std::move(set)]() mutable { return setter(7); }).await().value());
    BOOST_TEST(task.await().value() == 7);
  }
  BOOST_TEST(result.get().await().value() == 7);
}

BOOST_AUTO_TEST_CASE(thousands_of_tasks_on_several_workers_hand_over) {
  sweet::runtime busy{runtime_options{.workers = 4}};
  constexpr int tasks = 2'000;
  std::vector<completion<int>> links;
  for (int i = 0; i <= tasks; ++i)
    links.emplace_back();
  std::vector<spawning_task<void>> relays;
  for (int i = 0; i < tasks; ++i) {
    auto& from = links[static_cast<std::size_t>(i)].result;
    auto& to = links[static_cast<std::size_t>(i) + 1].set;
    if (i % 500 == 0)
      relays.push_back(spawn(
          busy, [from, to = std::move(to)]() mutable { to(from.get().await().value() + 1); }));
    else
      relays.push_back(spawn(busy, [from, to = std::move(to)]() mutable -> async<void> {
        to((co_await from.get()).value() + 1);
      }));
  }
  std::thread outside{[&] { links.front().set(0); }};
  BOOST_TEST(links.back().result.get().await().value() == tasks);
  outside.join();
  for (auto& task : relays)
    BOOST_TEST(task.await().is_ok());
}

BOOST_AUTO_TEST_SUITE_END()
