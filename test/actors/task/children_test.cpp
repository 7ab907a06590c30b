// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/sweet.hpp>
#include <sweet/testing/notes_cancellation.hpp>
#include <sweet/testing/runtime_fixture.hpp>
#include <sweet/testing/waits_for_ever.hpp>

#include <atomic>
#include <stdexcept>
#include <string>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::notes_cancellation;
using sweet::testing::runtime_fixture;
using sweet::testing::waits_for_ever;

namespace children_test {
namespace {

async<int> value(int x) {
  co_return x;
}

async<int> fails_with(std::string why) {
  throw std::runtime_error{why};
  co_return 0;
}

} // namespace
} // namespace children_test

BOOST_FIXTURE_TEST_SUITE(children_test, runtime_fixture)

BOOST_AUTO_TEST_CASE(a_task_completes_after_its_children) {
  async_event go;
  std::atomic<bool> child_done{false};
  auto task = spawn(rt, [&](task_context ctx) {
    auto child = ctx.spawn([&](task_context) -> async<void> {
      co_await go;
      child_done = true;
    });
    return 1;
  });
  sweet::testing::wait_until_idle(rt);
  BOOST_TEST(task.status() == task_status::running);
  go.set();
  BOOST_TEST(task.await().value() == 1);
  BOOST_TEST(child_done);
}

BOOST_AUTO_TEST_CASE(values_outlive_the_wait_for_children) {
  async_event go;
  auto task = spawn(rt, [&](task_context ctx) -> async<std::string> {
    auto child = ctx.spawn([&]() -> async<void> { co_await go; });
    co_return std::string(100, 'v');
  });
  sweet::testing::wait_until_idle(rt);
  go.set();
  BOOST_TEST(task.await().value() == std::string(100, 'v'));
}

BOOST_AUTO_TEST_CASE(captures_and_parameters_outlive_the_children) {
  async_event go;
  auto shared = std::make_shared<int>(11);
  std::weak_ptr<int> watch = shared;
  std::atomic<int> seen{0};
  auto task = spawn(
      rt,
      [&](task_context ctx, std::shared_ptr<int> owned) -> async<void> {
        auto child = ctx.spawn([&, &alias = *owned]() -> async<void> {
          co_await go;
          seen = alias;
        });
        co_return;
      },
      std::move(shared));
  sweet::testing::wait_until_idle(rt);
  BOOST_TEST(!watch.expired());
  go.set();
  BOOST_TEST(task.await().is_ok());
  BOOST_TEST(seen == 11);
}

BOOST_AUTO_TEST_CASE(captures_of_a_callable_outlive_the_children) {
  async_event go;
  auto shared = std::make_shared<int>(11);
  const std::weak_ptr<int> watch = shared;
  auto task = spawn(rt, [&go, owned = std::move(shared)](task_context ctx) {
    ctx.spawn([&go]() -> async<void> { co_await go; });
    return *owned;
  });
  sweet::testing::wait_until_idle(rt);
  BOOST_TEST(!watch.expired());
  go.set();
  BOOST_TEST(task.await().value() == 11);
  BOOST_TEST(watch.expired());
}

BOOST_AUTO_TEST_CASE(a_failing_child_cancels_its_siblings_and_fails_its_parent) {
  std::atomic<int> noted{0};
  async_event go;
  auto task = spawn(rt, [&](task_context ctx) -> async<int> {
    auto a = ctx.spawn(notes_cancellation, std::ref(noted));
    auto b = async_task::to<int>(ctx).name("bad").run([&]() -> async<int> {
      co_await go;
      throw std::runtime_error{"first"};
    });
    auto c = ctx.spawn(notes_cancellation, std::ref(noted));
    co_await a;
    co_return 1;
  });
  sweet::testing::wait_until_idle(rt);
  go.set();
  auto r = task.await();
  BOOST_REQUIRE(r.is_err());
  BOOST_TEST((r.error().code() == error_code::failure));
  BOOST_TEST(r.error().cause().name() == "bad");
  BOOST_TEST(r.error().cause().message() == "first");
  BOOST_TEST(noted == 2);
  BOOST_TEST(task.status() == task_status::failed);
}

BOOST_AUTO_TEST_CASE(catching_the_failure_does_not_save_a_fail_fast_scope) {
  auto task = spawn(rt, [](task_context ctx) -> async<int> {
    auto child = ctx.spawn(fails_with, "still counts");
    try {
      co_await child;
    } catch (const task_failure&) {
    }
    co_return 1;
  });
  BOOST_TEST(task.await().error().cause().message() == "still counts");
}

BOOST_AUTO_TEST_CASE(a_failure_after_the_body_has_returned_counts) {
  async_event go;
  auto task = spawn(rt, [&](task_context ctx) {
    auto child = ctx.spawn([&]() -> async<void> {
      co_await go;
      throw std::runtime_error{"late"};
    });
    return 1;
  });
  sweet::testing::wait_until_idle(rt);
  go.set();
  BOOST_TEST(task.await().error().cause().message() == "late");
}

BOOST_AUTO_TEST_CASE(an_awaited_failure_that_is_not_caught_is_the_cause) {
  const auto other = rt.spawn(fails_with, "why");
  auto task = spawn(rt, [other](task_context) -> async<int> {
    co_await other;
    co_return 1;
  });
  const auto outcome = task.await();
  BOOST_REQUIRE(outcome.is_err());
  BOOST_TEST((outcome.error().code() == error_code::failure));
  BOOST_TEST(outcome.error().cause().message() == "why");
}

BOOST_AUTO_TEST_CASE(the_failure_of_a_child_whose_handle_was_dropped_counts) {
  auto task = spawn(rt, [](task_context ctx) -> async<int> {
    static_cast<void>(ctx.spawn(fails_with, "dropped"));
    co_await waits_for_ever(ctx);
    co_return 1;
  });
  BOOST_TEST(task.await().error().cause().message() == "dropped");
}

BOOST_AUTO_TEST_CASE(of_two_failures_the_first_is_the_cause) {
  async_event second_runs;
  std::atomic<bool> second_fails{false};
  auto task = spawn(rt, [&](task_context ctx) -> async<void> {
    auto second = ctx.spawn([&](task_context own) -> async<void> {
      second_runs.set(); // one that has not started when the first fails never runs
      try {
        co_await stopped_as_error(waits_for_ever(own));
      } catch (const cancelled&) {
      }
      second_fails = true;
      throw std::runtime_error{"second"};
    });
    auto first = ctx.spawn([&](task_context) -> async<void> {
      co_await second_runs;
      throw std::runtime_error{"first"};
    });
    co_await second;
  });
  BOOST_TEST(task.await().error().cause().message() == "first");
  BOOST_TEST(second_fails);
}

BOOST_AUTO_TEST_CASE(with_collect_outcomes_lie_on_the_handles) {
  auto task = async_task::to<int>(rt)
                  .on_child_failure(child_failure::collect)
                  .run([](task_context ctx) -> async<int> {
                    auto bad = ctx.spawn(fails_with, "collected");
                    auto good = ctx.spawn(value, 4);
                    auto outcome = co_await bad.result();
                    co_return outcome.is_err() ? co_await good : 0;
                  });
  BOOST_TEST(task.await().value() == 4);
}

BOOST_AUTO_TEST_CASE(a_cancelled_child_is_no_failure) {
  auto task = spawn(rt, [](task_context ctx) -> async<int> {
    auto child = ctx.spawn(waits_for_ever);
    child.cancel();
    auto outcome = co_await child.result();
    co_return outcome.error().code() == error_code::cancelled ? 1 : 0;
  });
  BOOST_TEST(task.await().value() == 1);
}

BOOST_AUTO_TEST_CASE(a_failing_body_cancels_its_children) {
  std::atomic<int> noted{0};
  auto task =
      async_task::to<void>(rt).on_child_failure(child_failure::collect).run([&](task_context ctx) {
        auto child = ctx.spawn(notes_cancellation, std::ref(noted));
        throw std::runtime_error{"body"};
      });
  BOOST_TEST(task.await().error().message() == "body");
  // Cancelled before it started, or in its wait.
  BOOST_TEST(noted <= 1);
}

BOOST_AUTO_TEST_CASE(awaiting_a_failed_child_throws_what_it_failed_with) {
  auto task = async_task::to<std::string>(rt)
                  .on_child_failure(child_failure::collect)
                  .run([](task_context ctx) -> async<std::string> {
                    try {
                      co_await ctx.spawn(fails_with, "seen");
                    } catch (const task_failure& e) {
                      co_return e.error().message();
                    }
                    co_return "nothing thrown";
                  });
  BOOST_TEST(task.await().value() == "seen");
}

BOOST_AUTO_TEST_CASE(dropped_children_are_reaped_while_the_parent_goes_on) {
  auto task = spawn(rt, [](task_context ctx) -> async<std::size_t> {
    std::size_t most = 0;
    for (int i = 0; i < 10'000; ++i) {
      static_cast<void>(ctx.spawn(value, i));
      if (i % 100 == 0) {
        co_await ctx.sleep_for(0ns);
        co_await ctx.spawn(value, i);
        co_await ctx.yield();
        co_await ctx.yield();
        most = std::max(most, ctx.children().size());
      }
    }
    co_return most;
  });
  BOOST_TEST(task.await().value() < 1'000u);
}

BOOST_AUTO_TEST_CASE(the_context_knows_its_children) {
  auto task = spawn(rt, [](task_context ctx) -> async<bool> {
    auto a = ctx.spawn(value, 1);
    auto b = ctx.spawn(value, 2);
    const auto ids = ctx.children();
    co_return ids == std::vector{a.id(), b.id()};
  });
  BOOST_TEST(task.await().value());
}

BOOST_AUTO_TEST_CASE(a_shared_child_can_be_awaited_by_others) {
  async_event go;
  spawning_task<std::string> shared;
  auto task = spawn(rt, [&](task_context ctx) -> async<std::string> {
    auto child = ctx.spawn([&]() -> async<std::string> {
      co_await go;
      co_return "shared";
    });
    shared = child.share();
    co_return co_await child;
  });
  sweet::testing::wait_until_idle(rt);
  auto other = spawn(rt, [&]() -> async<std::string> { co_return co_await shared; });
  sweet::testing::wait_until_idle(rt);
  go.set();
  BOOST_TEST(task.await().value() == "shared");
  BOOST_TEST(other.await().value() == "shared");
  BOOST_TEST(shared.await().value() == "shared");
}

// -- groups ------------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_group_gives_its_children_as_they_end) {
  async_event first;
  async_event second;
  auto task = spawn(rt, [&](task_context ctx) -> async<std::string> {
    task_group<char> group{ctx};
    group.spawn([&]() -> async<char> {
      co_await second;
      co_return 'b';
    });
    group.spawn([&]() -> async<char> {
      co_await first;
      co_return 'a';
    });
    std::string order;
    while (auto outcome = co_await group.next()) {
      order += outcome->value();
      second.set();
    }
    co_return order;
  });
  sweet::testing::wait_until_idle(rt);
  first.set();
  BOOST_TEST(task.await().value() == "ab");
}

BOOST_AUTO_TEST_CASE(an_empty_group_has_no_next) {
  auto task = spawn(rt, [](task_context ctx) -> async<bool> {
    task_group<int> group{ctx};
    co_return !(co_await group.next()).has_value();
  });
  BOOST_TEST(task.await().value());
}

BOOST_AUTO_TEST_CASE(two_groups_do_not_mix) {
  auto task = spawn(rt, [](task_context ctx) -> async<int> {
    task_group<int> ones{ctx};
    task_group<int> tens{ctx};
    for (int i = 0; i < 100; ++i) {
      ones.spawn(value, 1);
      tens.spawn(value, 10);
    }
    int sum = 0;
    for (int i = 0; i < 100; ++i)
      sum += (co_await tens.next())->value();
    const bool right = sum == 1000;
    while (auto outcome = co_await ones.next())
      sum += outcome->value();
    co_return right ? sum : -1;
  });
  BOOST_TEST(task.await().value() == 1100);
}

BOOST_AUTO_TEST_CASE(a_group_may_go_before_its_children) {
  async_event go;
  auto task = spawn(rt, [&](task_context ctx) -> async<int> {
    {
      task_group<void> group{ctx};
      group.spawn([&]() -> async<void> { co_await go; });
      group.spawn([] {});
    }
    task_group<int> next_with_the_same_slot{ctx};
    next_with_the_same_slot.spawn(value, 3);
    co_return (co_await next_with_the_same_slot.next())->value();
  });
  sweet::testing::wait_until_idle(rt);
  go.set();
  BOOST_TEST(task.await().value() == 3);
}

BOOST_AUTO_TEST_CASE(a_group_can_be_cancelled) {
  auto task = spawn(rt, [](task_context ctx) -> async<int> {
    task_group<void> group{ctx};
    for (int i = 0; i < 10; ++i)
      group.spawn(waits_for_ever);
    group.cancel();
    int cancelled_ones = 0;
    while (auto outcome = co_await group.next())
      cancelled_ones += outcome->error().code() == error_code::cancelled;
    co_return cancelled_ones;
  });
  BOOST_TEST(task.await().value() == 10);
}

BOOST_AUTO_TEST_SUITE_END()
