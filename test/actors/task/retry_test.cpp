// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/sweet.hpp>
#include <sweet/testing/runtime_fixture.hpp>

#include <caf/actor.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::runtime_fixture;

namespace retry_test {
namespace {

async<int> waits_for_ever(task_context ctx) {
  for (;;)
    co_await ctx.sleep_for(1h);
}

/// Takes no notice of cancellation.
async<void> ends_when_told(async_event& runs, async_event& go) {
  runs.set();
  co_await sweet::detail::event_access::wait_shielded(go, cancellation_level::kill);
}

/// Fails so many times, then gives the number of the attempt.
struct fails_first {
  std::uint32_t failures;

  int operator()(task_context ctx) const {
    if (ctx.attempt() <= failures)
      throw std::runtime_error{"attempt " + std::to_string(ctx.attempt())};
    return static_cast<int>(ctx.attempt());
  }
};

/// When attempts began, in milliseconds of a virtual clock.
class begin_times {
public:
  explicit begin_times(const sweet::testing::virtual_clock& time)
      : time_(time), start_(time.now()) {}

  void note() {
    std::lock_guard guard{mutex_};
    times_.push_back(
        std::chrono::duration_cast<std::chrono::milliseconds>(time_.now() - start_).count());
  }

  std::vector<long> all() const {
    std::lock_guard guard{mutex_};
    return times_;
  }

private:
  const sweet::testing::virtual_clock& time_;
  const clock::time_point start_;
  mutable std::mutex mutex_;
  std::vector<long> times_;
};

using times = std::vector<long>;

} // namespace
} // namespace retry_test

BOOST_FIXTURE_TEST_SUITE(retry_test, runtime_fixture)

// -- how often, and when --------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(without_retry_there_is_one_attempt) {
  auto task = async_task::to<int>(rt).run(fails_first{1});
  auto r = task.await();
  BOOST_TEST(r.error().message() == "attempt 1");
  BOOST_TEST(r.error().attempt() == 1u);
  BOOST_TEST(task.attempts() == 1u);
}

BOOST_AUTO_TEST_CASE(a_failed_attempt_is_followed_by_another_one) {
  auto task =
      async_task::to<int>(rt).retry(3, backoff::immediate()).run(fails_first{.failures = 2});
  BOOST_TEST(task.await().value() == 3);
  BOOST_TEST(task.attempts() == 3u);
  BOOST_TEST(task.status() == task_status::completed);
}

BOOST_AUTO_TEST_CASE(so_many_further_attempts_and_no_more) {
  auto task = async_task::to<int>(rt)
                  .name("persistent")
                  .retry(3, backoff::immediate())
                  .run(fails_first{.failures = 100});
  auto error = task.await().error();
  BOOST_TEST((error.code() == error_code::failure));
  BOOST_TEST(error.message() == "attempt 4");
  BOOST_TEST(error.attempt() == 4u);
  BOOST_TEST(error.name() == "persistent");
  BOOST_TEST(error.id() == task.id());
  BOOST_TEST(task.attempts() == 4u);
  BOOST_TEST(task.status() == task_status::failed);
}

BOOST_AUTO_TEST_CASE(no_further_attempts_can_be_asked_for) {
  auto task = async_task::to<int>(rt).retry(0).run(fails_first{.failures = 1});
  BOOST_TEST(task.await().error().attempt() == 1u);
}

BOOST_AUTO_TEST_CASE(the_backoff_lies_between_attempts) {
  begin_times begun{time};
  auto task = async_task::to<int>(rt)
                  .retry(4, backoff::exponential().without_jitter())
                  .run([&](task_context ctx) {
                    begun.note();
                    return fails_first{4}(ctx);
                  });
  advance(1h);
  BOOST_TEST(task.await().value() == 5);
  BOOST_TEST(begun.all() == (times{0, 100, 300, 700, 1500}));
}

BOOST_AUTO_TEST_CASE(the_backoff_runs_from_the_end_of_the_attempt) {
  begin_times begun{time};
  auto task = async_task::to<int>(rt)
                  .retry(2, backoff::fixed(100ms).without_jitter())
                  .run([&](task_context ctx) -> async<int> {
                    begun.note();
                    co_await ctx.sleep_for(1s);
                    co_return fails_first{2}(ctx);
                  });
  advance(1h);
  BOOST_TEST(begun.all() == (times{0, 1100, 2200}));
}

BOOST_AUTO_TEST_CASE(jitter_spreads_the_attempts_of_many) {
  std::mutex mutex;
  std::set<long> seen;
  std::vector<spawning_task<int>> tasks;
  const auto start = time.now();
  for (int i = 0; i < 100; ++i)
    tasks.push_back(async_task::to<int>(rt).retry(1, backoff::fixed(1s)).run([&](task_context ctx) {
      if (ctx.attempt() == 2) {
        std::lock_guard guard{mutex};
        seen.insert(
            std::chrono::duration_cast<std::chrono::milliseconds>(time.now() - start).count());
      }
      return fails_first{1}(ctx);
    }));
  advance(1h);
  BOOST_TEST(*seen.begin() >= 800);
  BOOST_TEST(*seen.rbegin() <= 1200);
  BOOST_TEST(*seen.rbegin() - *seen.begin() > 200);
  BOOST_TEST(seen.size() > 50u);
}

BOOST_AUTO_TEST_CASE(an_error_may_ask_for_a_longer_wait) {
  begin_times begun{time};
  auto task = async_task::to<int>(rt)
                  .retry(2, backoff::fixed(100ms).without_jitter())
                  .run([&](task_context ctx) -> task_result<int> {
                    begun.note();
                    const task_error busy{error_code::resource_limit, "busy"};
                    return ctx.attempt() == 1 ? busy.with_retry_after(3s) : busy;
                  });
  advance(1h);
  BOOST_TEST(begun.all() == (times{0, 3000, 3100}));
}

// -- which errors ---------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(what_is_the_same_next_time_is_not_retried) {
  for (const auto code : {error_code::rejected, error_code::invalid_state, error_code::invalid_data,
                          error_code::cancelled}) {
    auto task = async_task::to<int>(rt).retry(3, backoff::immediate()).run([code] {
      return task_result<int>{task_error{code, "once"}};
    });
    BOOST_TEST((task.await().error().code() == code));
    BOOST_TEST(task.attempts() == 1u);
  }
}

BOOST_AUTO_TEST_CASE(a_predicate_narrows_what_is_retried) {
  auto task = async_task::to<int>(rt)
                  .retry(9, backoff::immediate(),
                         [](const task_error& e) { return e.message() != "attempt 3"; })
                  .run(fails_first{.failures = 100});
  BOOST_TEST(task.await().error().message() == "attempt 3");
}

BOOST_AUTO_TEST_CASE(an_exception_from_the_predicate_fails_the_task) {
  auto task = async_task::to<int>(rt)
                  .retry(9, backoff::immediate(),
                         [](const task_error&) -> bool { throw std::runtime_error{"undecided"}; })
                  .run(fails_first{.failures = 100});
  auto error = task.await().error();
  BOOST_TEST((error.code() == error_code::failure));
  BOOST_TEST(error.message() == "undecided");
  BOOST_TEST(error.cause().message() == "attempt 1");
}

BOOST_AUTO_TEST_CASE(an_attempt_that_ends_itself_as_cancelled_is_the_last) {
  auto task = async_task::to<int>(rt).retry(3, backoff::immediate()).run([]() -> int {
    throw cancelled{};
  });
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
  BOOST_TEST(task.status() == task_status::cancelled);
  BOOST_TEST(task.attempts() == 1u);
}

// -- each attempt for itself ----------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(the_time_of_one_attempt_is_over_and_the_next_one_starts) {
  begin_times begun{time};
  auto task = async_task::to<int>(rt)
                  .timeout(1s)
                  .retry(2, backoff::fixed(500ms).without_jitter())
                  .run([&](task_context ctx) -> async<int> {
                    begun.note();
                    if (ctx.attempt() < 3)
                      co_return co_await waits_for_ever(ctx);
                    co_await ctx.sleep_for(999ms);
                    co_return 3;
                  });
  advance(1h);
  BOOST_TEST(task.await().value() == 3);
  BOOST_TEST(begun.all() == (times{0, 1500, 3000}));
}

BOOST_AUTO_TEST_CASE(the_time_of_the_last_attempt_is_over) {
  auto task =
      async_task::to<int>(rt).timeout(1s).retry(1, backoff::immediate()).run(waits_for_ever);
  advance(1h);
  auto error = task.await().error();
  BOOST_TEST((error.code() == error_code::timeout));
  BOOST_TEST(error.message() == "not done after 1 s");
  BOOST_TEST(error.attempt() == 2u);
}

BOOST_AUTO_TEST_CASE(an_attempt_is_joined_with_its_children_before_the_next_one) {
  async_event child_runs;
  async_event go;
  std::atomic<int> begun{0};
  auto task = async_task::to<int>(rt)
                  .rise_after({.graceful = cancellation_times::never})
                  .retry(1, backoff::immediate())
                  .run([&](task_context ctx) -> async<int> {
                    if (++begun == 2)
                      co_return 2;
                    auto child = ctx.spawn(ends_when_told, std::ref(child_runs), std::ref(go));
                    co_await child_runs;
                    throw std::runtime_error{"with a child"};
                  });
  advance(1h);
  BOOST_TEST(begun == 1);
  BOOST_TEST(task.status() == task_status::running);
  go.set();
  BOOST_TEST(task.await().value() == 2);
}

BOOST_AUTO_TEST_CASE(a_failed_child_fails_its_attempt_only) {
  auto task = async_task::to<int>(rt)
                  .retry(1, backoff::immediate())
                  .run([](task_context ctx) -> async<int> {
                    const auto attempt = ctx.attempt();
                    co_return co_await ctx.spawn([attempt] {
                      if (attempt == 1)
                        throw std::runtime_error{"child"};
                      return 7;
                    });
                  });
  BOOST_TEST(task.await().value() == 7);
}

BOOST_AUTO_TEST_CASE(a_new_attempt_has_a_new_stop_token) {
  auto task = async_task::to<int>(rt)
                  .timeout(1s)
                  .retry(1, backoff::immediate())
                  .run([](task_context ctx) -> async<int> {
                    const auto token = ctx.stop_token();
                    if (ctx.attempt() == 2)
                      co_return token.stop_requested() || ctx.is_cancelled() ? 0 : 1;
                    co_return co_await waits_for_ever(ctx);
                  });
  advance(1h);
  BOOST_TEST(task.await().value() == 1);
}

BOOST_AUTO_TEST_CASE(each_attempt_runs_a_copy_of_body_and_arguments) {
  auto task = async_task::to<std::string>(rt)
                  .retry(2, backoff::immediate())
                  .run(
                      [calls = 0](task_context ctx, std::string text) mutable {
                        text += std::to_string(++calls);
                        if (ctx.attempt() < 3)
                          throw std::runtime_error{text};
                        return text;
                      },
                      std::string(100, 'x'));
  BOOST_TEST(task.await().value() == std::string(100, 'x') + "1");
}

BOOST_AUTO_TEST_CASE(a_body_that_cannot_be_copied_is_a_failed_attempt) {
  struct fragile {
    std::shared_ptr<std::atomic<int>> copies = std::make_shared<std::atomic<int>>(0);
    fragile() = default;
    fragile(fragile&&) noexcept = default;
    fragile(const fragile& other) : copies(other.copies) {
      if (++*copies == 1)
        throw std::runtime_error{"no copy"};
    }
    int operator()(task_context ctx) const { return static_cast<int>(ctx.attempt()); }
  };
  auto once = async_task::to<int>(rt).retry(0).run(fragile{});
  BOOST_TEST(once.await().error().message() == "no copy");
  auto twice = async_task::to<int>(rt).retry(1, backoff::immediate()).run(fragile{});
  BOOST_TEST(twice.await().value() == 2);
}

BOOST_AUTO_TEST_CASE(a_value_that_cannot_be_copied_gets_through) {
  auto task = async_task::to<std::unique_ptr<int>>(rt)
                  .retry(1, backoff::immediate())
                  .run([](task_context ctx) {
                    return std::make_unique<int>(fails_first{.failures = 1}(ctx));
                  });
  BOOST_TEST(*task.await().value() == 2);
}

BOOST_AUTO_TEST_CASE(a_task_without_a_value_is_retried_too) {
  std::atomic<int> calls{0};
  auto task = async_task::to<void>(rt).retry(2, backoff::immediate()).run([&]() -> async<void> {
    if (++calls < 3)
      throw std::runtime_error{"not yet"};
    co_return;
  });
  BOOST_TEST(task.await().is_ok());
  auto failing = async_task::to<void>(rt).retry(1, backoff::immediate()).run([] {
    throw std::runtime_error{"never"};
  });
  BOOST_TEST(failing.await().error().message() == "never");
}

BOOST_AUTO_TEST_CASE(a_blocking_body_is_retried_on_the_blocking_pool,
                     *boost::unit_test::timeout(30)) {
  auto task = async_task::to<int>(rt).blocking().retry(2, backoff::immediate()).run(fails_first{2});
  BOOST_TEST(task.await().value() == 3);
}

// -- cancellation ---------------------------------------------------------------------------------

// One worker: nobody takes the child before it is cancelled.
BOOST_FIXTURE_TEST_CASE(cancelled_before_it_starts_there_is_no_attempt,
                        sweet::testing::single_worker_fixture) {
  auto parent = spawn(rt, [](task_context ctx) {
    auto child = async_task::to<int>(ctx).retry(3).run(fails_first{1});
    child.cancel();
    const auto shared = child.share();
    return child.await().error().code() == error_code::cancelled ? shared.attempts() : 9u;
  });
  BOOST_TEST(parent.await().value() == 0u);
}

BOOST_AUTO_TEST_CASE(cancelled_while_an_attempt_waits_there_is_no_other_one) {
  for (const auto level : {cancellation_level::graceful, cancellation_level::kill}) {
    auto task = async_task::to<int>(rt).retry(3, backoff::immediate()).run(waits_for_ever);
    sweet::testing::wait_until_idle(rt);
    task.cancel(level);
    BOOST_TEST((task.await().error().code() == error_code::cancelled));
    BOOST_TEST(task.status() == task_status::cancelled);
    BOOST_TEST(task.attempts() == 1u);
  }
}

BOOST_AUTO_TEST_CASE(cancelled_while_it_backs_off_it_ends_at_once) {
  for (const auto level : {cancellation_level::graceful, cancellation_level::kill}) {
    auto task = async_task::to<int>(rt).retry(3, backoff::fixed(1h)).run(fails_first{100});
    sweet::testing::wait_until_idle(rt);
    task.cancel(level);
    BOOST_TEST((task.await().error().code() == error_code::cancelled));
    BOOST_TEST(task.attempts() == 1u);
  }
}

BOOST_AUTO_TEST_CASE(cancelled_while_an_attempt_joins_its_children_it_waits_for_them) {
  async_event child_runs;
  async_event go;
  auto task = async_task::to<int>(rt)
                  .retry(3, backoff::immediate())
                  .run([&](task_context ctx) -> async<int> {
                    auto child = ctx.spawn(ends_when_told, std::ref(child_runs), std::ref(go));
                    co_await child_runs;
                    co_return fails_first{100}(ctx);
                  });
  sweet::testing::wait_until_idle(rt);
  task.cancel();
  sweet::testing::wait_until_idle(rt);
  BOOST_TEST(task.status() == task_status::pending_cancellation);
  go.set();
  // What the attempt had failed with before is how the task fails; it is not tried again.
  BOOST_TEST(task.await().error().message() == "attempt 1");
  BOOST_TEST(task.attempts() == 1u);
}

BOOST_AUTO_TEST_CASE(a_cancelled_attempt_that_returns_a_value_completes_the_task) {
  std::atomic<bool> runs{false};
  auto task = async_task::to<int>(rt).retry(3).run([&](task_context ctx) {
    runs = true;
    while (!ctx.is_cancelled())
      std::this_thread::yield();
    return 5;
  });
  while (!runs)
    std::this_thread::yield();
  task.cancel();
  BOOST_TEST(task.await().value() == 5);
  BOOST_TEST(task.status() == task_status::completed);
}

BOOST_AUTO_TEST_CASE(a_cancelled_attempt_that_fails_is_not_retried) {
  auto task = async_task::to<int>(rt)
                  .retry(3, backoff::immediate())
                  .run([](task_context ctx) -> async<int> {
                    try {
                      co_await stopped_as_error(waits_for_ever(ctx));
                    } catch (const cancelled&) {
                    }
                    throw std::runtime_error{"in clean-up"};
                  });
  sweet::testing::wait_until_idle(rt);
  task.cancel();
  BOOST_TEST(task.await().error().message() == "in clean-up");
  BOOST_TEST(task.attempts() == 1u);
}

BOOST_AUTO_TEST_CASE(cancelling_the_parent_reaches_the_attempt) {
  std::atomic<int> noted{0};
  auto task = spawn(rt, [&](task_context ctx) -> async<int> {
    co_return co_await async_task::to<int>(ctx).retry(3).run([&](task_context c) -> async<int> {
      try {
        co_await stopped_as_error(waits_for_ever(c));
      } catch (const cancelled&) {
        ++noted;
        throw;
      }
      co_return 0;
    });
  });
  sweet::testing::wait_until_idle(rt);
  task.cancel();
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
  BOOST_TEST(noted == 1);
}

BOOST_AUTO_TEST_CASE(cancellation_meets_attempts_at_any_moment) {
  int as_cancelled = 0;
  int with_failure = 0;
  for (int round = 0; round < 200; ++round) {
    std::vector<spawning_task<int>> tasks;
    for (int i = 0; i < 8; ++i)
      tasks.push_back(async_task::to<int>(rt)
                          .retry(1'000'000, backoff::immediate())
                          .run([](task_context ctx) -> async<int> {
                            co_await ctx.yield();
                            throw std::runtime_error{"again"};
                          }));
    // Every second one has begun an attempt; the others may not have been started yet.
    for (std::size_t i = 1; i < tasks.size(); i += 2)
      while (tasks[i].attempts() == 0)
        std::this_thread::yield();
    for (const auto& task : tasks)
      task.cancel(round % 2 == 0 ? cancellation_level::graceful : cancellation_level::kill);
    for (const auto& task : tasks) {
      const auto error = task.await().error();
      // Cancelled as an attempt was failing, it fails with that.
      const bool failed = error.code() == error_code::failure && error.message() == "again";
      BOOST_TEST((error.code() == error_code::cancelled || failed));
      BOOST_TEST(task.attempts() < 1'000'000u);
      ++(failed ? with_failure : as_cancelled);
    }
  }
  BOOST_TEST_MESSAGE(as_cancelled << " cancelled, " << with_failure << " failed");
  BOOST_TEST(as_cancelled > 0);
}

// -- what others see ------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(the_context_of_an_attempt_is_that_of_the_task) {
  struct seen {
    task_id id, parent, parent_of_child;
    std::string name;
    caf::actor_id actor;
  };
  auto parent = spawn(rt, [](task_context ctx) -> async<bool> {
    auto child =
        async_task::to<seen>(ctx)
            .name("tried")
            .retry(1, backoff::immediate())
            .run([](task_context c) {
              fails_first{1}(c);
              auto grandchild = c.spawn([](task_context g) { return g.parent(); });
              return seen{c.id(), c.parent(), grandchild.await().value(), c.name(), c.actor().id()};
            });
    const auto id = child.id();
    const auto actor = child.actor().id();
    const auto s = co_await child;
    co_return s.id == id&& s.parent == ctx.id() && s.parent_of_child == id&& s.name == "tried" &&
        s.actor == actor;
  });
  BOOST_TEST(parent.await().value());
}

BOOST_AUTO_TEST_CASE(the_children_of_an_attempt_are_those_of_the_task) {
  async_event go;
  std::atomic<task_id> child_of_attempt{};
  auto task = async_task::to<void>(rt)
                  .retry(1, backoff::immediate())
                  .run([&](task_context ctx) -> async<void> {
                    auto child = ctx.spawn([&]() -> async<void> { co_await go; });
                    child_of_attempt = child.id();
                    co_await child;
                  });
  sweet::testing::wait_until_idle(rt);
  const auto children = task.children();
  go.set();
  BOOST_TEST(task.await().is_ok());
  BOOST_REQUIRE(children.size() == 1u);
  BOOST_TEST((children.front() == child_of_attempt.load()));
}

BOOST_AUTO_TEST_CASE(errors_say_in_which_attempt) {
  auto task = async_task::to<int>(rt)
                  .name("tried")
                  .retry(1, backoff::immediate())
                  .run([](task_context ctx) -> async<int> {
                    co_return co_await async_task::to<int>(ctx)
                        .retry(2, backoff::immediate())
                        .name("inner")
                        .run(fails_first{.failures = 100});
                  });
  const auto error = task.await().error();
  BOOST_TEST(error.name() == "tried");
  BOOST_TEST(error.attempt() == 2u);
  BOOST_TEST(error.cause().name() == "inner");
  BOOST_TEST(error.cause().attempt() == 3u);
}

BOOST_AUTO_TEST_CASE(a_child_fails_its_parent_after_the_last_attempt_only) {
  std::atomic<int> calls{0};
  const auto run_child = [&](std::uint32_t further) {
    return spawn(rt, [&, further](task_context ctx) -> async<int> {
      static_cast<void>(async_task::to<void>(ctx).retry(further, backoff::immediate()).run([&] {
        if (++calls % 3 != 0)
          throw std::runtime_error{"child"};
      }));
      co_return 1;
    });
  };
  BOOST_TEST(run_child(2).await().value() == 1);
  BOOST_TEST(calls == 3);
  BOOST_TEST(run_child(1).await().error().cause().message() == "child");
}

BOOST_AUTO_TEST_CASE(a_snapshot_shows_one_line_for_the_task) {
  async_event go;
  auto task = async_task::to<int>(rt)
                  .name("tried")
                  .retry(3, backoff::fixed(1h).without_jitter())
                  .run([&](task_context ctx) -> async<int> {
                    auto child = async_task::to<void>(ctx).name("child").run(
                        [&]() -> async<void> { co_await go; });
                    co_await child;
                    throw std::runtime_error{"no"};
                  });
  const auto id = to_string(task.id());
  sweet::testing::wait_until_idle(rt);
  const auto running = rt.snapshot();
  BOOST_TEST(running.tasks.size() == 3u); // with the root
  const auto find = [](const tree_snapshot& tree, std::string_view name) {
    for (const auto& t : tree.tasks)
      if (t.name == name)
        return t;
    return task_snapshot{};
  };
  BOOST_TEST(to_string(find(running, "tried")) ==
             "tried " + id + " running, attempt 1 of 4: waits for child " +
                 to_string(find(running, "child").id) + " child");
  BOOST_TEST(find(running, "child").parent == task.id());
  go.set();
  sweet::testing::wait_until_idle(rt);
  const auto backing_off = rt.snapshot();
  BOOST_TEST(backing_off.tasks.size() == 2u);
  BOOST_TEST(to_string(find(backing_off, "tried")) ==
             "tried " + id + " running, attempt 1 of 4: backing off, until +3600 s");
  advance(1h);
  BOOST_TEST(find(rt.snapshot(), "tried").attempt == 2u);
  task.cancel();
}

BOOST_AUTO_TEST_CASE(status_stays_running_between_attempts) {
  auto task = async_task::to<int>(rt).retry(1, backoff::fixed(1s).jitter(0)).run(fails_first{1});
  sweet::testing::wait_until_idle(rt);
  BOOST_TEST(task.status() == task_status::running);
  BOOST_TEST(task.attempts() == 1u);
  advance(1s);
  BOOST_TEST(task.await().value() == 2);
}

BOOST_AUTO_TEST_CASE(progress_of_an_attempt_is_that_of_the_task) {
  async_event go;
  auto task = async_task::to<int>(rt)
                  .retry(1, backoff::immediate())
                  .run([&](task_context ctx) -> async<int> {
                    ctx.progress(ctx.attempt(), 2);
                    if (ctx.attempt() == 2)
                      co_await go;
                    co_return fails_first{1}(ctx);
                  });
  sweet::testing::wait_until_idle(rt);
  BOOST_TEST(task.progress().done == 2u);
  go.set();
  BOOST_TEST(task.await().value() == 2);
}

BOOST_AUTO_TEST_SUITE_END()
