// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/sweet.hpp>
#include <sweet/testing/runtime_fixture.hpp>
#include <sweet/testing/waits_for_ever.hpp>

#include <caf/all.hpp>

#include <atomic>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::runtime_fixture;
using sweet::testing::wait_until_idle;
using sweet::testing::waits_for_ever;

namespace class_service_test {
namespace {

/// What the services of a test share with it.
struct probe {
  std::atomic<int> made{0};
  std::atomic<int> destroyed{0};
  std::atomic<int> frames{0};
  std::atomic<bool> object_was_there{true};
  std::vector<int> order;
};

struct counter : service {
  counter() = default;
  explicit counter(std::shared_ptr<probe> probe_of) : p(std::move(probe_of)) { ++p->made; }
  ~counter() {
    if (p != nullptr)
      ++p->destroyed;
  }
  counter(const counter&) = delete;
  counter& operator=(const counter&) = delete;

  async<int> add(int n) { co_return sum += n; }
  async<int> add_slowly(task_context ctx, int n) {
    const auto before = sum;
    co_await ctx.yield();
    sum = before + n;
    co_return sum;
  }
  int add_at_once(int n) { return sum += n; }
  int get() const noexcept { return sum; }
  void reset() { sum = 0; }
  async<std::string> text(std::string a, std::string b) { co_return a + b; }
  async<std::unique_ptr<int>> boxed(int x) { co_return std::make_unique<int>(x); }
  async<void> throws() {
    throw std::runtime_error{"no luck"};
    co_return;
  }
  int throws_at_once() { throw std::runtime_error{"no luck at once"}; }
  async<int> gives_up(int x) {
    fail(task_error{error_code::io, "the disk is gone"});
    co_return x;
  }
  async<int> note(task_context ctx, int x) {
    p->order.push_back(x);
    co_await ctx.yield();
    p->order.push_back(-x);
    co_return x;
  }
  async<int> waits(task_context ctx) {
    struct frame {
      counter& of;
      ~frame() {
        if (of.p->destroyed != of.p->made - 1)
          of.p->object_was_there = false;
        --of.p->frames;
      }
    } here{*this};
    ++p->frames;
    co_await waits_for_ever(ctx);
    co_return 0;
  }

  std::shared_ptr<probe> p;
  int sum = 0;
};

struct selfish : service {
  explicit selfish(std::shared_ptr<std::optional<service_ref<selfish>>> where)
      : me(std::move(where)) {}
  async<int> one() { co_return 1; }
  async<int> asks_itself(task_context ctx) { co_return co_await (*me)->call(ctx, &selfish::one); }
  async<int> asks_itself_from_a_child(task_context ctx) {
    co_return co_await ctx.spawn([this](task_context own) -> async<int> {
      co_return co_await (*me)->call(own, &selfish::one);
    });
  }

  std::shared_ptr<std::optional<service_ref<selfish>>> me;
};

template <class S, class F, class... Args>
auto ask(runtime& rt, const service_ref<S>& c, F f, Args... args) {
  using value = typename decltype(c.call(std::declval<task_context>(), f, args...))::value_type;
  return rt.spawn([=](task_context ctx) -> async<value> {
    if constexpr (std::is_void_v<value>)
      co_await c.call(ctx, f, args...);
    else
      co_return co_await c.call(ctx, f, args...);
  });
}

void stop(const supervisor_tree& tree) {
  static_cast<void>(tree.stop());
  static_cast<void>(tree.await());
}

/// The error of the call itself.
template <class Outcome>
task_error error_of(const Outcome& outcome) {
  const auto cause = outcome.error().cause();
  return cause ? cause : outcome.error();
}

} // namespace
} // namespace class_service_test

BOOST_FIXTURE_TEST_SUITE(class_service_test, runtime_fixture)

BOOST_AUTO_TEST_CASE(member_functions_are_called_through_the_reference) {
  service_of<counter> counters;
  const auto c = counters.ref();
  auto tree = supervisor::one_for_one(rt).service("counter", counters).start();
  BOOST_TEST(ask(rt, c, &counter::add, 5).await().value() == 5);
  BOOST_TEST(ask(rt, c, &counter::add_slowly, 2).await().value() == 7);
  BOOST_TEST(ask(rt, c, &counter::get).await().value() == 7);
  BOOST_TEST(ask(rt, c, &counter::reset).await().is_ok());
  BOOST_TEST(ask(rt, c, &counter::get).await().value() == 0);
  BOOST_TEST(ask(rt, c, &counter::text, std::string{"a"}, std::string{"b"}).await().value() ==
             "ab");
  BOOST_TEST(*ask(rt, c, &counter::boxed, 9).await().value() == 9);
  stop(tree);
}

BOOST_AUTO_TEST_CASE(calls_run_one_at_a_time_in_their_order) {
  auto p = std::make_shared<probe>();
  service_of<counter> counters{p};
  auto tree = supervisor::one_for_one(rt).service("counter", counters).start();
  auto all = rt.spawn([c = counters.ref()](task_context ctx) -> async<int> {
    std::vector<service_call<int>> sent;
    for (int i = 1; i <= 100; ++i)
      sent.push_back(c.call(ctx, &counter::note, i));
    int sum = 0;
    for (auto& call : sent)
      sum += co_await call;
    co_return sum;
  });
  BOOST_TEST(all.await().value() == 5050);
  for (int i = 1; i <= 100; ++i) {
    BOOST_TEST(p->order[static_cast<std::size_t>(2 * i - 2)] == i);
    BOOST_TEST(p->order[static_cast<std::size_t>(2 * i - 1)] == -i);
  }
  stop(tree);
}

BOOST_AUTO_TEST_CASE(a_function_that_fails_fails_its_call_only) {
  auto p = std::make_shared<probe>();
  service_of<counter> counters{p};
  const auto c = counters.ref();
  auto tree = supervisor::one_for_one(rt).service("counter", counters).start();
  BOOST_TEST(error_of(ask(rt, c, &counter::throws).await()).message() == "no luck");
  BOOST_TEST(error_of(ask(rt, c, &counter::throws_at_once).await()).message() == "no luck at once");
  BOOST_TEST(ask(rt, c, &counter::add, 1).await().value() == 1);
  BOOST_TEST(p->made == 1);
  stop(tree);
}

BOOST_AUTO_TEST_CASE(a_service_that_gives_up_is_restarted_and_calls_wait_for_it) {
  auto p = std::make_shared<probe>();
  service_of<counter> counters{p};
  auto tree = supervisor::one_for_one(rt).service("counter", counters).start();
  auto all = rt.spawn([c = counters.ref()](task_context ctx) -> async<int> {
    auto before = c.call(ctx, &counter::add, 5);
    auto last = c.call(ctx, &counter::gives_up, 3);
    auto after = c.call(ctx, &counter::add, 1);
    const int five = co_await before;
    const int three = co_await last;
    co_return 100 * five + 10 * three + co_await after;
  });
  BOOST_TEST(all.await().value() == 531);
  BOOST_TEST(p->made == 2);
  BOOST_TEST(p->destroyed == 1);
  stop(tree);
  BOOST_TEST(p->destroyed == 2);
}

BOOST_AUTO_TEST_CASE(a_call_in_flight_at_a_restart_fails_as_unreachable) {
  auto p = std::make_shared<probe>();
  service_of<counter> counters{p};
  const auto c = counters.ref();
  auto tree = supervisor::one_for_all(rt)
                  .service("counter", counters)
                  .service("other",
                           [](task_context ctx) -> async<void> {
                             co_await ctx.receive<int>();
                             throw std::runtime_error{"down"};
                           })
                  .start();
  auto stuck = ask(rt, c, &counter::waits);
  wait_until_idle(rt);
  auto next = ask(rt, c, &counter::add, 1);
  wait_until_idle(rt);
  BOOST_TEST(p->frames == 1);
  caf::anon_send(tree.ref("other"), 1);
  BOOST_TEST(error_of(stuck.await()).code() == error_code::unreachable);
  BOOST_TEST(next.await().value() == 1);
  BOOST_TEST(p->frames == 0);
  BOOST_TEST(p->object_was_there.load());
  BOOST_TEST(p->made == 2);
  stop(tree);
}

BOOST_AUTO_TEST_CASE(calls_after_the_end_of_the_supervisor_fail_at_once) {
  service_of<counter> counters;
  const auto c = counters.ref();
  auto early = ask(rt, c, &counter::add, 1); // waits for the start
  wait_until_idle(rt);
  auto tree = supervisor::one_for_one(rt).service("counter", counters).start();
  BOOST_TEST(early.await().value() == 1);
  stop(tree);
  BOOST_TEST(error_of(ask(rt, c, &counter::add, 1).await()).code() == error_code::unreachable);
}

BOOST_AUTO_TEST_CASE(a_service_that_was_given_up_does_not_start_again) {
  service_of<counter> counters;
  auto tree = supervisor::one_for_one(rt).service("counter", counters).start();
  BOOST_TEST(ask(rt, counters.ref(), &counter::add, 1).await().value() == 1);
  stop(tree);
  const auto again = rt.spawn(counters).await();
  BOOST_TEST_REQUIRE(again.is_err());
  BOOST_TEST(again.error().code() == error_code::invalid_state);
}

BOOST_AUTO_TEST_CASE(a_service_without_a_supervisor_is_a_task) {
  service_of<counter> counters;
  const auto c = counters.ref();
  auto task = rt.spawn(counters);
  BOOST_TEST(ask(rt, c, &counter::add, 1).await().value() == 1);
  auto second = rt.spawn(counters);
  BOOST_TEST(second.await().error().code() == error_code::invalid_state);
  BOOST_TEST(ask(rt, c, &counter::add, 1).await().value() == 2);
  task.cancel();
  BOOST_TEST(task.await().is_err());
  BOOST_TEST(error_of(ask(rt, c, &counter::add, 1).await()).code() == error_code::unreachable);
}

BOOST_AUTO_TEST_CASE(a_service_that_calls_itself_gets_an_error) {
  auto me = std::make_shared<std::optional<service_ref<selfish>>>();
  service_of<selfish> selves{me};
  me->emplace(selves.ref());
  auto tree = supervisor::one_for_one(rt).service("self", selves).start();
  for (const auto f : {&selfish::asks_itself, &selfish::asks_itself_from_a_child}) {
    const auto outcome = ask(rt, selves.ref(), f).await();
    BOOST_TEST_REQUIRE(outcome.is_err());
    BOOST_TEST(to_string(outcome.error()).find("calls itself") != std::string::npos);
  }
  BOOST_TEST(ask(rt, selves.ref(), &selfish::one).await().value() == 1);
  stop(tree);
}

BOOST_AUTO_TEST_CASE(a_full_mailbox_refuses_calls) {
  auto p = std::make_shared<probe>();
  auto counters = service_of<counter>{p}.mailbox(2);
  const auto c = counters.ref();
  auto first = ask(rt, c, &counter::add, 1);
  wait_until_idle(rt);
  auto second = ask(rt, c, &counter::add, 1);
  wait_until_idle(rt);
  BOOST_TEST(error_of(ask(rt, c, &counter::add, 1).await()).code() == error_code::resource_limit);
  auto tree = supervisor::one_for_one(rt).service("counter", counters).start();
  BOOST_TEST(first.await().value() == 1);
  BOOST_TEST(second.await().value() == 2);
  stop(tree);
}

BOOST_AUTO_TEST_CASE(a_call_that_is_withdrawn_before_it_begins_does_not_run) {
  auto p = std::make_shared<probe>();
  service_of<counter> counters{p};
  const auto c = counters.ref();
  auto early = ask(rt, c, &counter::add_at_once, 100);
  wait_until_idle(rt);
  early.cancel();
  BOOST_TEST(early.await().is_err());
  auto coroutine = ask(rt, c, &counter::add, 100);
  wait_until_idle(rt);
  coroutine.cancel();
  BOOST_TEST(coroutine.await().is_err());
  auto tree = supervisor::one_for_one(rt).service("counter", counters).start();
  BOOST_TEST(ask(rt, c, &counter::add, 1).await().value() == 1);
  stop(tree);
}

BOOST_AUTO_TEST_CASE(a_call_that_is_withdrawn_stops_at_its_next_wait) {
  auto p = std::make_shared<probe>();
  service_of<counter> counters{p};
  const auto c = counters.ref();
  auto tree = supervisor::one_for_one(rt).service("counter", counters).start();
  auto stuck = ask(rt, c, &counter::waits);
  wait_until_idle(rt);
  BOOST_TEST(p->frames == 1);
  stuck.cancel();
  BOOST_TEST(stuck.await().is_err());
  BOOST_TEST(ask(rt, c, &counter::add, 1).await().value() == 1);
  BOOST_TEST(p->frames == 0);
  BOOST_TEST(p->made == 1);
  stop(tree);
}

BOOST_AUTO_TEST_CASE(a_call_that_takes_too_long_fails_and_stops) {
  auto p = std::make_shared<probe>();
  service_of<counter> counters{p};
  const auto c = counters.ref();
  auto tree = supervisor::one_for_one(rt).service("counter", counters).start();
  auto stuck = rt.spawn([c](task_context ctx) -> async<task_result<int>> {
    co_return co_await c.call(ctx, 1s, &counter::waits).result();
  });
  advance(999ms);
  BOOST_TEST(p->frames == 1);
  advance(1ms);
  BOOST_TEST(stuck.await().value().error().code() == error_code::timeout);
  BOOST_TEST(ask(rt, c, &counter::add, 1).await().value() == 1);
  BOOST_TEST(p->frames == 0);
  // In time: the timer is stopped.
  auto quick = rt.spawn([c](task_context ctx) -> async<int> {
    co_return co_await c.call(ctx, 1s, &counter::add, 1);
  });
  BOOST_TEST(quick.await().value() == 2);
  stop(tree);
}

BOOST_AUTO_TEST_CASE(many_callers_ask_at_once) {
  constexpr int many = 100'000;
  auto counters = service_of<counter>{}.mailbox(many);
  auto tree = supervisor::one_for_one(rt).service("counter", counters).start();
  auto all = rt.spawn([c = counters.ref()](task_context ctx) -> async<long> {
    std::vector<child_task<int>> asked;
    asked.reserve(many);
    for (int i = 0; i < many; ++i)
      asked.push_back(ctx.spawn([c](task_context own) -> async<int> {
        co_return co_await c.call(own, &counter::add_slowly, 1);
      }));
    long sum = 0;
    for (auto& child : asked)
      sum += co_await child;
    co_return sum;
  });
  BOOST_TEST(all.await().value() == static_cast<long>(many) * (many + 1) / 2);
  stop(tree);
}

BOOST_AUTO_TEST_SUITE_END()
