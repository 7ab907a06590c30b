// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/sweet.hpp>
#include <sweet/testing/notes_cancellation.hpp>
#include <sweet/testing/runtime_fixture.hpp>

#include <caf/expected.hpp>
#include <caf/sec.hpp>

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::notes_cancellation;
using sweet::testing::runtime_fixture;
using sweet::testing::wait_until_idle;

namespace chain_test {
namespace {

async<int> value_after(task_context ctx, std::chrono::nanoseconds d, int x) {
  co_await ctx.sleep_for(d);
  co_return x;
}

async<int> fails(std::string why) {
  throw std::runtime_error{why};
  co_return 0;
}

async<int> waits(task_context ctx, std::atomic<int>& cancelled_ones) {
  co_await notes_cancellation(ctx, cancelled_ones);
  co_return 0;
}

template <class F>
auto collecting(runtime& rt, F f) {
  return async_task::to<detail::body_value<F>>(rt)
      .on_child_failure(child_failure::collect)
      .run(std::move(f));
}

} // namespace
} // namespace chain_test

BOOST_FIXTURE_TEST_SUITE(chain_test, runtime_fixture)

BOOST_AUTO_TEST_CASE(a_link_gets_the_value_of_the_task_before_it) {
  auto task = rt.spawn(value_after, 1ms, 20)
                  .chain([](int x) { return x + 1; })
                  .chain([](task_context, int x) { return std::to_string(x); });
  BOOST_TEST(!task.is_done());
  advance(1ms);
  BOOST_TEST(task.await().value() == "21");
}

BOOST_AUTO_TEST_CASE(what_a_function_may_return) {
  auto task = rt.spawn([] { return 1; })
                  .chain([](int x) -> task_result<int> { return x + 1; })
                  .chain([](int x) -> caf::expected<int> { return x + 1; })
                  .chain([](int x) -> async<int> { co_return x + 1; })
                  .chain([](task_context ctx, int x) -> async<int> {
                    co_return co_await value_after(ctx, 0ns, x + 1);
                  })
                  .chain([](int) {})
                  .chain([] { return 7; })
                  .chain([](task_context, int) -> async<void> { co_return; })
                  .chain([](task_context ctx) { return ctx.parent() != task_id::none; });
  BOOST_TEST(task.await().value());
}

BOOST_AUTO_TEST_CASE(what_is_already_done_can_be_chained) {
  auto first = rt.spawn([] { return 1; });
  BOOST_TEST(first.await().is_ok());
  auto twice = first.chain([](int x) { return 2 * x; });
  auto thrice = first.chain([](int x) { return 3 * x; });
  BOOST_TEST(twice.await().value() == 2);
  BOOST_TEST(thrice.await().value() == 3);
  BOOST_TEST(first.await().value() == 1);
}

BOOST_AUTO_TEST_CASE(an_error_skips_links_and_still_names_its_task) {
  std::atomic<int> called{0};
  auto task = async_task::to<int>(rt)
                  .name("origin")
                  .run(fails, "lost")
                  .chain([&](int) { return ++called; })
                  .map([&](int) { return ++called; })
                  .and_then([&](int) -> task_result<void> {
                    ++called;
                    return {};
                  })
                  .chain([&] { return std::string{"text"}; });
  const auto error = task.await().error();
  BOOST_TEST(error.message() == "lost");
  BOOST_TEST(error.name() == "origin");
  BOOST_TEST(called == 0);
  BOOST_TEST(task.status() == task_status::failed);
}

BOOST_AUTO_TEST_CASE(errors_of_links) {
  const auto message_of = [](auto task) {
    auto r = task.await();
    return r.is_err() ? r.error().message() : "no error";
  };
  auto first = rt.spawn([] { return 1; });
  BOOST_TEST(message_of(first.chain([](int) -> int { throw std::runtime_error{"thrown"}; })) ==
             "thrown");
  BOOST_TEST(message_of(first.chain([](int) -> task_result<int> {
               return task_error{error_code::io, "result"};
             })) == "result");
  BOOST_TEST(message_of(first.chain([](int) -> async<void> {
               throw std::runtime_error{"coroutine"};
               co_return;
             })) == "coroutine");
  BOOST_TEST((first.chain([](int) -> caf::expected<int> { return caf::sec::request_timeout; })
                  .await()
                  .error()
                  .code() == error_code::timeout));
  auto link = first.chain([](int) -> task_result<int> { return task_error{error_code::io}; });
  BOOST_TEST(link.await().error().id() == link.id());
}

BOOST_AUTO_TEST_CASE(map_and_and_then) {
  auto task = rt.spawn([] { return 3; })
                  .map([](int x) { return x * 2; })
                  .and_then([](int x) -> task_result<std::string> {
                    if (x != 6)
                      return task_error{error_code::invalid_data, "odd"};
                    return std::to_string(x);
                  })
                  .and_then([](std::string s) -> async<std::string> { co_return s + "!"; });
  BOOST_TEST(task.await().value() == "6!");
}

BOOST_AUTO_TEST_CASE(map_err_changes_errors_only) {
  auto renamed = rt.spawn(fails, "raw").map_err([](const task_error& e) {
    return task_error{error_code::io, "while loading"}.with_cause(e);
  });
  BOOST_TEST(renamed.await().error().message() == "while loading");
  BOOST_TEST(renamed.await().error().cause().message() == "raw");
  BOOST_TEST(renamed.await().error().id() == renamed.id());
  auto untouched = rt.spawn([] { return 1; }).map_err([](task_error) { return task_error{}; });
  BOOST_TEST(untouched.await().value() == 1);
  // An error that got lost is still one.
  auto lost = rt.spawn(fails, "raw").map_err([](task_error) { return task_error{}; });
  BOOST_TEST((lost.await().error().code() == error_code::unknown));
}

BOOST_AUTO_TEST_CASE(or_else_recovers) {
  auto value = [](auto f) { return f.await().value(); };
  auto bad = rt.spawn(fails, "bad");
  BOOST_TEST(value(bad.or_else([](const task_error& e) { return int(e.message().size()); })) == 3);
  BOOST_TEST(value(bad.or_else([](task_error) -> task_result<int> { return 4; })) == 4);
  BOOST_TEST(value(bad.or_else([](task_context ctx, task_error) -> async<int> {
               co_return co_await value_after(ctx, 0ns, 5);
             })) == 5);
  auto again = bad.or_else([](const task_error& e) -> task_result<int> {
    return task_error{error_code::io, "again"}.with_cause(e);
  });
  BOOST_TEST(again.await().error().message() == "again");
  auto fine = rt.spawn([] { return 1; }).or_else([](task_error) { return 0; });
  BOOST_TEST(value(fine) == 1);
  auto ended = rt.spawn([] { throw std::runtime_error{"x"}; }).or_else([](task_error) {});
  BOOST_TEST(ended.await().is_ok());
}

BOOST_AUTO_TEST_CASE(cancelling_the_last_link_cancels_the_running_one) {
  std::atomic<int> cancelled_ones{0};
  auto first = rt.spawn(waits, std::ref(cancelled_ones));
  auto last = first.chain([](int x) { return x; }).chain([](int x) { return x; });
  wait_until_idle(rt);
  last.cancel();
  BOOST_TEST((last.await().error().code() == error_code::cancelled));
  BOOST_TEST((first.await().error().code() == error_code::cancelled));
  BOOST_TEST(cancelled_ones == 1);

  auto link = rt.spawn([] { return 1; }).chain([&](task_context ctx, int) -> async<int> {
    co_return co_await waits(ctx, cancelled_ones);
  });
  auto behind = link.map([](int x) { return x; });
  wait_until_idle(rt);
  behind.cancel();
  BOOST_TEST((link.await().error().code() == error_code::cancelled));
  BOOST_TEST((behind.status() == task_status::cancelled));
  BOOST_TEST(cancelled_ones == 2);
}

BOOST_FIXTURE_TEST_CASE(a_link_that_is_cancelled_before_it_starts_cancels_too,
                        sweet::testing::single_worker_fixture) {
  std::atomic<int> cancelled_ones{0};
  auto first = rt.spawn(waits, std::ref(cancelled_ones));
  wait_until_idle(rt);
  auto task = rt.spawn([&] {
    auto last = first.chain([](int x) { return x; }).chain([](int x) { return x; });
    last.cancel(); // the only worker is here
    return last;
  });
  BOOST_TEST((task.await().value().await().error().code() == error_code::cancelled));
  BOOST_TEST((first.await().error().code() == error_code::cancelled));
}

BOOST_AUTO_TEST_CASE(a_kill_goes_down_the_chain_as_a_kill) {
  std::atomic<int> thrown{0};
  auto first = rt.spawn([&](task_context ctx) -> async<int> {
    for (int i = 0; i < 3; ++i) {
      try {
        co_await stopped_as_error(ctx.sleep_for(1h));
      } catch (const cancelled&) {
        ++thrown;
      }
    }
    co_return 1;
  });
  auto last = first.chain([](int x) { return x; });
  wait_until_idle(rt);
  last.cancel(cancellation_level::kill);
  BOOST_TEST(first.await().is_ok());
  BOOST_TEST(thrown == 3);
}

BOOST_AUTO_TEST_CASE(cancellation_runs_through_and_nobody_recovers_from_it) {
  std::atomic<int> called{0};
  std::atomic<int> cancelled_ones{0};
  auto first = rt.spawn(waits, std::ref(cancelled_ones));
  auto last = first.or_else([&](task_error) { return ++called; })
                  .map_err([&](task_error e) {
                    ++called;
                    return e;
                  })
                  .chain([&](int) { return ++called; });
  wait_until_idle(rt);
  first.cancel();
  BOOST_TEST((last.await().error().code() == error_code::cancelled));
  BOOST_TEST(last.status() == task_status::cancelled);
  BOOST_TEST(called == 0);
}

BOOST_AUTO_TEST_CASE(dropping_the_last_handle_cancels_nothing) {
  std::atomic<int> called{0};
  static_cast<void>(rt.spawn(value_after, 1ms, 1).chain([&](int) { ++called; }));
  advance(1ms);
  BOOST_TEST(called == 1);
}

BOOST_AUTO_TEST_CASE(links_have_the_priority_of_the_task) {
  auto task = async_task::to<int>(rt)
                  .priority(task_priority::high)
                  .run([] { return 1; })
                  .chain([](task_context ctx, int) { return ctx.priority(); });
  BOOST_TEST((task.await().value() == task_priority::high));
}

BOOST_AUTO_TEST_CASE(links_have_the_deadline_of_the_task) {
  std::atomic<int> called{0};
  auto task = async_task::to<int>(rt).deadline(10ms).run(value_after, 5ms, 1);
  auto link = task.chain([&](task_context ctx, int) -> async<int> {
    ++called;
    co_return co_await value_after(ctx, 1h, 2);
  });
  auto behind = link.map([&](int) { return ++called; });
  advance(9ms);
  BOOST_TEST(called == 1);
  BOOST_TEST(!link.is_done());
  advance(1ms);
  BOOST_TEST(task.await().value() == 1);
  BOOST_TEST((link.await().error().code() == error_code::timeout));
  BOOST_TEST((behind.await().error().code() == error_code::timeout));
  BOOST_TEST(called == 1);
}

BOOST_AUTO_TEST_CASE(links_of_a_child_have_its_deadline) {
  auto task = rt.spawn([](task_context ctx) -> async<int> {
    auto link = async_task::to<int>(ctx)
                    .deadline(10ms)
                    .run([] { return 1; })
                    .chain([](task_context inner, int x) { return value_after(inner, 1h, x); });
    co_return co_await link;
  });
  advance(9ms);
  BOOST_TEST(!task.is_done());
  advance(1ms);
  BOOST_TEST((task.await().error().cause().code() == error_code::timeout));
}

BOOST_AUTO_TEST_CASE(move_only_values_move_along) {
  auto task = rt.spawn([] { return std::make_unique<int>(4); })
                  .chain([](std::unique_ptr<int> p) {
                    ++*p;
                    return p;
                  })
                  .or_else([](task_error) { return std::unique_ptr<int>{}; });
  BOOST_TEST(*task.await().value() == 5);
}

BOOST_AUTO_TEST_CASE(move_only_functions_and_their_captures) {
  auto owned = std::make_unique<int>(4);
  auto task = rt.spawn([] { return 1; }).chain([owned = std::move(owned)](int x) -> async<int> {
    co_return x + *owned;
  });
  BOOST_TEST(task.await().value() == 5);
}

BOOST_AUTO_TEST_CASE(a_chain_may_be_long) {
  auto task = rt.spawn([] { return 0; });
  for (int i = 0; i < 10'000; ++i)
    task = task.chain([](int x) { return x + 1; });
  BOOST_TEST(task.await().value() == 10'000);
}

// -- children ----------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(links_of_a_child_are_children_of_its_parent) {
  auto task = rt.spawn([](task_context ctx) -> async<bool> {
    auto link = ctx.spawn(value_after, 1ms, 1).chain([](task_context inner, int) {
      return inner.parent();
    });
    static_assert(std::is_same_v<decltype(link), child_task<task_id>>);
    co_return co_await link == ctx.id();
  });
  advance(1ms);
  BOOST_TEST(task.await().value());
}

BOOST_AUTO_TEST_CASE(the_parent_joins_links_whose_handles_were_dropped) {
  std::atomic<int> called{0};
  auto task = rt.spawn([&](task_context ctx) {
    static_cast<void>(ctx.spawn(value_after, 5ms, 1).chain([&](int) { ++called; }));
  });
  wait_until_idle(rt);
  BOOST_TEST(task.status() == task_status::running);
  advance(5ms);
  BOOST_TEST(task.await().is_ok());
  BOOST_TEST(called == 1);
}

BOOST_AUTO_TEST_CASE(a_failing_link_fails_its_parent_like_any_child) {
  auto task = rt.spawn([](task_context ctx) -> async<void> {
    auto link =
        ctx.spawn([] { return 1; }).chain([](int) -> int { throw std::runtime_error{"link"}; });
    co_await ctx.sleep_for(1h);
  });
  BOOST_TEST(task.await().error().cause().message() == "link");
}

BOOST_AUTO_TEST_CASE(or_else_does_not_save_a_fail_fast_parent_but_a_collecting_one) {
  auto recovers = [](task_context ctx) -> async<int> {
    co_return co_await ctx.spawn(fails, "early").or_else([](task_error) { return 5; });
  };
  BOOST_TEST(rt.spawn(recovers).await().error().cause().message() == "early");
  BOOST_TEST(collecting(rt, recovers).await().value() == 5);
}

BOOST_AUTO_TEST_CASE(cancelling_the_last_link_of_a_child_cancels_the_child) {
  std::atomic<int> cancelled_ones{0};
  auto task = rt.spawn([&](task_context ctx) -> async<error_code> {
    auto last =
        ctx.spawn(waits, std::ref(cancelled_ones)).map([](int x) { return x; }).map([](int x) {
          return x;
        });
    co_await ctx.sleep_for(1ms);
    last.cancel();
    auto outcome = co_await last.result();
    co_return outcome.error().code();
  });
  advance(1ms);
  BOOST_TEST((task.await().value() == error_code::cancelled));
  BOOST_TEST(cancelled_ones == 1);
}

BOOST_AUTO_TEST_CASE(a_parent_killed_while_links_wait) {
  std::atomic<int> called{0};
  auto task = rt.spawn([&](task_context ctx) -> async<void> {
    auto link = ctx.spawn(value_after, 1h, 1).chain([&](int) { ++called; });
    co_await link;
  });
  wait_until_idle(rt);
  task.cancel(cancellation_level::kill);
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
  BOOST_TEST(called == 0);
}

BOOST_AUTO_TEST_CASE(a_killed_parent_makes_no_links) {
  async_event spawned;
  auto task = rt.spawn([&](task_context ctx) -> async<bool> {
    auto child = ctx.spawn([] { return 1; });
    spawned.set();
    try {
      co_await stopped_as_error(ctx.sleep_for(1h));
    } catch (const cancelled&) {
    }
    try {
      auto link = std::move(child).chain([](int) {});
    } catch (const cancelled&) {
      co_return true;
    }
    co_return false;
  });
  wait_until_idle(rt);
  task.cancel(cancellation_level::kill);
  BOOST_TEST(task.await().value());
}

BOOST_AUTO_TEST_CASE(links_combine) {
  auto task = rt.spawn([](task_context ctx) -> async<int> {
    auto [a, b] =
        co_await when_all(ctx.spawn(value_after, 1ms, 1).map([](int x) { return x + 1; }),
                          ctx.spawn(value_after, 2ms, 2).map([](int x) { return x + 1; }));
    co_return a * 10 + b;
  });
  advance(2ms);
  BOOST_TEST(task.await().value() == 23);
}

// -- await_result ------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(await_result_applies_the_handler_to_the_outcome) {
  auto good = rt.spawn([] { return 2; });
  auto bad = rt.spawn(fails, "bad");
  auto text = [](task_result<int> r) { return r.is_ok() ? "value" : r.error().message(); };
  BOOST_TEST(good.await_result(text) == "value");
  BOOST_TEST(bad.await_result(text) == "bad");
  auto task = rt.spawn([](task_context ctx) {
    return ctx.spawn([] { return 3; }).await_result([](task_result<int> r) {
      return r.value() + 1;
    });
  });
  BOOST_TEST(task.await().value() == 4);
}

BOOST_AUTO_TEST_SUITE_END()
