// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/sweet.hpp>
#include <sweet/testing/expect.hpp>
#include <sweet/testing/runtime_fixture.hpp>

#include <caf/expected.hpp>
#include <caf/sec.hpp>

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

using namespace sweet;
using sweet::testing::expect;
using sweet::testing::runtime_fixture;

namespace spawn_test {
namespace {

async<int> doubled(int x) {
  co_return 2 * x;
}

async<int> quadrupled(task_context ctx, int x) {
  co_return co_await ctx.spawn(doubled, co_await ctx.spawn(doubled, x));
}

async<std::unique_ptr<int>> boxed(int x) {
  co_return std::make_unique<int>(x);
}

async<void> nothing() {
  co_return;
}

async<int> failing(std::string why) {
  throw std::runtime_error{why};
  co_return 0;
}

async<int> returns_error() {
  co_return task_error{error_code::io, "disk on fire"};
}

async<int> returns_result(bool good) {
  if (good)
    co_return task_result<int>{5};
  co_return task_result<int>{task_error{error_code::io, "no"}};
}

struct counts_copies {
  counts_copies() = default;
  counts_copies(const counts_copies& other) : copies(other.copies + 1) {}
  counts_copies(counts_copies&& other) noexcept : copies(other.copies) {}
  int copies = 0;
};

struct throws_when_copied {
  throws_when_copied() = default;
  throws_when_copied(const throws_when_copied&) { throw std::runtime_error{"copy"}; }
};

async<int> takes(throws_when_copied) {
  co_return 1;
}

} // namespace
} // namespace spawn_test

BOOST_FIXTURE_TEST_SUITE(spawn_test, runtime_fixture)

BOOST_AUTO_TEST_CASE(a_callable_is_a_body) {
  BOOST_TEST(spawn(rt, [] { return 7; }).await().value() == 7);
  BOOST_TEST(spawn(rt, [](int a, int b) { return a - b; }, 9, 4).await().value() == 5);
  BOOST_TEST(rt.spawn([](task_context ctx) { return ctx.status(); }).await().value() ==
             task_status::running);
}

BOOST_AUTO_TEST_CASE(a_coroutine_is_a_body) {
  BOOST_TEST(spawn(rt, doubled, 21).await().value() == 42);
  BOOST_TEST(spawn(rt, quadrupled, 5).await().value() == 20);
  BOOST_TEST(spawn(rt, nothing).await().is_ok());
}

BOOST_AUTO_TEST_CASE(a_lambda_coroutine_keeps_its_captures) {
  auto text = std::make_shared<std::string>("captured");
  std::weak_ptr<std::string> watch = text;
  auto task = spawn(rt, [text = std::move(text)](task_context ctx) -> async<std::string> {
    co_await ctx.yield();
    co_return *text;
  });
  BOOST_TEST(task.await().value() == "captured");
  task = {};
  sweet::testing::wait_until_idle(rt);
  BOOST_TEST(watch.expired());
}

BOOST_AUTO_TEST_CASE(values_of_all_sizes_arrive) {
  BOOST_TEST(spawn(rt, [] { return 'x'; }).await().value() == 'x');
  BOOST_TEST(spawn(rt, [] { return 2.5; }).await().value() == 2.5);
  const std::string longer_than_a_line(200, 'y');
  BOOST_TEST(spawn(rt, [=] { return longer_than_a_line; }).await().value() == longer_than_a_line);
  auto big = spawn(rt, [] {
               std::array<char, 5000> a{};
               a.back() = 'z';
               return a;
             }).await();
  BOOST_TEST(big.value().back() == 'z');
  auto huge = spawn(rt, [] {
                auto a = std::array<char, 100'000>{};
                a.front() = 'a';
                return a;
              }).await();
  BOOST_TEST(huge.value().front() == 'a');
}

BOOST_AUTO_TEST_CASE(a_value_that_cannot_be_copied_is_moved_to_the_first_who_asks) {
  auto task = spawn(rt, boxed, 3);
  auto other = task;
  BOOST_TEST(*task.await().value() == 3);
  BOOST_TEST((other.await().error().code() == error_code::invalid_state));
  auto parent = spawn(rt, [](task_context ctx) -> async<int> {
    auto box = co_await ctx.spawn(boxed, 4);
    co_return *box;
  });
  BOOST_TEST(parent.await().value() == 4);
}

BOOST_AUTO_TEST_CASE(arguments_are_moved_not_copied) {
  BOOST_TEST(
      spawn(rt, [](counts_copies c) { return c.copies; }, counts_copies{}).await().value() == 0);
  auto task = spawn(rt, [](std::unique_ptr<int> p) { return *p; }, std::make_unique<int>(8));
  BOOST_TEST(task.await().value() == 8);
}

BOOST_AUTO_TEST_CASE(a_value_is_copied_to_every_waiter) {
  auto task = spawn(rt, [] { return std::string{"many"}; });
  BOOST_TEST(task.await().value() == "many");
  BOOST_TEST(task.await().value() == "many");
  BOOST_REQUIRE(task.value() != nullptr);
  BOOST_TEST(*task.value() == "many");
}

BOOST_AUTO_TEST_CASE(exceptions_are_failures) {
  auto r = spawn(rt, [] { throw std::runtime_error{"boom"}; }).await();
  BOOST_REQUIRE(r.is_err());
  BOOST_TEST((r.error().code() == error_code::failure));
  BOOST_TEST(r.error().message() == "boom");
  auto odd = spawn(rt, []() -> int { throw 42; }).await();
  BOOST_TEST((odd.error().code() == error_code::failure));
  auto co = spawn(rt, failing, "why").await();
  BOOST_TEST(co.error().message() == "why");
  BOOST_TEST(co.error().attempt() == 1u);
}

BOOST_AUTO_TEST_CASE(errors_can_be_returned) {
  BOOST_TEST((spawn(rt, returns_error).await().error().code() == error_code::io));
  BOOST_TEST(spawn(rt, returns_result, true).await().value() == 5);
  BOOST_TEST(spawn(rt, returns_result, false).await().error().message() == "no");
  auto r = spawn(rt, []() -> task_result<std::string> {
             return task_error{error_code::rejected, "full"};
           }).await();
  BOOST_TEST((r.error().code() == error_code::rejected));
  auto good = spawn(rt, []() -> caf::expected<int> { return 6; }).await();
  BOOST_TEST(good.value() == 6);
  auto bad = spawn(rt, []() -> caf::expected<int> { return caf::sec::request_timeout; }).await();
  BOOST_TEST((bad.error().code() == error_code::timeout));
  auto unit = spawn(rt, []() -> task_result<void> {
                return task_error{error_code::rejected, "no"};
              }).await();
  BOOST_TEST(unit.is_err());
}

BOOST_AUTO_TEST_CASE(an_error_carries_the_chain_from_leaf_to_root) {
  auto task = async_task::to<int>(rt).name("root").run([](task_context ctx) -> async<int> {
    co_return co_await async_task::to<int>(ctx).name("middle").run(
        [](task_context inner) -> async<int> {
          co_return co_await async_task::to<int>(inner).name("leaf").run(failing, "deep down");
        });
  });
  auto error = task.await().error();
  BOOST_TEST(error.name() == "root");
  BOOST_TEST(error.cause().name() == "middle");
  BOOST_TEST(error.root_cause().name() == "leaf");
  BOOST_TEST(error.root_cause().message() == "deep down");
  BOOST_TEST(error.id() == task.id());
}

BOOST_AUTO_TEST_CASE(a_coroutine_that_is_called_can_be_awaited) {
  auto task = spawn(rt, [](task_context ctx) -> async<int> {
    const int a = co_await doubled(4);
    const int b = co_await quadrupled(ctx, 1);
    co_return a + b;
  });
  BOOST_TEST(task.await().value() == 12);
}

BOOST_AUTO_TEST_CASE(the_context_of_a_called_coroutine_is_its_own) {
  auto task = spawn(rt, [](task_context ctx) -> async<bool> {
    auto inner = [](const task_context own, task_id outer) -> async<bool> {
      co_return own.id() != outer&& own.parent() == outer;
    };
    co_return co_await inner(ctx, ctx.id());
  });
  BOOST_TEST(task.await().value());
}

BOOST_AUTO_TEST_CASE(a_context_that_is_handed_down_stays_that_of_its_task) {
  using ids = std::pair<task_id, task_id>;
  const auto child = [](task_context own, task_context above) -> async<ids> {
    co_return ids{own.id(), above.id()};
  };
  const auto parent = [&](task_context ctx) -> async<task_id> {
    const auto [own, above] = co_await ctx.spawn(child, ctx);
    expect(own != above);
    const auto called = co_await child(ctx, ctx);
    expect(called.first != above && called.second == above);
    co_return above;
  };
  auto task = rt.spawn(parent);
  BOOST_TEST((task.await().value() == task.id()));
}

BOOST_AUTO_TEST_CASE(a_coroutine_that_is_never_started_is_destroyed) {
  auto task = spawn(rt, [](task_context) -> async<long> {
    auto box = std::make_shared<int>(1);
    {
      auto unused = [](std::shared_ptr<int>) -> async<void> { co_return; }(box);
    }
    co_return box.use_count();
  });
  BOOST_TEST(task.await().value() == 1);
}

BOOST_AUTO_TEST_CASE(outside_of_tasks_a_coroutine_cannot_be_called) {
  BOOST_CHECK_THROW(doubled(1), std::logic_error);
}

BOOST_AUTO_TEST_CASE(an_argument_that_throws_leaves_nothing_behind) {
  throws_when_copied bad;
  BOOST_CHECK_THROW(spawn(rt, takes, bad), std::runtime_error);
  BOOST_CHECK_THROW(spawn(rt, [](const throws_when_copied&) {}, bad), std::runtime_error);
  BOOST_TEST(rt.live_tasks() == 0u);
}

BOOST_AUTO_TEST_CASE(ids_are_unique_and_names_are_kept) {
  auto a = async_task::to<int>(rt).name("a").run(doubled, 1);
  auto b = spawn(rt, doubled, 1);
  BOOST_TEST(a.id() != b.id());
  BOOST_TEST(a.name() == "a");
  BOOST_TEST(b.name().empty());
  const auto id = a.id();
  BOOST_TEST(a.await().is_ok());
  BOOST_TEST(a.id() == id);
}

BOOST_AUTO_TEST_CASE(handles_outlive_the_runtime) {
  spawning_task<std::string> task;
  {
    runtime other;
    task = other.spawn([] { return std::string(100, 'o'); });
    other.join();
  }
  BOOST_TEST(task.status() == task_status::completed);
  BOOST_TEST(task.await().value().size() == 100u);
}

BOOST_AUTO_TEST_CASE(a_task_is_spawned_on_another_runtime) {
  runtime other{runtime_options{.workers = 1}};
  auto task = spawn(rt, [&other](task_context ctx) -> async<bool> {
    auto there = other.spawn([](task_context inner) { return &inner.runtime(); });
    co_return co_await there == &other && &ctx.runtime() != &other;
  });
  BOOST_TEST(task.await().value());
}

BOOST_AUTO_TEST_SUITE_END()
