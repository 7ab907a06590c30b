// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/sweet.hpp>
#include <sweet/testing/runtime_fixture.hpp>
#include <sweet/testing/wait_until_idle.hpp>

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <numeric>
#include <ranges>
#include <string>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::runtime_fixture;
using sweet::testing::wait_until_idle;

// What a sender awaits may emit for it: one of them at a time has the emitter, though they run on
// several workers.
namespace emit_below_sender_test {
namespace {

using numbers = std::vector<int>;

numbers up_to(int n) {
  numbers all(static_cast<std::size_t>(n));
  std::iota(all.begin(), all.end(), 0);
  return all;
}

async<void> emits_three(emitter<int>& out, int from) {
  for (int i = 0; i < 3; ++i)
    co_await out.emit(from + i);
}

/// Starts a stream whose sender emits one number, has `below` emit the next three, and so on.
template <class F>
auto counts_with(runtime& rt, int rounds, F below) {
  return async_task::emits<int>(rt)
      .sender([rounds, below](task_context ctx, emitter<int>& out) -> async<void> {
        for (int i = 0; i < rounds; ++i) {
          co_await out.emit(4 * i);
          co_await below(ctx, out, 4 * i + 1);
        }
      })
      .receiver(strategy::serial{}, [](int x) { return x; })
      .await_final_event();
}

} // namespace
} // namespace emit_below_sender_test

BOOST_FIXTURE_TEST_SUITE(emit_below_sender_test, runtime_fixture)

BOOST_AUTO_TEST_CASE(a_range_is_emitted_at_once) {
  const auto gather = [&](auto body) {
    return async_task::emits<std::string>(rt)
        .capacity(64)
        .sender(std::move(body))
        .receiver(strategy::serial{}, [](const std::string& x) { return std::stoi(x); })
        .await_final_event();
  };
  for (const int n : {0, 1, 7, 8, 9, 63, 64, 65, 1'000}) {
    const auto end = gather([n](emitter<std::string>& out) -> async<void> {
      const auto text = [](int i) { return std::to_string(i); };
      co_await out.emit_all(std::views::iota(0, n) | std::views::transform(text));
    });
    BOOST_TEST(end.is_ok());
    BOOST_TEST(end.collected.items == up_to(n));
  }
  // Between other events, and several times.
  const auto mixed = async_task::emits<int>(rt)
                         .sender([](emitter<int>& out) -> async<void> {
                           const numbers some = up_to(3);
                           co_await out.emit(-1);
                           co_await out.emit_all(std::span{some});
                           co_await out.emit(-1);
                           co_await out.emit_all(up_to(2));
                         })
                         .receiver(strategy::serial{}, [](int x) { return x; })
                         .await_final_event();
  BOOST_TEST((mixed.collected.items == numbers{-1, 0, 1, 2, -1, 0, 1}));
}

BOOST_AUTO_TEST_CASE(a_coroutine_emits) {
  const auto end = counts_with(
      rt, 300, [](task_context, emitter<int>& out, int from) { return emits_three(out, from); });
  BOOST_TEST(end.is_ok());
  BOOST_TEST(end.collected.items == up_to(1'200), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_body_with_a_time_limit_emits) {
  const auto end = counts_with(rt, 300, [](task_context ctx, emitter<int>& out, int from) {
    return ctx.with_timeout(1h, [&out, from] { return emits_three(out, from); });
  });
  BOOST_TEST(end.is_ok());
  BOOST_TEST(end.collected.items == up_to(1'200), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_body_emits_whose_outcome_is_awaited) {
  const auto end = async_task::emits<int>(rt)
                       .sender([](task_context ctx, emitter<int>& out) -> async<void> {
                         for (int i = 0; i < 300; ++i) {
                           co_await out.emit(4 * i);
                           auto scope = ctx.scope(child_failure::fail_fast, [&out, i] {
                             return emits_three(out, 4 * i + 1);
                           });
                           (co_await scope.result()).unwrap();
                         }
                       })
                       .receiver(strategy::serial{}, [](int x) { return x; })
                       .await_final_event();
  BOOST_TEST(end.is_ok());
  BOOST_TEST(end.collected.items == up_to(1'200), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_the_sender_has_emitted_before_is_handed_over_first) {
  std::atomic<int> received = 0;
  async_event go;
  const auto waits = [&go]() -> async<void> { co_await go; };
  auto task = async_task::emits<int>(rt)
                  .sender([&](emitter<int>& out) -> async<void> {
                    co_await out.emit(1);
                    co_await waits();
                  })
                  .receiver(strategy::serial{}, [&](int) { ++received; })
                  .run();
  wait_until_idle(rt);
  BOOST_TEST(received == 1);
  go.set();
  BOOST_TEST(task.await_final_event().is_ok());
}

BOOST_AUTO_TEST_CASE(what_the_sender_emits_afterwards_is_handed_over_when_it_suspends) {
  std::atomic<int> received = 0;
  async_event go;
  auto task = async_task::emits<int>(rt)
                  .sender([&](emitter<int>& out) -> async<void> {
                    co_await emits_three(out, 0);
                    co_await out.emit(3);
                    co_await go;
                  })
                  .receiver(strategy::serial{}, [&](int) { ++received; })
                  .run();
  wait_until_idle(rt);
  BOOST_TEST(received == 4);
  go.set();
  BOOST_TEST(task.await_final_event().is_ok());
}

BOOST_AUTO_TEST_SUITE_END()
