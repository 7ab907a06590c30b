// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// What becomes of what a body returns and throws.

#include <sweet/sweet.hpp>
#include <sweet/testing/for_each_seed.hpp>
#include <sweet/testing/runtime_fixture.hpp>
#include <sweet/testing/waits_for_ever.hpp>

#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::for_each_seed;
using sweet::testing::runtime_fixture;
using sweet::testing::simulation;
using sweet::testing::waits_for_ever;

namespace body_outcome_test {

struct says_nothing : std::exception {
  const char* what() const noexcept override { return nullptr; }
};

/// Knows two ways to become a number.
struct number {
  number(long from) : value(from) {}
  explicit number(int from) : value(-from) {}
  long value;
};

namespace {

async<bool> gives_false() {
  co_return false;
}
async<bool> fails() {
  throw std::runtime_error{"no route"};
  co_return true;
}

} // namespace
} // namespace body_outcome_test

using body_outcome_test::fails;
using body_outcome_test::gives_false;
using body_outcome_test::says_nothing;

BOOST_FIXTURE_TEST_SUITE(body_outcome_test, runtime_fixture)

BOOST_AUTO_TEST_CASE(a_result_is_handed_on_as_the_outcome) {
  const auto ask = [](task_context ctx, bool ok) -> async<bool> {
    const auto outcome = ok ? co_await ctx.scope(child_failure::collect, gives_false).result()
                            : co_await ctx.scope(child_failure::collect, fails).result();
    co_return outcome;
  };
  BOOST_TEST(!spawn(rt, ask, true).await().value());
  BOOST_TEST(spawn(rt, ask, false).await().error().root_cause().message() == "no route");
  auto element = spawn(rt, []() -> async<bool> {
    std::vector<async<bool>> both;
    both.push_back(gives_false());
    both.push_back(fails());
    auto all = co_await when_all_settled(std::move(both));
    co_return all[1];
  });
  BOOST_TEST(element.await().is_err());
}

BOOST_AUTO_TEST_CASE(what_converts_implicitly_is_a_value) {
  auto text = spawn(rt, []() -> async<std::string> { co_return "literal"; });
  BOOST_TEST(text.await().value() == "literal");
  auto list = spawn(rt, []() -> async<std::vector<int>> { co_return {1, 2, 3}; });
  BOOST_TEST(list.await().value().size() == 3u);
  auto owned = spawn(rt, []() -> async<std::unique_ptr<int>> {
    auto local = std::make_unique<int>(3);
    co_return local;
  });
  BOOST_TEST(*owned.await().value() == 3);
  auto empty = spawn(rt, []() -> async<std::unique_ptr<int>> { co_return nullptr; });
  BOOST_TEST(empty.await().value() == nullptr);
  auto implicit = spawn(rt, []() -> async<number> { co_return 5; });
  BOOST_TEST(implicit.await().value().value == 5);
}

BOOST_AUTO_TEST_CASE(an_empty_error_is_a_failure_for_an_unknown_reason) {
  const auto is_unknown = [](const auto& task) {
    const auto outcome = task.await();
    return task.status() == task_status::failed && outcome.error().code() == error_code::unknown &&
           !outcome.error().message().empty();
  };
  BOOST_TEST(is_unknown(spawn(rt, []() -> async<int> { co_return task_error{}; })));
  BOOST_TEST(is_unknown(spawn(rt, []() -> task_result<int> { return task_error{}; })));
  BOOST_TEST(is_unknown(spawn(rt, []() -> int { throw task_error{}; })));
  BOOST_TEST(is_unknown(
      spawn(rt, [] { return 1; }).chain([](int) -> task_result<int> { return task_error{}; })));
  auto stream = async_task::emits<int>(rt)
                    .sender([](emitter<int>& out) { out.emit_error({}); })
                    .receiver(strategy::serial(), [](int) {})
                    .run();
  BOOST_TEST((stream.await_final_event().error.root_cause().code() == error_code::unknown));
}

BOOST_AUTO_TEST_CASE(a_thrown_error_is_the_error) {
  const task_error busy{error_code::resource_limit, "busy"};
  for (const auto& task :
       {spawn(rt, [busy]() -> int { throw busy; }), spawn(
                                                        rt,
                                                        [](task_error e) -> async<int> {
                                                          throw e;
                                                          co_return 1;
                                                        },
                                                        busy)}) {
    const auto error = task.await().error();
    BOOST_TEST((error.code() == error_code::resource_limit));
    BOOST_TEST(error.message() == "busy");
    BOOST_TEST((error.id() == task.id()));
  }
  auto stopped = spawn(rt, []() -> int { throw task_error{error_code::cancelled, "enough"}; });
  BOOST_TEST((stopped.await().error().code() == error_code::cancelled));
}

BOOST_AUTO_TEST_CASE(an_exception_without_a_text_is_told_by_its_type) {
  const std::string text = "body_outcome_test::says_nothing without a text";
  BOOST_TEST(spawn(rt, []() -> int { throw says_nothing{}; }).await().error().message() == text);
  auto stream = async_task::emits<int>(rt)
                    .sender(std::vector<int>{1})
                    .receiver(strategy::serial(), [](int) { throw says_nothing{}; })
                    .run();
  BOOST_TEST(stream.await_final_event().error.root_cause().message() == text);
}

BOOST_AUTO_TEST_CASE(callbacks_and_sinks_may_throw_it_too) {
  std::mutex mutex;
  std::string log;
  {
    runtime other{runtime_options{
        .workers = 1,
        .log =
            [&](const log_record& r) {
              std::lock_guard guard{mutex};
              log += r.text + '\n';
            },
        .trace = [](const trace_event&) { throw says_nothing{}; },
    }};
    auto traced = async_task::to<void>(other).tracing().run([] {});
    traced.on_done([](const task_result<void>&) { throw says_nothing{}; });
    BOOST_TEST(traced.await().is_ok());
  }
  BOOST_TEST(log.find("a callback of on_done() threw: body_outcome_test::says_nothing") !=
             std::string::npos);
  BOOST_TEST(log.find("the trace sink of the runtime threw: body_outcome_test::says_nothing") !=
             std::string::npos);
}

// Whichever of the two comes first at the same moment: the value, or the end of the time.
BOOST_AUTO_TEST_CASE(a_value_that_cannot_be_copied_is_not_lost_to_a_timeout) {
  int on_the_handle = 0;
  int awaited = 0;
  for_each_seed(300, [&](simulation& sim) {
    sim.run([&](task_context ctx) -> async<void> {
      auto source = sim.runtime().spawn([](task_context own) -> async<std::unique_ptr<int>> {
        co_await own.sleep_for(2ms);
        co_return std::make_unique<int>(1);
      });
      auto in_time = co_await ctx
                         .with_timeout(2ms,
                                       [source](task_context) -> async<std::unique_ptr<int>> {
                                         co_return co_await source;
                                       })
                         .result();
      if (in_time.is_ok()) {
        ++awaited;
        co_return;
      }
      auto left = co_await source.result();
      if (left.is_err())
        throw std::logic_error{"the value is lost: " + to_string(left.error())};
      ++on_the_handle;
    });
  });
  BOOST_TEST(awaited != 0);
  BOOST_TEST(on_the_handle != 0);
}

BOOST_AUTO_TEST_CASE(a_value_that_was_taken_in_time_is_given_though_the_time_passes_then) {
  for (const bool waits_again : {false, true}) {
    simulation sim{1};
    const bool given = sim.run([&](task_context ctx) -> async<bool> {
      auto source = sim.runtime().spawn([] { return std::make_unique<int>(1); });
      auto body = [&](task_context own) -> async<std::unique_ptr<int>> {
        auto value = co_await source;
        sim.spend(3ms);
        if (waits_again)
          co_await own.sleep_for(1ms);
        co_return value;
      };
      co_return (co_await ctx.with_timeout(2ms, body).result()).is_ok();
    });
    BOOST_TEST(given == !waits_again);
  }
}

BOOST_AUTO_TEST_SUITE_END()
