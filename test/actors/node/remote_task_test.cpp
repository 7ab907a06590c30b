// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/node_builder.hpp>
#include <sweet/sweet.hpp>

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "cluster.hpp"

using namespace sweet;
using namespace std::chrono_literals;

namespace remote_task_test {
namespace {

constexpr remote<int(int, int)> add{"add"};
constexpr remote<std::string(std::string)> echo{"echo"};
constexpr remote<void()> acts{"acts"};
constexpr remote<int()> asks{"asks"};
constexpr remote<std::vector<std::string>()> origin{"origin"};

int sum(int x, int y) {
  return x + y;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// What several runs of a function note.
struct notes {
  std::atomic<int> begun{0};
  std::atomic<int> stopped{0};
};

/// Runs until it is told to stop.
auto waits(const std::shared_ptr<notes>& to) {
  return [to](task_context ctx) -> async<void> {
    ctx.on_cancel([to] { ++to->stopped; }, when_cancelled::graceful_or_kill);
    ++to->begun;
    co_await ctx.sleep_for(1h);
  };
}

} // namespace

struct fixture : cluster {
  /// A task that runs `what` on a node of this name.
  template <class R, class... Args>
  spawning_task<R> on(const sweet::node& from, const std::string& name,
                      const remote<R(Args...)>& what, std::type_identity_t<Args>... args) {
    return async_task::to<R>(rt)
        .name(std::string{what.name()})
        .on(from, placement::on(name))
        .run(what, std::move(args)...);
  }
};

} // namespace remote_task_test

BOOST_FIXTURE_TEST_SUITE(remote_task_test, fixture)

BOOST_AUTO_TEST_CASE(a_function_runs_on_another_node) {
  auto b = node("b").provide(add, sum).start();
  auto a = joins("a", b).start();
  wait_for_up(a, {"b"});
  BOOST_TEST(on(a, "b", add, 3, 4).await().value() == 7);
}

BOOST_AUTO_TEST_CASE(its_error_comes_back) {
  auto b = node("b").provide(acts, [] { throw std::runtime_error{"no paper"}; }).start();
  auto a = joins("a", b).start();
  wait_for_up(a, {"b"});
  const auto outcome = on(a, "b", acts).await();
  BOOST_TEST_REQUIRE(outcome.is_err());
  BOOST_TEST((outcome.error().code() == error_code::failure));
  BOOST_TEST(contains(to_string(outcome.error()), "no paper"), to_string(outcome.error()));
  BOOST_TEST(contains(to_string(outcome.error()), "on node b"), to_string(outcome.error()));
}

BOOST_AUTO_TEST_CASE(large_values_arrive) {
  auto b = node("b").provide(echo, [](std::string x) { return x; }).start();
  auto a = joins("a", b).start();
  wait_for_up(a, {"b"});
  const std::string large(10'000'000, 'x');
  BOOST_TEST((on(a, "b", echo, large).await().value() == large));
  const std::string too_large(64 * 1024 * 1024, 'x');
  const auto refused = on(a, "b", echo, too_large).await();
  BOOST_TEST_REQUIRE(refused.is_err());
  BOOST_TEST((refused.error().code() == error_code::invalid_data), to_string(refused.error()));
}

BOOST_AUTO_TEST_CASE(many_at_a_time) {
  auto b = node("b").slots(8).provide(add, sum).start();
  auto a = joins("a", b).start();
  wait_for_up(a, {"b"});
  std::vector<spawning_task<int>> tasks;
  for (int i = 0; i < 2000; ++i)
    tasks.push_back(on(a, "b", add, i, 1));
  for (int i = 0; i < 2000; ++i)
    BOOST_TEST(tasks[static_cast<std::size_t>(i)].await().value() == i + 1);
}

BOOST_AUTO_TEST_CASE(a_cancellation_goes_over) {
  const auto seen = std::make_shared<notes>();
  auto b = node("b").provide(acts, waits(seen)).start();
  auto a = joins("a", b).start();
  wait_for_up(a, {"b"});
  auto task = on(a, "b", acts);
  wait_until([&] { return seen->begun == 1; });
  static_cast<void>(task.cancel(cancellation_level::graceful, "not needed"));
  const auto outcome = task.await();
  BOOST_TEST((outcome.error().code() == error_code::cancelled));
  BOOST_TEST(seen->stopped == 1);
}

BOOST_AUTO_TEST_CASE(each_level_goes_over) {
  const auto seen = std::make_shared<notes>();
  auto b = node("b")
               .provide(acts,
                        [seen](task_context ctx) -> async<void> {
                          ++seen->begun;
                          co_await ctx.shield(1h, waits(seen));
                        })
               .start();
  auto a = joins("a", b).start();
  wait_for_up(a, {"b"});
  auto task = async_task::to<void>(rt)
                  .rise_after({.graceful = 1h, .kill = 1h})
                  .on(a, placement::on("b"))
                  .run(acts);
  wait_until([&] { return seen->begun == 2; });
  static_cast<void>(task.cancel(cancellation_level::graceful));
  static_cast<void>(task.cancel(cancellation_level::kill));
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
  wait_until([&] { return seen->stopped == 1; });
}

BOOST_AUTO_TEST_CASE(a_parent_that_stops_waits_for_the_task_there) {
  const auto seen = std::make_shared<notes>();
  auto b = node("b").provide(acts, waits(seen)).start();
  auto a = joins("a", b).start();
  wait_for_up(a, {"b"});
  auto parent = rt.spawn([&](task_context ctx) -> async<void> {
    co_await async_task::to<void>(ctx).on(a, placement::on("b")).run(acts);
  });
  wait_until([&] { return seen->begun == 1; });
  static_cast<void>(parent.cancel());
  BOOST_TEST((parent.await().error().code() == error_code::cancelled));
  BOOST_TEST(seen->stopped == 1);
}

BOOST_AUTO_TEST_CASE(what_waits_for_a_node_says_why_and_can_be_cancelled) {
  auto a = node("a").start();
  auto task = async_task::to<int>(rt).on(a, placement::round_robin().role("gpu")).run(add, 1, 2);
  wait_until([&] { return !a.pending().empty(); });
  BOOST_TEST(a.pending().front() == "1 task waits: no node with role gpu");
  static_cast<void>(task.cancel());
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
  BOOST_TEST(a.pending().empty());
}

BOOST_AUTO_TEST_CASE(what_waits_runs_once_there_is_a_node) {
  auto a = node("a").start();
  auto task = async_task::to<int>(rt).on(a, placement::least_loaded().role("gpu")).run(add, 1, 2);
  wait_until([&] { return !a.pending().empty(); });
  auto b = joins("b", a).role("gpu").provide(add, sum).start();
  BOOST_TEST(task.await().value() == 3);
}

BOOST_AUTO_TEST_CASE(the_urgent_one_waits_in_front) {
  std::vector<std::string> order;
  auto a = node("a").start();
  const auto later = [&](task_priority urgency, const std::string& what) {
    return async_task::to<std::string>(rt)
        .priority(urgency)
        .on(a, placement::least_loaded())
        .run(echo, what);
  };
  const auto waiting = [&](const std::string& many) {
    wait_until([&] { return !a.pending().empty() && a.pending().front().starts_with(many); });
  };
  auto low = later(task_priority::low, "low");
  waiting("1 task");
  auto high = later(task_priority::high, "high");
  waiting("2 tasks");
  auto normal = later(task_priority::normal, "normal");
  waiting("3 tasks");
  auto b = joins("b", a)
               .slots(1)
               .provide(echo,
                        [&order](std::string x) { // one at a time
                          order.push_back(x);
                          return x;
                        })
               .start();
  for (auto* one : {&low, &high, &normal})
    BOOST_TEST(one->await().is_ok());
  BOOST_TEST((order == std::vector<std::string>{"high", "normal", "low"}));
}

BOOST_AUTO_TEST_CASE(other_types_are_another_function) {
  constexpr remote<int(int, std::string)> other{"add"};
  auto b = node("b").provide(other, [](int, std::string) { return 0; }).start();
  auto a = joins("a", b).start();
  wait_for_up(a, {"b"});
  auto task = on(a, "b", add, 1, 2);
  wait_until([&] { return !a.pending().empty(); });
  BOOST_TEST(a.pending().front() == "1 task waits: add has another signature on b");
  static_cast<void>(task.cancel());
  BOOST_TEST(task.await().is_err());
}

BOOST_AUTO_TEST_CASE(what_is_left_of_a_deadline_travels) {
  auto b = node("b")
               .provide(asks,
                        [](task_context ctx) {
                          return static_cast<int>(ctx.time_left() / 1ms) +
                                 (ctx.priority() == task_priority::high ? 0 : 1'000'000);
                        })
               .start();
  auto a = joins("a", b).start();
  wait_for_up(a, {"b"});
  const auto left = async_task::to<int>(rt)
                        .deadline(30s)
                        .priority(task_priority::high)
                        .on(a, placement::on("b"))
                        .run(asks)
                        .await();
  BOOST_TEST(left.value() <= 30'000);
  BOOST_TEST(left.value() > 20'000);
}

BOOST_AUTO_TEST_CASE(a_time_limit_ends_the_task_there) {
  const auto seen = std::make_shared<notes>();
  auto b = node("b").provide(acts, waits(seen)).start();
  auto a = joins("a", b).start();
  wait_for_up(a, {"b"});
  const auto outcome =
      async_task::to<void>(rt).timeout(50ms).on(a, placement::on("b")).run(acts).await();
  BOOST_TEST((outcome.error().code() == error_code::timeout));
  wait_until([&] { return seen->begun == seen->stopped; });
}

BOOST_AUTO_TEST_CASE(retry_and_fallback_are_as_ever) {
  const auto seen = std::make_shared<notes>();
  auto b = node("b")
               .provide(asks,
                        [seen] {
                          if (++seen->begun < 3)
                            throw std::runtime_error{"not yet"};
                          return seen->begun.load();
                        })
               .provide(acts, [] { throw std::runtime_error{"never"}; })
               .start();
  auto a = joins("a", b).start();
  wait_for_up(a, {"b"});
  const auto third = async_task::to<int>(rt)
                         .retry(5, backoff::fixed(1ms))
                         .on(a, placement::on("b"))
                         .run(asks)
                         .await();
  BOOST_TEST(third.value() == 3);
  bool fell_back = false;
  const auto instead = async_task::to<void>(rt)
                           .fallback([&](const task_error&) { fell_back = true; })
                           .on(a, placement::on("b"))
                           .run(acts)
                           .await();
  BOOST_TEST(instead.is_ok());
  BOOST_TEST(fell_back);
}

BOOST_AUTO_TEST_CASE(progress_comes_back) {
  auto b = node("b")
               .provide(acts,
                        [](task_context ctx) -> async<void> {
                          ctx.progress(3, 10, "reads");
                          co_await ctx.sleep_for(1h);
                        })
               .start();
  auto a = joins("a", b).start();
  wait_for_up(a, {"b"});
  auto task = on(a, "b", acts);
  wait_until([&] { return task.progress().done == 3; });
  BOOST_TEST(task.progress().total == 10u);
  BOOST_TEST(task.progress().text == "reads");
  static_cast<void>(task.cancel());
  BOOST_TEST(task.await().is_err());
}

BOOST_AUTO_TEST_CASE(a_function_hears_where_it_comes_from) {
  const auto tells = [](task_context, remote_origin from) {
    return std::vector<std::string>{from.key, std::to_string(from.attempt), from.node};
  };
  auto b = node("b").provide(origin, tells).start();
  auto a = joins("a", b).provide(origin, tells).start();
  wait_for_up(a, {"b"});
  const auto first = on(a, "b", origin).await().value();
  const auto second = on(a, "a", origin).await().value();
  BOOST_TEST(first.at(1) == "1");
  BOOST_TEST(first.at(2) == "a");
  BOOST_TEST(second.at(2) == "a");
  BOOST_TEST(first.at(0) != second.at(0));
}

BOOST_AUTO_TEST_CASE(a_node_runs_its_own_as_children) {
  auto a =
      node("a").provide(add, sum).provide(acts, [] { throw std::runtime_error{"no"}; }).start();
  BOOST_TEST(async_task::to<int>(rt).on(a, placement::local()).run(add, 1, 2).await().value() == 3);
  const auto outcome = async_task::to<void>(rt).on(a, placement::local()).run(acts).await();
  BOOST_TEST((outcome.error().code() == error_code::failure));
  const auto missing = async_task::to<int>(rt).on(a, placement::local()).run(asks).await();
  BOOST_TEST(contains(to_string(missing.error()), "no function asks"));
}

BOOST_AUTO_TEST_CASE(its_own_slots_count_as_those_of_others) {
  const auto seen = std::make_shared<notes>();
  auto a = node("a").slots(1).provide(acts, waits(seen)).start();
  auto first = async_task::to<void>(rt).on(a, placement::least_loaded()).run(acts);
  wait_until([&] { return seen->begun == 1; });
  auto second = async_task::to<void>(rt).on(a, placement::least_loaded()).run(acts);
  wait_until([&] { return !a.pending().empty(); });
  BOOST_TEST(a.pending().front() == "1 task waits: a is full");
  static_cast<void>(first.cancel());
  wait_until([&] { return seen->begun == 2; });
  static_cast<void>(second.cancel());
  BOOST_TEST(first.await().is_err());
  BOOST_TEST(second.await().is_err());
}

BOOST_AUTO_TEST_CASE(tasks_of_a_node_that_leaves_run_elsewhere) {
  const auto seen = std::make_shared<notes>();
  auto a = node("a").start();
  auto b = joins("b", a).provide(acts, waits(seen)).start();
  wait_for_up(a, {"b"});
  auto task = async_task::to<void>(rt).on(a, placement::least_loaded()).run(acts);
  wait_until([&] { return seen->begun == 1; });
  auto c = joins("c", a).provide(acts, [] {}).start();
  wait_for_up(a, {"c"});
  b.stop();
  BOOST_TEST(task.await().is_ok());
  BOOST_TEST(seen->stopped == 1);
}

BOOST_AUTO_TEST_CASE(a_node_that_drains_hands_back_what_has_not_begun) {
  const auto seen = std::make_shared<notes>();
  auto a = node("a").start();
  auto b = joins("b", a).slots(1).provide(acts, waits(seen)).start();
  wait_for_up(a, {"b"});
  auto runs = async_task::to<void>(rt).on(a, placement::least_loaded()).run(acts);
  wait_until([&] { return seen->begun == 1; });
  auto waits_there = async_task::to<void>(rt).on(a, placement::least_loaded()).run(acts);
  auto c = joins("c", a).provide(acts, [] {}).start();
  wait_for_up(a, {"c"});
  auto drained = b.drain();
  BOOST_TEST(waits_there.await().is_ok());
  BOOST_TEST(!drained.is_done());
  static_cast<void>(runs.cancel());
  BOOST_TEST(runs.await().is_err());
  BOOST_TEST(drained.await().is_ok());
  // It gets nothing more.
  BOOST_TEST(async_task::to<void>(rt).on(a, placement::least_loaded()).run(acts).await().is_ok());
  BOOST_TEST(seen->begun == 1);
}

BOOST_AUTO_TEST_CASE(a_drain_waits_for_no_heartbeat) {
  const phi_options rare{.heartbeat = 60s, .pause = 60s};
  auto a = node("a").detector(rare).start();
  auto b = joins("b", a).detector(rare).provide(acts, [] {}).start();
  wait_for_up(a, {"b"});
  wait_for_up(b, {"a"});
  BOOST_TEST(on(a, "b", acts).await().is_ok());
  // The result has not been acknowledged: nothing has gone that way since.
  BOOST_TEST(b.drain().await(20s).is_ok());
}

BOOST_AUTO_TEST_CASE(what_a_node_has_placed_fails_when_it_stops) {
  const auto seen = std::make_shared<notes>();
  auto b = node("b").provide(acts, waits(seen)).start();
  std::optional a{joins("a", b).start()};
  wait_for_up(*a, {"b"});
  auto task = on(*a, "b", acts);
  auto waiting = on(*a, "nobody", acts);
  wait_until([&] { return seen->begun == 1; });
  a.reset();
  for (auto* one : {&task, &waiting}) {
    const auto outcome = one->await();
    BOOST_TEST_REQUIRE(outcome.is_err());
    BOOST_TEST((outcome.error().code() == error_code::unreachable), to_string(outcome.error()));
  }
  wait_until([&] { return seen->stopped == 1; }); // an orphan
}

BOOST_AUTO_TEST_CASE(what_hears_of_a_stop_may_ask_the_node) {
  const auto seen = std::make_shared<notes>();
  std::optional<sweet::node> b;
  const auto asks_node = [&, seen](task_context ctx) -> async<void> {
    const std::stop_callback hears{ctx.stop_token(),
                                   [&] { seen->stopped += b->members().empty() ? 0 : 1; }};
    ++seen->begun;
    co_await ctx.sleep_for(1h);
  };
  b.emplace(node("b").provide(acts, asks_node).start());
  std::optional a{joins("a", *b).start()};
  wait_for_up(*a, {"b"});
  auto task = on(*a, "b", acts);
  wait_until([&] { return seen->begun == 1; });
  a.reset();
  wait_until([&] { return seen->stopped == 1; }); // an orphan
  BOOST_TEST(task.await().is_err());
}

BOOST_AUTO_TEST_SUITE_END()
