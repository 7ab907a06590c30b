// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/sweet.hpp>
#include <sweet/testing/runtime_fixture.hpp>
#include <sweet/testing/waits_for_ever.hpp>

#include <atomic>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include <caf/all.hpp>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::runtime_fixture;
using sweet::testing::wait_until_idle;
using sweet::testing::waits_for_ever;

namespace on_cancel_test {
namespace {

struct fixture : runtime_fixture {
  void note(std::string what) {
    std::lock_guard guard{mutex};
    notes += notes.empty() ? what : " " + what;
  }
  auto noting(std::string what) {
    return [this, what] { note(what); };
  }

  std::mutex mutex;
  std::string notes;
};

} // namespace
} // namespace on_cancel_test

BOOST_FIXTURE_TEST_SUITE(on_cancel_test, fixture)

BOOST_AUTO_TEST_CASE(callbacks_run_last_registered_first_after_body_and_children) {
  auto task = spawn(rt, [&](task_context ctx) -> async<void> {
    ctx.on_cancel(noting("first"));
    ctx.on_cancel(noting("second"));
    struct leaves {
      fixture& f;
      ~leaves() { f.note("body"); }
    } at_end{*this};
    auto child = ctx.spawn([&](task_context own) -> async<void> {
      try {
        co_await stopped_as_error(waits_for_ever(own));
      } catch (const cancelled&) {
        note("child");
        throw;
      }
    });
    co_await ctx.sleep_for(1h);
  });
  wait_until_idle(rt);
  task.cancel();
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
  BOOST_TEST((notes == "body child second first" || notes == "child body second first"));
}

BOOST_AUTO_TEST_CASE(callbacks_may_be_coroutines_that_wait) {
  auto task = spawn(rt, [&](task_context ctx) -> async<void> {
    ctx.on_cancel([&](task_context own) -> async<void> {
      co_await own.sleep_for(1s);
      note("slept");
    });
    co_await waits_for_ever(ctx);
  });
  wait_until_idle(rt);
  task.cancel();
  advance(999ms);
  BOOST_TEST(!task.is_done());
  BOOST_TEST(task.status() == task_status::pending_cancellation);
  advance(1ms);
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
  BOOST_TEST(notes == "slept");
}

BOOST_AUTO_TEST_CASE(at_kill_only_essential_ones_run) {
  auto task = spawn(rt, [&](task_context ctx) -> async<void> {
    ctx.on_cancel(noting("ordinary"));
    ctx.on_cancel(noting("essential"), when_cancelled::graceful_or_kill);
    co_await waits_for_ever(ctx);
  });
  wait_until_idle(rt);
  task.cancel(cancellation_level::kill);
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
  BOOST_TEST(notes == "essential");
}

BOOST_AUTO_TEST_CASE(at_kill_hard_none_runs) {
  auto task = spawn(rt, [&](task_context ctx) -> async<void> {
    ctx.on_cancel(noting("ordinary"));
    ctx.on_cancel(noting("essential"), when_cancelled::graceful_or_kill);
    co_await waits_for_ever(ctx);
  });
  wait_until_idle(rt);
  task.cancel(cancellation_level::kill_hard);
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
  wait_until_idle(rt);
  BOOST_TEST(notes == "");
}

BOOST_AUTO_TEST_CASE(a_kill_throws_ordinary_ones_out_but_not_essential_ones) {
  auto slow = [&](std::string what) {
    return [this, what](task_context own) -> async<void> {
      try {
        co_await stopped_as_error(own.sleep_for(500ms));
        note(what);
      } catch (const cancelled&) {
        note("no " + what);
        throw;
      }
    };
  };
  auto task = spawn(rt, [&](task_context ctx) -> async<void> {
    ctx.on_cancel(slow("essential"), when_cancelled::graceful_or_kill);
    ctx.on_cancel(slow("ordinary"));
    co_await waits_for_ever(ctx);
  });
  wait_until_idle(rt);
  task.cancel();
  wait_until_idle(rt);
  task.cancel(cancellation_level::kill);
  advance(500ms);
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
  BOOST_TEST(notes == "no ordinary essential");
}

BOOST_AUTO_TEST_CASE(the_failure_of_one_is_logged_and_the_others_run) {
  std::vector<std::string> log;
  std::mutex log_mutex;
  runtime own{runtime_options{.workers = 1, .log = [&](const log_record& r) {
                                std::lock_guard guard{log_mutex};
                                log.push_back(r.text);
                              }}};
  auto task = async_task::to<void>(own)
                  .on_cancel(noting("first"))
                  .on_cancel([] { throw std::runtime_error{"disk full"}; })
                  .run(waits_for_ever);
  task.cancel();
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
  BOOST_TEST(notes == "first");
  std::lock_guard guard{log_mutex};
  BOOST_REQUIRE(log.size() == 1u);
  BOOST_TEST(log.front().find("disk full") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(they_run_for_a_task_that_never_started) {
  auto parent = spawn(rt, [&](task_context ctx) -> async<void> {
    auto child = async_task::to<void>(ctx).on_cancel(noting("clean")).run([&] { note("ran"); });
    ctx.actor(); // anything but a wait: the child is still queued, or runs on the other worker
    child.cancel();
    static_cast<void>(co_await child.result());
  });
  BOOST_TEST(parent.await().is_ok());
  BOOST_TEST((notes == "clean" || notes == "ran"));
}

BOOST_AUTO_TEST_CASE(they_run_when_the_time_is_over) {
  auto task = async_task::to<void>(rt).timeout(1s).on_cancel(noting("clean")).run(waits_for_ever);
  advance(1s);
  BOOST_TEST((task.await().error().code() == error_code::timeout));
  BOOST_TEST(notes == "clean");
}

BOOST_AUTO_TEST_CASE(they_run_when_a_sibling_fails) {
  auto task = spawn(rt, [&](task_context ctx) -> async<void> {
    auto child = async_task::to<void>(ctx).on_cancel(noting("clean")).run(waits_for_ever);
    co_await ctx.yield();
    throw std::runtime_error{"no"};
  });
  BOOST_TEST(task.await().error().message() == "no");
  BOOST_TEST(notes == "clean");
}

BOOST_AUTO_TEST_CASE(they_do_not_run_for_a_task_that_completes_or_fails) {
  auto completes = async_task::to<int>(rt).on_cancel(noting("clean")).run([] { return 1; });
  auto failing = async_task::to<int>(rt).on_cancel(noting("clean")).run([]() -> int {
    throw std::runtime_error{"no"};
  });
  BOOST_TEST(completes.await().is_ok());
  BOOST_TEST(failing.await().is_err());
  BOOST_TEST(notes == "");
}

BOOST_AUTO_TEST_CASE(each_task_of_a_builder_gets_its_own) {
  auto builder = async_task::to<void>(rt).on_cancel(noting("clean"));
  auto a = builder.run(waits_for_ever);
  auto b = builder.run(waits_for_ever);
  wait_until_idle(rt);
  a.cancel();
  BOOST_TEST(a.await().is_err());
  BOOST_TEST(notes == "clean");
  b.cancel();
  BOOST_TEST(b.await().is_err());
  BOOST_TEST(notes == "clean clean");
}

BOOST_AUTO_TEST_CASE(what_it_holds_goes_with_the_task_and_not_with_its_handle) {
  const auto held = std::make_shared<int>(1);
  const auto returns = [held](task_context ctx) {
    ctx.on_cancel([held] {});
    return 1;
  };
  const auto fails = [held](task_context ctx) -> async<int> {
    ctx.on_cancel([held] {});
    throw std::runtime_error{"no"};
    co_return 1;
  };
  auto by_builder = async_task::to<int>(rt).on_cancel([held] {}).run([] { return 1; });
  auto ended = rt.spawn(returns);
  auto failed = rt.spawn(fails);
  BOOST_TEST(by_builder.await().is_ok());
  BOOST_TEST(ended.await().is_ok());
  BOOST_TEST(failed.await().is_err());
  wait_until_idle(rt);
  BOOST_TEST(held.use_count() == 3); // here, and in the two functions
}

BOOST_AUTO_TEST_SUITE_END()
