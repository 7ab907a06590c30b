// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/sweet.hpp>
#include <sweet/testing/expect.hpp>
#include <sweet/testing/runtime_fixture.hpp>
#include <sweet/testing/throws.hpp>
#include <sweet/testing/waits_for_ever.hpp>

#include <algorithm>
#include <atomic>
#include <stdexcept>
#include <string>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::expect;
using sweet::testing::runtime_fixture;
using sweet::testing::throws;
using sweet::testing::wait_until_idle;
using sweet::testing::waits_for_ever;

namespace scope_test {
namespace {

int fails() {
  throw std::runtime_error{"no"};
}

} // namespace
} // namespace scope_test

BOOST_FIXTURE_TEST_SUITE(scope_test, runtime_fixture)

BOOST_AUTO_TEST_CASE(a_scope_gives_the_value_of_its_body) {
  auto task = spawn(rt, [](task_context ctx) -> async<int> {
    co_return co_await ctx.scope(child_failure::fail_fast, [](task_context own) -> async<int> {
      auto child = own.spawn([] { return 20; });
      co_return co_await child + 1;
    });
  });
  BOOST_TEST(task.await().value() == 21);
}

BOOST_AUTO_TEST_CASE(a_body_survives_a_failing_group) {
  async_event fail;
  std::atomic<int> cancelled_siblings{0};
  auto task = spawn(rt, [&](task_context ctx) -> async<std::string> {
    try {
      co_await ctx.scope(child_failure::fail_fast, [&](task_context own) -> async<void> {
        auto sibling = own.spawn([&](task_context c) -> async<void> {
          try {
            co_await stopped_as_error(waits_for_ever(c));
          } catch (const cancelled&) {
            ++cancelled_siblings;
            throw;
          }
        });
        auto bad = own.spawn([&]() -> async<void> {
          co_await fail;
          throw std::runtime_error{"no"};
        });
        co_await sibling;
      });
    } catch (const task_failure& e) {
      co_return e.error().root_cause().message();
    }
    co_return "";
  });
  wait_until_idle(rt);
  fail.set();
  BOOST_TEST(task.await().value() == "no");
  BOOST_TEST(cancelled_siblings == 1);
}

BOOST_AUTO_TEST_CASE(a_scope_waits_for_its_children) {
  std::atomic<int> ended{0};
  auto task = spawn(rt, [&](task_context ctx) -> async<int> {
    co_await ctx.scope(child_failure::fail_fast, [&](task_context own) {
      for (int i = 0; i < 10; ++i)
        static_cast<void>(own.spawn([&](task_context c) -> async<void> {
          co_await c.sleep_for(1s);
          ++ended;
        }));
    });
    co_return ended.load();
  });
  advance(1s);
  BOOST_TEST(task.await().value() == 10);
}

BOOST_AUTO_TEST_CASE(a_collecting_scope_goes_on_after_failures) {
  auto task = spawn(rt, [](task_context ctx) -> async<int> {
    co_return co_await ctx.scope(child_failure::collect, [](task_context own) -> async<int> {
      auto bad = own.spawn(fails);
      auto good = own.spawn([] { return 7; });
      auto outcome = co_await bad.result();
      co_return outcome.is_err() ? co_await good : 0;
    });
  });
  BOOST_TEST(task.await().value() == 7);
}

BOOST_AUTO_TEST_CASE(an_uncaught_failure_of_a_scope_fails_the_body) {
  auto task = spawn(rt, [](task_context ctx) -> async<int> {
    co_return co_await ctx.scope(child_failure::fail_fast, fails);
  });
  BOOST_TEST(task.await().error().root_cause().message() == "no");
}

BOOST_AUTO_TEST_CASE(callables_have_scopes_too) {
  auto task = spawn(rt, [](task_context ctx) {
    auto outcome = ctx.scope(child_failure::fail_fast, fails).await();
    return outcome.error().message();
  });
  BOOST_TEST(task.await().value() == "no");
}

BOOST_AUTO_TEST_CASE(cancellation_goes_through_scopes) {
  auto task = spawn(rt, [](task_context ctx) -> async<void> {
    co_await ctx.scope(child_failure::fail_fast, [](task_context own) -> async<void> {
      co_await own.scope(child_failure::collect, waits_for_ever);
    });
  });
  wait_until_idle(rt);
  BOOST_TEST(rt.live_tasks() == 3u);
  task.cancel();
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
}

BOOST_AUTO_TEST_CASE(with_timeout_ends_what_takes_too_long_and_nothing_else) {
  auto task = spawn(rt, [](task_context ctx) -> async<std::string> {
    try {
      co_await ctx.with_timeout(1s, waits_for_ever);
    } catch (const task_failure& e) {
      co_return to_string(e.error().code());
    }
    co_return "";
  });
  advance(999ms);
  BOOST_TEST(!task.is_done());
  advance(1ms);
  BOOST_TEST(task.await().value() == "timeout");
}

BOOST_AUTO_TEST_CASE(the_inner_one_of_nested_timeouts_ends_first) {
  auto task = spawn(rt, [](task_context ctx) -> async<std::string> {
    co_return co_await ctx.with_timeout(10s, [](task_context own) -> async<std::string> {
      auto inner = co_await own.with_timeout(1s, waits_for_ever).result();
      co_return "inner " + to_string(inner.error().code());
    });
  });
  advance(1s);
  BOOST_TEST(task.await().value() == "inner timeout");
}

BOOST_AUTO_TEST_CASE(the_outer_one_of_nested_timeouts_ends_both) {
  auto task = spawn(rt, [](task_context ctx) -> async<std::string> {
    auto outer = co_await ctx
                     .with_timeout(1s,
                                   [](task_context own) -> async<void> {
                                     co_await own.with_timeout(10s, waits_for_ever);
                                   })
                     .result();
    co_return "outer " + to_string(outer.error().code());
  });
  advance(1s);
  BOOST_TEST(task.await().value() == "outer timeout");
}

BOOST_AUTO_TEST_CASE(durations_must_be_positive) {
  auto task = spawn(rt, [](task_context ctx) {
    return throws<std::invalid_argument>([&] { return ctx.with_timeout(0s, fails); }) &&
           throws<std::invalid_argument>([&] { return ctx.shield(-1s, fails); });
  });
  BOOST_TEST(task.await().value());
}

BOOST_AUTO_TEST_CASE(graceful_does_not_reach_a_shielded_body_nor_the_wait_for_it) {
  async_event saved;
  std::string log;
  auto task = spawn(rt, [&](task_context ctx) -> async<void> {
    co_await ctx.shield(1h, [&](task_context own) -> async<void> {
      auto child = own.spawn([&]() -> async<void> { co_await saved; });
      co_await child;
      log += "saved";
    });
    log += ", went on";
    co_await ctx.sleep_for(1h);
    log += ", slept";
  });
  wait_until_idle(rt);
  task.cancel();
  wait_until_idle(rt);
  BOOST_TEST(!task.is_done());
  saved.set();
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
  BOOST_TEST(log == "saved, went on"); // the next wait that is not shielded throws
}

BOOST_AUTO_TEST_CASE(a_shield_that_starts_during_cancellation_shields) {
  async_event saved;
  std::atomic<bool> cleaned{false};
  auto task = spawn(rt, [&](task_context ctx) -> async<void> {
    bool interrupted = false;
    try {
      co_await stopped_as_error(waits_for_ever(ctx));
    } catch (const cancelled&) {
      interrupted = true;
    }
    expect(interrupted);
    co_await ctx.shield(10s, [&](task_context own) -> async<void> {
      co_await own.sleep_for(2s);
      co_await saved;
      cleaned = true;
    });
  });
  wait_until_idle(rt);
  task.cancel();
  advance(2s);
  BOOST_TEST(!task.is_done());
  saved.set();
  BOOST_TEST(task.await().is_ok());
  BOOST_TEST(cleaned);
}

BOOST_AUTO_TEST_CASE(a_shield_holds_for_its_time_only) {
  auto task =
      async_task::to<void>(rt)
          .rise_after({.graceful = cancellation_times::never})
          .run([](task_context ctx) -> async<void> { co_await ctx.shield(3s, waits_for_ever); });
  wait_until_idle(rt);
  task.cancel();
  advance(2'999ms);
  BOOST_TEST(!task.is_done());
  advance(1ms);
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
}

BOOST_AUTO_TEST_CASE(a_shield_whose_time_is_over_before_the_cancellation_shields_no_more) {
  auto task =
      spawn(rt, [](task_context ctx) -> async<void> { co_await ctx.shield(1s, waits_for_ever); });
  advance(1s);
  BOOST_TEST(!task.is_done());
  task.cancel();
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
}

BOOST_AUTO_TEST_CASE(kill_goes_through_shields) {
  auto task =
      spawn(rt, [](task_context ctx) -> async<void> { co_await ctx.shield(1h, waits_for_ever); });
  wait_until_idle(rt);
  task.cancel();
  wait_until_idle(rt);
  BOOST_TEST(!task.is_done());
  task.cancel(cancellation_level::kill);
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
}

BOOST_AUTO_TEST_CASE(a_callable_blocks_shielded) {
  async_event saved;
  auto task = spawn(rt, [&](task_context ctx) {
    auto outcome = ctx.shield(1h,
                              [&]() -> async<int> {
                                co_await saved;
                                co_return 1;
                              })
                       .await();
    return outcome.value();
  });
  wait_until_idle(rt);
  task.cancel();
  wait_until_idle(rt);
  BOOST_TEST(!task.is_done());
  saved.set();
  BOOST_TEST(task.await().value() == 1);
}

BOOST_AUTO_TEST_CASE(scopes_have_names) {
  async_event go[3];
  const auto named = [](async_event& may_end) {
    return [&may_end](task_context own) -> async<std::string> {
      co_await may_end;
      co_return own.name();
    };
  };
  auto task = spawn(rt, [&](task_context ctx) -> async<std::string> {
    std::string names = co_await ctx.scope("scope", child_failure::fail_fast, named(go[0]));
    names += ' ' + co_await ctx.with_timeout("timeout", 1s, named(go[1]));
    names += ' ' + co_await ctx.shield("shield", 1s, named(go[2]));
    co_return names;
  });
  for (const std::size_t i : {0u, 1u, 2u}) {
    wait_until_idle(rt);
    const auto tasks = rt.snapshot().tasks;
    const char* names[] = {"scope", "timeout", "shield"};
    BOOST_TEST(std::ranges::count(tasks, names[i], &task_snapshot::name) == 1);
    go[i].set();
  }
  BOOST_TEST(task.await().value() == "scope timeout shield");
}

BOOST_AUTO_TEST_CASE(errors_name_the_scope) {
  auto task = spawn(rt, [](task_context ctx) -> async<std::string> {
    auto late = ctx.with_timeout("ask", 1s, waits_for_ever);
    co_return to_string((co_await late.result()).error());
  });
  advance(1s);
  const auto error = task.await().value();
  BOOST_TEST(error.find("\"ask\"") != std::string::npos, error);
}

BOOST_AUTO_TEST_SUITE_END()
