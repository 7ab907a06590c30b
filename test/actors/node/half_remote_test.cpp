// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/node_builder.hpp>
#include <sweet/sweet.hpp>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "cluster.hpp"

using namespace sweet;
using namespace std::chrono_literals;

// Trees, cancellation, streams and supervisors, whose bodies are functions that nodes provide: each
// test runs with all of its tasks here, and with every second one on another node. What comes of it
// must not differ.
namespace half_remote_test {
namespace {

constexpr remote<int(int, int)> tree{"tree"};
constexpr remote<int(int)> value{"value"};
constexpr remote<int(int)> square{"square"};
constexpr remote<void(std::string)> crashes{"crashes"};
constexpr remote<void(int)> waits{"waits"};

enum class share { none, half };

std::ostream& operator<<(std::ostream& out, share x) {
  return out << (x == share::none ? "all here" : "half remote");
}

const auto shares = boost::unit_test::data::make({share::none, share::half});

/// What bodies have done, wherever they ran.
struct record {
  std::atomic<int> begun{0};
  std::atomic<int> stopped{0};
  std::mutex mutex;
  std::map<int, std::vector<int>> by_key; ///< in the order in which they came
};

} // namespace

struct fixture : cluster {
  /// A node with all the functions of the tests, which run their own children by the same share.
  node_builder with_functions(const node_builder& x) {
    return x.slots(64)
        .provide(tree,
                 [this](task_context ctx, int depth, int width) -> async<int> {
                   return grow(ctx, depth, width);
                 })
        .provide(value, [](int number) { return number; })
        .provide(square,
                 [this](int number) {
                   std::lock_guard guard{seen.mutex};
                   seen.by_key[number % 7].push_back(number);
                   return number * number;
                 })
        .provide(crashes, [](std::string why) { throw std::runtime_error{why}; })
        .provide(waits, [this](task_context ctx, int) -> async<void> {
          ctx.on_cancel([this] { ++seen.stopped; }, when_cancelled::graceful_or_kill);
          ++seen.begun;
          co_await ctx.sleep_for(1h);
        });
  }

  void start(share x) {
    how = x;
    a.emplace(with_functions(node("a")).start());
    if (x == share::none)
      return;
    b.emplace(with_functions(joins("b", *a)).start());
    wait_for_up(*a, {"b"});
    wait_for_up(*b, {"a"});
  }

  /// Where the next task runs: in turns.
  placement next() {
    return how == share::half && turns++ % 2 == 1 ? placement::on("b") : placement::local();
  }

  template <class R, class... Args>
  child_task<R> spawn(task_context ctx, const remote<R(Args...)>& what,
                      std::type_identity_t<Args>... args) {
    return async_task::to<R>(ctx).on(*a, next()).run(what, std::move(args)...);
  }

  /// A tree of tasks, each of which is one child of the one above: gives how many there are.
  async<int> grow(task_context ctx, int depth, int width) {
    int sum = 1;
    if (depth == 0)
      co_return sum;
    std::vector<child_task<int>> children;
    for (int i = 0; i < width; ++i)
      children.push_back(spawn(ctx, tree, depth - 1, width));
    for (auto& child : children)
      sum += co_await child;
    co_return sum;
  }

  ~fixture() {
    b.reset();
    a.reset();
  }

  share how = share::none;
  std::atomic<unsigned> turns{0};
  record seen;
  std::optional<sweet::node> a;
  std::optional<sweet::node> b;
};

} // namespace half_remote_test

BOOST_AUTO_TEST_SUITE(half_remote_test)

BOOST_DATA_TEST_CASE_F(fixture, a_tree_of_tasks, shares, x) {
  start(x);
  auto root = rt.spawn([this](task_context ctx) { return grow(ctx, 4, 3); });
  BOOST_TEST(root.await().value() == 1 + 3 + 9 + 27 + 81);
}

BOOST_DATA_TEST_CASE_F(fixture, the_first_failure_ends_the_scope, shares, x) {
  start(x);
  auto root = rt.spawn([this](task_context ctx) -> async<void> {
    std::vector<child_task<void>> children;
    for (int i = 0; i < 6; ++i)
      children.push_back(spawn(ctx, waits, i));
    while (seen.begun < 6)
      co_await ctx.sleep_for(1ms);
    children.push_back(spawn(ctx, crashes, "paper jam"));
    for (auto& child : children)
      co_await child;
  });
  const auto outcome = root.await();
  BOOST_TEST_REQUIRE(outcome.is_err());
  BOOST_TEST((outcome.error().code() == error_code::failure));
  BOOST_TEST(outcome.error().root_cause().message().find("paper jam") != std::string::npos);
  BOOST_TEST(seen.stopped == 6);
}

BOOST_DATA_TEST_CASE_F(fixture, failures_are_collected, shares, x) {
  start(x);
  auto root = rt.spawn([this](task_context ctx) -> async<int> {
    int failures = 0;
    co_await ctx.scope(child_failure::collect,
                       [this, &failures](task_context inner) -> async<void> {
                         std::vector<child_task<void>> children;
                         for (int i = 0; i < 8; ++i)
                           children.push_back(spawn(inner, crashes, std::to_string(i)));
                         for (auto& child : children) {
                           const task_result<void> end = co_await child.result();
                           failures += end.is_err() ? 1 : 0;
                         }
                       });
    co_return failures;
  });
  BOOST_TEST(root.await().value() == 8);
}

BOOST_DATA_TEST_CASE_F(fixture, a_cancellation_reaches_every_leaf, shares, x) {
  start(x);
  auto root = rt.spawn([this](task_context ctx) -> async<void> {
    std::vector<child_task<void>> children;
    for (int i = 0; i < 20; ++i)
      children.push_back(spawn(ctx, waits, i));
    for (auto& child : children)
      co_await child;
  });
  wait_until([this] { return seen.begun == 20; });
  static_cast<void>(root.cancel(cancellation_level::graceful, "enough"));
  BOOST_TEST((root.await().error().code() == error_code::cancelled));
  BOOST_TEST(seen.stopped == 20);
}

BOOST_DATA_TEST_CASE_F(fixture, a_kill_reaches_every_leaf, shares, x) {
  start(x);
  auto root = rt.spawn([this](task_context ctx) -> async<void> {
    co_await ctx.shield(1h, [this](task_context inner) -> async<void> {
      std::vector<child_task<void>> children;
      for (int i = 0; i < 10; ++i)
        children.push_back(spawn(inner, waits, i));
      for (auto& child : children)
        co_await child;
    });
  });
  wait_until([this] { return seen.begun == 10; });
  static_cast<void>(root.cancel(cancellation_level::kill));
  BOOST_TEST((root.await().error().code() == error_code::cancelled));
  wait_until([this] { return seen.stopped == 10; });
}

BOOST_DATA_TEST_CASE_F(fixture, a_time_limit_ends_a_tree, shares, x) {
  start(x);
  auto root = async_task::to<void>(rt).timeout(100ms).run([this](task_context ctx) -> async<void> {
    auto first = spawn(ctx, waits, 1);
    auto second = spawn(ctx, waits, 2);
    co_await first;
    co_await second;
  });
  BOOST_TEST((root.await().error().code() == error_code::timeout));
  wait_until([this] { return seen.stopped == seen.begun; });
}

BOOST_DATA_TEST_CASE_F(fixture, the_first_of_several, shares, x) {
  start(x);
  auto root = rt.spawn([this](task_context ctx) -> async<int> {
    auto slow = async_task::to<void>(ctx).on(*a, next()).run(waits, 1);
    auto quick = spawn(ctx, value, 7);
    const int first = co_await quick;
    static_cast<void>(slow.cancel());
    static_cast<void>(co_await slow.result());
    co_return first;
  });
  BOOST_TEST(root.await().value() == 7);
  BOOST_TEST(seen.begun == seen.stopped);
}

BOOST_DATA_TEST_CASE_F(fixture, a_stream_keeps_its_accounts, shares, x) {
  start(x);
  std::vector<int> numbers(500);
  std::iota(numbers.begin(), numbers.end(), 1);
  const auto where = x == share::half ? placement::round_robin() : placement::local();
  const auto end = async_task::emits<int>(rt)
                       .sender(numbers)
                       .receiver(strategy::parallel{8}.on(*a, where), square)
                       .fold(0L, [](long& sum, int n) { sum += n; })
                       .await_final_event();
  BOOST_TEST(end.collected == 500L * 501 * 1001 / 6);
  BOOST_TEST(end.counts.processed == 500u);
}

BOOST_DATA_TEST_CASE_F(fixture, a_stream_keeps_its_order, shares, x) {
  start(x);
  std::vector<int> numbers(200);
  std::iota(numbers.begin(), numbers.end(), 1);
  const auto where = x == share::half ? placement::round_robin() : placement::local();
  const auto end = async_task::emits<int>(rt)
                       .sender(numbers)
                       .receiver(strategy::parallel{8}.ordered().on(*a, where), square)
                       .template into<std::vector<int>>()
                       .await_final_event();
  BOOST_TEST(std::ranges::is_sorted(end.collected));
  BOOST_TEST(end.collected.size() == 200u);
}

BOOST_DATA_TEST_CASE_F(fixture, a_stream_keeps_its_keys, shares, x) {
  start(x);
  std::vector<int> numbers(210);
  std::iota(numbers.begin(), numbers.end(), 0);
  const auto where = x == share::half ? placement::round_robin() : placement::local();
  const auto by_seven = [](const int& n) { return n % 7; };
  const auto end = async_task::emits<int>(rt)
                       .sender(numbers)
                       .receiver(strategy::parallel{8}.partition_by(by_seven).on(*a, where), square)
                       .await_final_event();
  BOOST_TEST(end.counts.processed == 210u);
  for (const auto& [key, all] : seen.by_key) {
    BOOST_TEST(all.size() == 30u);
    BOOST_TEST(std::ranges::is_sorted(all));
  }
}

BOOST_DATA_TEST_CASE_F(fixture, a_supervisor_restarts_what_calls_nodes, shares, x) {
  start(x);
  std::atomic<int> starts{0};
  std::atomic<int> sum{0};
  auto services = supervisor::one_for_one(rt)
                      .service("sums",
                               [&](task_context ctx) -> async<void> {
                                 const int number = ++starts;
                                 sum += co_await spawn(ctx, value, number);
                                 if (number < 3)
                                   co_await spawn(ctx, crashes, "again");
                                 co_await ctx.sleep_for(1h);
                               })
                      .start();
  wait_until([&] { return sum == 1 + 2 + 3; });
  services.stop().await();
  BOOST_TEST(starts == 3);
}

BOOST_AUTO_TEST_SUITE_END()
