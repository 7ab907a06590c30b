// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/sweet.hpp>
#include <sweet/testing/expect.hpp>
#include <sweet/testing/runtime_fixture.hpp>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include <ctime>
#include <optional>
#include <stdexcept>
#include <string>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::expect;
using sweet::testing::runtime_fixture;
using sweet::testing::single_worker_fixture;
using sweet::testing::wait_until_idle;

namespace metrics_test {
namespace {

/// Keeps the processor busy for at least that long.
void compute(std::chrono::nanoseconds d) {
  const auto now = [] {
    timespec t{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return std::chrono::seconds{t.tv_sec} + std::chrono::nanoseconds{t.tv_nsec};
  };
  for (const auto end = now() + d; now() < end;)
    ;
}

async<void> starts_one(task_context ctx) {
  auto child = ctx.spawn([] {});
  co_await child;
}

} // namespace
} // namespace metrics_test

BOOST_AUTO_TEST_SUITE(metrics_test)

BOOST_FIXTURE_TEST_CASE(who_does_not_ask_gets_none, runtime_fixture) {
  auto task = rt.spawn([](task_context ctx) { return ctx.metrics().has_value(); });
  BOOST_TEST(!task.await().value());
  BOOST_TEST(!task.metrics().has_value());
  BOOST_TEST((task.timestamps() == task_timestamps{}));
  auto above = async_task::to<bool>(rt).metrics().run([](task_context ctx) {
    auto below = async_task::to<void>(ctx).metrics(false).run([] {}).share();
    return below.await().is_ok() && below.timestamps() == task_timestamps{};
  });
  BOOST_TEST(above.await().value());
}

BOOST_AUTO_TEST_CASE(a_runtime_measures_all_its_tasks) {
  const auto below_of = [](task_context ctx) -> async<std::uint64_t> {
    auto below = ctx.spawn([](task_context own) { return own.metrics().has_value(); });
    expect(co_await below);
    auto left_out = async_task::to<bool>(ctx).metrics(false).run(
        [](task_context own) { return own.metrics().has_value(); });
    expect(!co_await left_out);
    co_return ctx.metrics().value().children;
  };
  {
    auto rt = runtime_builder{}.workers(2).metrics().build();
    auto task = rt.spawn(below_of);
    BOOST_TEST(task.await().value() == 2u);
    BOOST_TEST(task.metrics().value().turns >= 1u);
    auto left_out = async_task::to<int>(rt).metrics(false).run([] { return 1; });
    BOOST_TEST(left_out.await().value() == 1);
    BOOST_TEST(!left_out.metrics().has_value());
  }
  auto rt = runtime_builder{}.workers(2).build();
  auto task = rt.spawn([] {});
  BOOST_TEST(task.await().is_ok());
  BOOST_TEST(!task.metrics().has_value());
}

// The same root serves one runtime after another.
BOOST_AUTO_TEST_CASE(the_next_runtime_of_a_system_measures_nothing_unless_it_is_asked) {
  caf::actor_system_config config;
  configure(config);
  caf::actor_system system{config};
  for (const bool asked : {true, false, true}) {
    runtime rt{system, runtime_options{.metrics = asked}};
    auto task = rt.spawn([] {});
    BOOST_TEST(task.await().is_ok());
    BOOST_TEST(task.metrics().has_value() == asked);
  }
}

BOOST_FIXTURE_TEST_CASE(a_coroutine_that_sleeps, runtime_fixture) {
  const auto begin = time.now();
  auto task = async_task::to<void>(rt).metrics().run([](task_context ctx) -> async<void> {
    co_await ctx.sleep_for(2s);
    co_await ctx.sleep_for(3s);
  });
  advance(1s);
  BOOST_TEST((task.metrics()->wall == 1s));
  BOOST_TEST(!task.timestamps().ended.has_value());
  advance(10s);
  BOOST_TEST(task.await().is_ok());
  const auto m = task.metrics().value();
  BOOST_TEST((m.times == task_timestamps{begin, begin, begin + 5s}));
  BOOST_TEST((m.wall == 5s));
  BOOST_TEST((m.queue_wait == 0s));
  BOOST_TEST(m.turns == 3u);
  BOOST_TEST(m.suspensions == 2u);
  BOOST_TEST(m.children == 0u);
  BOOST_TEST(m.attempts == 1u);
  BOOST_TEST((m.cpu > 0ns));
}

BOOST_FIXTURE_TEST_CASE(the_wait_for_the_first_turn, single_worker_fixture) {
  std::optional<spawning_task<void>> queued;
  auto first = rt.spawn([&](task_context ctx) {
    queued = async_task::to<void>(ctx.runtime()).metrics().run([] {});
    time.advance(4s); // the only worker is here
    expect(queued->metrics()->queue_wait == 4s);
    expect(queued->metrics()->wall == 0s);
    expect(queued->metrics()->attempts == 0u);
  });
  BOOST_TEST(first.await().is_ok());
  BOOST_TEST(queued->await().is_ok());
  BOOST_TEST((queued->metrics()->queue_wait == 4s));
}

BOOST_FIXTURE_TEST_CASE(children_are_counted_however_they_start, runtime_fixture) {
  auto task =
      async_task::to<std::uint64_t>(rt).metrics().run([](task_context ctx) -> async<std::uint64_t> {
        auto a = ctx.spawn([] {});
        co_await a;
        static_cast<void>(async_task::to<void>(ctx).name("b").run([] {}));
        task_group<void> group{ctx};
        group.spawn([] {});
        while (co_await group.next())
          ;
        co_await starts_one(ctx);
        static_cast<void>(async_task::to<void>(ctx).detach().run([] {}));
        co_return ctx.metrics()->children;
      });
  BOOST_TEST(task.await().value() == 4u);
  BOOST_TEST(task.metrics()->children == 4u);
}

BOOST_FIXTURE_TEST_CASE(children_are_measured_as_their_parent, runtime_fixture) {
  auto task = async_task::to<std::string>(rt).metrics().run([](task_context ctx) {
    const auto asks = [](task_context own) { return own.metrics().has_value() ? '1' : '0'; };
    std::string measured;
    measured += ctx.spawn(asks).await().value();
    measured += async_task::to<char>(ctx).retry(1).run(asks).await().value();
    measured += async_task::to<char>(ctx).tracing().run(asks).await().value();
    measured += async_task::to<char>(ctx).metrics(false).run(asks).await().value();
    measured += async_task::to<char>(ctx)
                    .metrics(false)
                    .run([asks](task_context own) { return own.spawn(asks).await().value(); })
                    .await()
                    .value();
    measured += async_task::to<char>(ctx).detach().run(asks).await().value();
    return measured;
  });
  BOOST_TEST(task.await().value() == "111000");
  BOOST_TEST(task.metrics()->children == 5u);
}

BOOST_FIXTURE_TEST_CASE(processor_time_is_that_of_the_body, runtime_fixture) {
  auto task = async_task::to<void>(rt).metrics().run([](task_context ctx) -> async<void> {
    compute(5ms);
    auto child = ctx.spawn([] { compute(50ms); });
    co_await child;
    compute(5ms);
  });
  auto blocking = async_task::to<void>(rt).metrics().blocking().run([] { compute(5ms); });
  BOOST_TEST(task.await().is_ok());
  BOOST_TEST(blocking.await().is_ok());
  BOOST_TEST((task.metrics()->cpu >= 10ms));
  BOOST_TEST((task.metrics()->cpu < 50ms));
  BOOST_TEST((blocking.metrics()->cpu >= 5ms));
  BOOST_TEST(blocking.metrics()->turns == 1u);
  BOOST_TEST(blocking.metrics()->suspensions == 0u);
}

BOOST_FIXTURE_TEST_CASE(values_and_failures_are_what_they_are_without, runtime_fixture) {
  auto value = async_task::to<std::string>(rt).metrics().run(
      []() -> async<std::string> { co_return std::string(100, 'x'); });
  auto callable =
      async_task::to<std::string>(rt).metrics().run([] { return std::string(100, 'y'); });
  auto failing =
      async_task::to<int>(rt).metrics().run([]() -> int { throw std::runtime_error{"x"}; });
  BOOST_TEST(value.await().value() == std::string(100, 'x'));
  BOOST_TEST(callable.await().value() == std::string(100, 'y'));
  BOOST_TEST((failing.await().error().message() == "x"));
  BOOST_TEST(failing.metrics()->times.ended.has_value());
}

BOOST_FIXTURE_TEST_CASE(attempts_count_for_their_task, runtime_fixture) {
  auto task = async_task::to<std::uint64_t>(rt)
                  .metrics()
                  .retry(1, backoff::fixed(1s).without_jitter())
                  .run([](task_context ctx) -> async<std::uint64_t> {
                    co_await ctx.spawn([] {});
                    co_await ctx.sleep_for(2s);
                    if (ctx.attempt() == 1)
                      throw std::runtime_error{"no"};
                    co_return ctx.metrics().value().children;
                  });
  advance(10s);
  BOOST_TEST(task.await().value() == 2u);
  const auto m = task.metrics().value();
  BOOST_TEST(m.attempts == 2u);
  BOOST_TEST(m.children == 2u);
  // Two waits for a child, which may have ended before, and two sleeps.
  BOOST_TEST(m.suspensions >= 2u);
  BOOST_TEST(m.suspensions <= 4u);
  BOOST_TEST(m.turns == m.suspensions + 2);
  BOOST_TEST((m.wall == 5s));
}

BOOST_FIXTURE_TEST_CASE(a_task_that_never_starts, single_worker_fixture) {
  auto first = rt.spawn([&](task_context ctx) {
    auto queued = async_task::to<void>(ctx.runtime()).metrics().run([] {});
    queued.cancel();
    return queued;
  });
  auto queued = first.await().value();
  BOOST_TEST((queued.await().error().code() == error_code::cancelled));
  const auto m = queued.metrics().value();
  BOOST_TEST(!m.times.started.has_value());
  BOOST_TEST(m.times.ended.has_value());
  BOOST_TEST(m.turns == 0u);
  BOOST_TEST(m.attempts == 0u);
}

BOOST_FIXTURE_TEST_CASE(tracing_alone_gives_timestamps, runtime_fixture) {
  auto task = async_task::to<void>(rt).tracing().run(
      [](task_context ctx) -> async<void> { co_await ctx.sleep_for(1s); });
  advance(1s);
  BOOST_TEST(task.await().is_ok());
  BOOST_TEST(!task.metrics().has_value());
  BOOST_TEST((*task.timestamps().ended - *task.timestamps().started == 1s));
}

BOOST_AUTO_TEST_CASE(they_outlive_the_runtime) {
  sweet::testing::virtual_clock time;
  spawning_task<void> task;
  {
    runtime rt{runtime_options{.time = &time}};
    task = async_task::to<void>(rt).metrics().run([&] { time.advance(3s); });
    BOOST_TEST(task.await().is_ok());
  }
  BOOST_TEST(task.metrics()->turns == 1u);
  BOOST_TEST((task.metrics()->wall == 3s));
}

BOOST_AUTO_TEST_SUITE_END()
