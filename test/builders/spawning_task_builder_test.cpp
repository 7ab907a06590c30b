// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/sweet.hpp>
#include <sweet/testing/runtime_fixture.hpp>

#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::runtime_fixture;

namespace spawning_task_builder_test {
namespace {

using plain = decltype(async_task::to<int>(std::declval<runtime&>()));
using full = decltype(std::declval<plain>().blocking().retry(1).fallback(
    [](const task_error&) { return 1; }));

static_assert(std::is_nothrow_move_constructible_v<plain> && std::is_copy_constructible_v<plain>);
static_assert(std::is_copy_constructible_v<full>);
static_assert(std::is_copy_assignable_v<plain> && std::is_copy_assignable_v<full>);
// Options that ask nothing of the body leave the type alone.
static_assert(
    std::is_same_v<
        decltype(std::declval<plain>().name("n").priority(task_priority::low).timeout(1s)), plain>);

} // namespace
} // namespace spawning_task_builder_test

BOOST_FIXTURE_TEST_SUITE(spawning_task_builder_test, runtime_fixture)

BOOST_AUTO_TEST_CASE(nothing_happens_before_run) {
  const auto described = async_task::to<int>(rt).name("lazy").blocking().timeout(1s).retry(3);
  BOOST_TEST(rt.live_tasks() == 0u);
  BOOST_TEST(described.run([] { return 1; }).await().value() == 1);
}

BOOST_AUTO_TEST_CASE(a_call_changes_the_builder_it_returns_only) {
  const auto plain = async_task::to<std::string>(rt);
  const auto named = plain.name("a");
  const auto renamed = named.name("b").priority(task_priority::high);
  const auto body = [](task_context ctx) {
    return ctx.name() + (ctx.priority() == task_priority::high ? " high" : " normal");
  };
  BOOST_TEST(plain.run(body).await().value() == " normal");
  BOOST_TEST(named.run(body).await().value() == "a normal");
  BOOST_TEST(renamed.run(body).await().value() == "b high");
}

BOOST_AUTO_TEST_CASE(a_builder_can_be_assigned) {
  runtime other{runtime_options{.workers = 1}};
  auto chosen = async_task::to<std::string>(other).name("there");
  chosen = async_task::to<std::string>(rt).name("here");
  auto task = chosen.run([](task_context ctx) { return ctx.name(); });
  BOOST_TEST(task.await().value() == "here");
  BOOST_TEST(rt.live_tasks() == 1u); // the one that the handle holds
}

BOOST_AUTO_TEST_CASE(recovery_is_changed_in_the_returned_builder_only) {
  const auto twice = async_task::to<int>(rt).retry(1, backoff::immediate());
  const auto thrice = twice.retry(2, backoff::immediate());
  const auto with_fallback =
      twice.fallback([](const task_error& e) { return static_cast<int>(e.attempt()) * 10; });
  const auto body = [](task_context ctx) {
    return ctx.attempt() < 3 ? throw std::runtime_error{"no"} : 1;
  };
  BOOST_TEST(twice.run(body).await().error().attempt() == 2u);
  BOOST_TEST(thrice.run(body).await().value() == 1);
  BOOST_TEST(with_fallback.run(body).await().value() == 20);
}

BOOST_AUTO_TEST_CASE(a_builder_can_be_run_any_number_of_times) {
  const auto described = async_task::to<int>(rt).retry(1, backoff::immediate()).name("again");
  for (int i = 0; i < 3; ++i)
    BOOST_TEST(described.run([](int x) { return x; }, i).await().value() == i);
}

BOOST_AUTO_TEST_CASE(the_order_of_calls_does_not_matter) {
  const auto body = [](task_context ctx) -> int {
    if (ctx.attempt() == 1)
      throw std::runtime_error{"no"};
    return ctx.name() == "x" ? 2 : 0;
  };
  BOOST_TEST(async_task::to<int>(rt)
                 .retry(1, backoff::immediate())
                 .blocking()
                 .timeout(1h)
                 .name("x")
                 .run(body)
                 .await()
                 .value() == 2);
  BOOST_TEST(async_task::to<int>(rt)
                 .name("x")
                 .timeout(1h)
                 .blocking()
                 .retry(1, backoff::immediate())
                 .run(body)
                 .await()
                 .value() == 2);
}

BOOST_AUTO_TEST_CASE(the_last_call_wins) {
  auto task = async_task::to<int>(rt)
                  .name("first")
                  .name("second")
                  .retry(5, backoff::immediate())
                  .retry(1, backoff::immediate())
                  .fallback([](const task_error&) { return 1; })
                  .fallback([](const task_error&) { return 2; })
                  .run([]() -> int { throw std::runtime_error{"no"}; });
  BOOST_TEST(task.name() == "second");
  BOOST_TEST(task.await().value() == 2);
  BOOST_TEST(task.attempts() == 2u);
}

BOOST_AUTO_TEST_CASE(a_child_is_described_like_a_top_level_task) {
  auto task = spawn(rt, [](task_context ctx) -> async<int> {
    auto child = async_task::to<int>(ctx)
                     .name("child")
                     .retry(1, backoff::immediate())
                     .fallback([](const task_error&) { return 4; })
                     .run([]() -> int { throw std::runtime_error{"no"}; });
    static_assert(std::is_same_v<decltype(child), child_task<int>>);
    co_return co_await child;
  });
  BOOST_TEST(task.await().value() == 4);
}

BOOST_AUTO_TEST_CASE(a_detached_task_keeps_its_description) {
  auto task = spawn(rt, [](task_context ctx) {
    return async_task::to<int>(ctx)
        .retry(1, backoff::immediate())
        .fallback([](const task_error&) { return 4; })
        .detach()
        .run([]() -> int { throw std::runtime_error{"no"}; });
  });
  BOOST_TEST(task.await().value().await().value() == 4);
}

BOOST_AUTO_TEST_CASE(what_belongs_to_another_runtime_is_refused_when_the_work_starts) {
  runtime other;
  const circuit_breaker breaker{other};
  const rate_limit limit{other};
  const auto body = [] { return 1; };
  BOOST_CHECK_THROW(async_task::to<int>(rt).circuit_breaker(breaker).run(body),
                    std::invalid_argument);
  BOOST_CHECK_THROW(async_task::to<int>(rt).rate_limit(limit).run(body), std::invalid_argument);
  BOOST_TEST(async_task::to<int>(other)
                 .circuit_breaker(breaker)
                 .rate_limit(limit)
                 .run(body)
                 .await()
                 .value() == 1);
}

BOOST_AUTO_TEST_CASE(a_body_that_throws_while_it_is_copied_starts_nothing) {
  struct throws_on_copy {
    throws_on_copy() = default;
    throws_on_copy(const throws_on_copy&) { throw std::runtime_error{"copy"}; }
    int operator()() const { return 1; }
  };
  const throws_on_copy body;
  BOOST_CHECK_THROW(async_task::to<int>(rt).run(body), std::runtime_error);
  BOOST_CHECK_THROW(async_task::to<int>(rt).retry(1).run(body), std::runtime_error);
}

BOOST_AUTO_TEST_SUITE_END()
