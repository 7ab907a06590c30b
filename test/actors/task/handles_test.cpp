// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// What handles, and the context, say about a task.

#include <sweet/sweet.hpp>
#include <sweet/testing/expect.hpp>
#include <sweet/testing/runtime_fixture.hpp>
#include <sweet/testing/waits_for_ever.hpp>

#include <caf/actor.hpp>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::expect;
using sweet::testing::runtime_fixture;
using sweet::testing::waits_for_ever;

namespace handles_test {
namespace {

async<int> waits_for(async_event& go, int value) {
  co_await go;
  co_return value;
}

std::string label(const task_handle& task) {
  return task.name() + ' ' + std::string{to_string(task.status())};
}

} // namespace
} // namespace handles_test

BOOST_FIXTURE_TEST_SUITE(handles_test, runtime_fixture)

BOOST_AUTO_TEST_CASE(a_spawning_task_tells_where_the_task_is) {
  async_event go;
  auto task = async_task::to<int>(rt).name("waits").run(waits_for, std::ref(go), 3);
  sweet::testing::wait_until_idle(rt);
  BOOST_TEST(static_cast<bool>(task));
  BOOST_TEST(task.name() == "waits");
  BOOST_TEST(task.id() != task_id::none);
  BOOST_TEST(!task.is_done());
  BOOST_TEST(task.status() == task_status::running);
  BOOST_TEST(task.value() == nullptr);
  go.set();
  BOOST_TEST(task.await().value() == 3);
  BOOST_TEST(task.is_done());
  BOOST_TEST(task.status() == task_status::completed);
  BOOST_REQUIRE(task.value() != nullptr);
  BOOST_TEST(*task.value() == 3);
  BOOST_TEST(task.name() == "waits");
}

BOOST_AUTO_TEST_CASE(a_function_takes_either_handle_whatever_its_value) {
  async_event go;
  const auto task = spawn(rt, [&go](task_context ctx) -> async<void> {
    auto child = async_task::to<int>(ctx).name("child").run(waits_for, std::ref(go), 3);
    const auto shared = child.share();
    while (child.status() != task_status::running) // then it waits: both see one status
      co_await ctx.yield();
    expect(label(child) == label(shared));
    expect(shared == child.share() && shared != spawning_task<int>{});
    go.set();
    expect(co_await child == 3);
    expect(!static_cast<const task_handle&>(child));
    expect(label(shared) == "child completed");
  });
  BOOST_TEST(task.await().is_ok());
  BOOST_TEST(label(task) == " completed");
}

BOOST_AUTO_TEST_CASE(handles_tell_who_stands_above_and_below) {
  async_event go;
  auto above = spawn(rt, [&go](task_context ctx) -> async<void> {
    auto first = async_task::to<int>(ctx).retry(1).run([&go](task_context own) -> async<int> {
      co_return co_await own.spawn(waits_for, std::ref(go), 1);
    });
    auto second = ctx.spawn([] { return 2; });
    expect(first.parent() == ctx.id());
    co_await second;
    co_await first;
  });
  sweet::testing::wait_until_idle(rt);
  const auto tasks = rt.snapshot().tasks;
  const auto root = std::find_if(tasks.begin(), tasks.end(),
                                 [](const task_snapshot& t) { return t.parent == task_id::none; });
  BOOST_REQUIRE((root != tasks.end()));
  BOOST_TEST((above.parent() == root->id));
  // The second one has ended. The attempt of the first one is nobody else, and has its own child.
  const auto below = above.children();
  BOOST_REQUIRE(below.size() == 1u);
  const auto leaf = std::find_if(tasks.begin(), tasks.end(),
                                 [&](const task_snapshot& t) { return t.parent == below.front(); });
  BOOST_TEST((leaf != tasks.end()));
  go.set();
  BOOST_TEST(above.await().is_ok());
  BOOST_TEST((above.parent() == task_id::none));
  BOOST_TEST(above.children().empty());
}

BOOST_AUTO_TEST_CASE(copies_of_a_spawning_task_are_the_same_task) {
  auto task = spawn(rt, [] { return 1; });
  auto copy = task;
  BOOST_TEST((copy == task));
  auto moved = std::move(copy);
  BOOST_TEST((moved == task));
  BOOST_TEST(!copy); // NOLINT(bugprone-use-after-move): what a move leaves is told
  auto other = spawn(rt, [] { return 1; });
  BOOST_TEST((other != task));
  other = task;
  BOOST_TEST((other == task));
  BOOST_TEST(!spawning_task<int>{});
  BOOST_TEST((spawning_task<int>{} == spawning_task<int>{}));
}

BOOST_AUTO_TEST_CASE(no_value_of_a_task_that_did_not_complete) {
  auto cancelled = spawn(rt, [](task_context ctx) -> async<int> {
    co_await waits_for_ever(ctx);
    co_return 1;
  });
  cancelled.cancel();
  BOOST_TEST((cancelled.await().error().code() == error_code::cancelled));
  BOOST_TEST(cancelled.value() == nullptr);
  auto failed = spawn(rt, []() -> int { throw 1; });
  BOOST_TEST(failed.await().is_err());
  BOOST_TEST(failed.value() == nullptr);
}

BOOST_AUTO_TEST_CASE(a_child_task_tells_where_the_child_is) {
  async_event go;
  auto task = spawn(rt, [&](task_context ctx) -> async<bool> {
    auto child = async_task::to<int>(ctx).name("child").run(waits_for, std::ref(go), 4);
    bool ok = child && child.name() == "child" && child.id() != ctx.id() && !child.is_done();
    ok = ok && (child.status() == task_status::pending || child.status() == task_status::running);
    go.set();
    while (!child.is_done())
      co_await ctx.yield();
    ok = ok && child.status() == task_status::completed;
    auto moved = std::move(child);
    ok = ok && !child && moved; // NOLINT(bugprone-use-after-move)
    ok = ok && co_await moved == 4;
    co_return ok && !moved;
  });
  BOOST_TEST(task.await().value());
}

BOOST_AUTO_TEST_CASE(a_child_task_takes_another_child) {
  auto task = spawn(rt, [](task_context ctx) -> async<int> {
    child_task<int> child;
    if (child)
      co_return -1;
    child = ctx.spawn([] { return 1; });
    child = ctx.spawn([] { return 2; }); // the first is reaped when it ends
    co_return co_await child;
  });
  BOOST_TEST(task.await().value() == 2);
}

BOOST_AUTO_TEST_CASE(a_task_is_the_same_actor_by_handle_and_by_context) {
  auto task = spawn(rt, [](task_context ctx) -> async<bool> {
    auto child = ctx.spawn([](task_context own) { return own.actor().id(); });
    const auto by_handle = child.actor().id();
    co_return co_await child == by_handle&& ctx.actor().id() != by_handle;
  });
  BOOST_TEST(task.await().value());
  auto top = spawn(rt, [](task_context ctx) { return ctx.actor().id(); });
  const auto by_handle = top.actor().id();
  BOOST_TEST(top.await().value() == by_handle);
}

BOOST_AUTO_TEST_CASE(the_context_says_what_the_builder_said) {
  auto task = async_task::to<bool>(rt)
                  .name("named")
                  .priority(task_priority::high)
                  .run([](task_context ctx) {
                    const bool same =
                        ctx.name() == "named" && ctx.priority() == task_priority::high;
                    return same && ctx.status() == task_status::running && !ctx.is_cancelled() &&
                           ctx.level() == cancellation_level::none && ctx.children().empty();
                  });
  BOOST_TEST(task.await().value());
  const auto id = spawn(rt, [](task_context ctx) { return ctx.id(); });
  BOOST_TEST((id.await().value() == id.id()));
}

BOOST_AUTO_TEST_CASE(the_context_knows_its_level) {
  auto task = spawn(rt, [&](task_context ctx) -> async<bool> {
    try {
      co_await stopped_as_error(waits_for_ever(ctx));
    } catch (const cancelled&) {
    }
    co_return ctx.is_cancelled() &&
        ctx.level() == cancellation_level::kill&& ctx.status() == task_status::pending_cancellation;
  });
  sweet::testing::wait_until_idle(rt);
  task.cancel(cancellation_level::kill);
  BOOST_TEST(task.await().value());
}

// A handle without a task says so, whatever it is asked.
BOOST_AUTO_TEST_CASE(an_empty_handle_is_told) {
  const spawning_task<int> none;
  const auto throws = [](const auto& f) {
    try {
      f();
    } catch (const std::logic_error& e) {
      return std::string{e.what()}.starts_with("this handle refers to no task");
    }
    return false;
  };
  BOOST_TEST(throws([&] { static_cast<void>(none.await()); }));
  BOOST_TEST(throws([&] { static_cast<void>(none.result()); }));
  BOOST_TEST(throws([&] { static_cast<void>(none.cancel()); }));
  BOOST_TEST(throws([&] { static_cast<void>(none.value()); }));
  BOOST_TEST(throws([&] { static_cast<void>(none.status()); }));
  BOOST_TEST(throws([&] { static_cast<void>(none.id()); }));
  BOOST_TEST(throws([&] { static_cast<void>(none.send(1)); }));
  BOOST_TEST(throws([&] { static_cast<void>(none.actor()); }));
  BOOST_TEST(throws([&] { static_cast<void>(none.map([](int x) { return x; })); }));
  BOOST_TEST(throws([&] { none.on_done([](const task_result<int>&) {}); }));
  const emitting_task<int> no_stream;
  BOOST_TEST(throws([&] { static_cast<void>(no_stream.await()); }));
  BOOST_TEST(throws([&] { no_stream.drain(); }));
  BOOST_TEST(throws([&] { static_cast<void>(no_stream.counts()); }));
  auto awaits = spawn(rt, [&]() -> async<int> { co_return co_await none; });
  BOOST_TEST(awaits.await().error().message().starts_with("this handle refers to no task"));
}

BOOST_AUTO_TEST_CASE(a_child_gives_its_outcome_once) {
  const std::string told = "this handle refers to no task";
  auto twice = spawn(rt, [](task_context ctx) -> async<int> {
    auto child = ctx.spawn([] { return 1; });
    co_return co_await child + co_await child;
  });
  BOOST_TEST(twice.await().error().message().starts_with(told));
  auto result = spawn(rt, [](task_context ctx) -> async<bool> {
    auto child = ctx.spawn([] { return 1; });
    co_await child;
    co_return (co_await child.result()).is_ok();
  });
  BOOST_TEST(result.await().error().message().starts_with(told));
  auto blocking = spawn(rt, [](task_context ctx) {
    auto child = ctx.spawn([] { return 1; });
    return child.await().value() + child.await().value();
  });
  BOOST_TEST(blocking.await().error().message().starts_with(told));
  auto moved = spawn(rt, []() -> async<int> {
    auto unstarted = []() -> async<int> { co_return 1; }();
    auto other = std::move(unstarted);
    co_return co_await std::move(other) +
        co_await std::move(
            unstarted); // NOLINT(bugprone-use-after-move): what a move leaves is told
  });
  BOOST_TEST(moved.await().error().message().starts_with(told));
}

BOOST_AUTO_TEST_CASE(a_context_is_awaited_by_its_own_task_only) {
  const auto is_told = [&](auto wait) {
    auto above = spawn(rt, [wait](task_context ctx) -> async<void> {
      auto below = ctx.spawn(
          [wait](task_context, task_context other) -> async<void> { co_await wait(other); }, ctx);
      co_await below;
    });
    return above.await().error().root_cause().message().starts_with(
        "a coroutine awaits through the task_context of another task");
  };
  BOOST_TEST(is_told([](task_context ctx) { return ctx.sleep_for(1h); }));
  BOOST_TEST(is_told([](task_context ctx) { return ctx.yield(); }));
}

BOOST_AUTO_TEST_SUITE_END()
