// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// What a builder describes does not depend on the order of the calls.

#include <sweet/sweet.hpp>
#include <sweet/testing/runtime_fixture.hpp>

#include <caf/all.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <functional>
#include <numeric>
#include <ranges>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <pthread.h>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::runtime_fixture;
using sweet::testing::wait_until_idle;

namespace call_order_test {
namespace {

/// Calls `check(builder)` for `builder` after the calls in each of their orders.
template <class Builder, class Check>
void in_each_order(const Builder& builder,
                   const std::vector<std::function<Builder(Builder)>>& calls, Check check) {
  std::vector<std::size_t> order(calls.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  do {
    std::string text = "order";
    auto described = builder;
    for (const auto i : order) {
      text += ' ' + std::to_string(i);
      described = calls[i](described);
    }
    BOOST_TEST_CONTEXT(text)
    check(described);
  } while (std::next_permutation(order.begin(), order.end()));
}

/// The same for calls that change the type of the builder; all of them are in `calls`.
template <class Builder, class Check, class... Calls>
void in_each_order(const Builder& builder, Check check, std::tuple<Calls...> calls) {
  if constexpr (sizeof...(Calls) == 0) {
    check(builder);
  } else {
    [&]<std::size_t... First>(std::index_sequence<First...>) {
      const auto with_first = [&]<std::size_t I>(std::integral_constant<std::size_t, I>) {
        auto others = [&]<std::size_t... Other>(std::index_sequence<Other...>) {
          return std::tuple_cat([&]<std::size_t J>(std::integral_constant<std::size_t, J>) {
            if constexpr (I == J)
              return std::tuple{};
            else
              return std::tuple{std::get<J>(calls)};
          }(std::integral_constant<std::size_t, Other>{})...);
        }(std::index_sequence_for<Calls...>{});
        BOOST_TEST_CONTEXT("call " << I << " of " << sizeof...(Calls))
        in_each_order(std::get<I>(calls)(builder), check, std::move(others));
      };
      (with_first(std::integral_constant<std::size_t, First>{}), ...);
    }(std::index_sequence_for<Calls...>{});
  }
}

caf::behavior crashes(caf::event_based_actor*) {
  return {[](int) { throw std::runtime_error{"crash"}; }};
}

} // namespace
} // namespace call_order_test

BOOST_FIXTURE_TEST_SUITE(call_order_test, runtime_fixture)

BOOST_AUTO_TEST_CASE(of_supervisors) {
  using builder = supervisor_builder<runtime>;
  const auto check = [this](const builder& described) {
    auto tree = described.service("a", call_order_test::crashes).start();
    const auto a = tree.ref("a");
    for (int i = 0; i < 4; ++i) {
      BOOST_TEST(!tree.is_done());
      caf::anon_send(a, 1);
      advance(1s - 1ms); // restarts wait for a second
      if (i < 3)
        BOOST_TEST((tree.which_children().await().value()[0].state == child_state::restarting));
      advance(1ms);
    }
    BOOST_TEST(tree.task().name() == "box");
    BOOST_REQUIRE(tree.is_done());
    BOOST_TEST(tree.await().error().message().starts_with("more than 3 restarts within 5 s"));
  };
  call_order_test::in_each_order<builder>(
      supervisor::one_for_one(rt),
      {[](const builder& b) { return b.intensity(3, 5s); }, // said, though it is the default
       [](const builder& b) { return b.backoff(backoff::fixed(1s).without_jitter()); },
       [](const builder& b) { return b.auto_shutdown(auto_shutdown::any_significant); },
       [](const builder& b) { return b.name("box"); }},
      check);
}

BOOST_AUTO_TEST_CASE(a_supervisor_with_backoff_alone_admits_ten_restarts_in_a_minute) {
  auto tree = supervisor::one_for_one(rt)
                  .backoff(backoff::fixed(1ms).without_jitter())
                  .service("a", call_order_test::crashes)
                  .start();
  const auto a = tree.ref("a");
  for (int i = 0; i < 11; ++i) {
    BOOST_TEST(!tree.is_done());
    caf::anon_send(a, 1);
    advance(1ms);
  }
  BOOST_REQUIRE(tree.is_done());
  BOOST_TEST(tree.await().error().message().starts_with("more than 10 restarts within 60 s"));
}

BOOST_AUTO_TEST_CASE(of_service_options) {
  const auto described = [](auto... options) {
    return detail::describe_service("a", call_order_test::crashes, options...);
  };
  const auto check = [](const detail::service_spec& spec) {
    BOOST_TEST((spec.shutdown == sweet::shutdown{7s}));
    BOOST_TEST((spec.rules.restart == restart_type::transient));
    BOOST_TEST(spec.queue.stash == 3u);
    BOOST_TEST(spec.queue.mailbox.value() == 2u);
    BOOST_TEST((spec.queue.overflow == overflow::drop_oldest));
  };
  const sweet::shutdown a{7s};
  const auto b = restart_type::transient;
  const stash_limit c{3};
  const mailbox_limit d{2, overflow::drop_oldest};
  check(described(a, b, c, d));
  check(described(b, a, d, c));
  check(described(c, d, a, b));
  check(described(d, c, b, a));
}

BOOST_AUTO_TEST_CASE(of_tasks) {
  std::atomic<int> runs{0};
  std::atomic<int> blocking{0};
  const auto body = [&](task_context) -> int {
    ++runs;
    std::array<char, 16> thread{};
    ::pthread_getname_np(::pthread_self(), thread.data(), thread.size());
    blocking += thread.data() == std::string{"sweet.blocking"} ? 1 : 0;
    throw std::runtime_error{"no"};
  };
  const auto check = [&](const auto& described) {
    runs = blocking = 0;
    const auto task = described.run(body);
    BOOST_TEST(task.await().value() == 7);
    BOOST_TEST(task.name() == "job");
    BOOST_TEST((task.priority() == task_priority::high));
    BOOST_TEST(runs == 3);
    BOOST_TEST(blocking == 3);
  };
  call_order_test::in_each_order(
      async_task::to<int>(rt), check,
      std::tuple{[](const auto& b) { return b.name("job").priority(task_priority::high); },
                 [](const auto& b) { return b.retry(2, backoff::immediate()); },
                 [](const auto& b) { return b.blocking(); },
                 [](const auto& b) { return b.fallback([](const task_error&) { return 7; }); }});
}

BOOST_AUTO_TEST_CASE(of_streams) {
  const auto check = [](const auto& described) {
    const auto end = described.await_final_event();
    BOOST_TEST((end.kind == event_kind::final));
    BOOST_TEST(end.collected.size() == 9u);
    BOOST_TEST(end.counts.failed == 1u);
  };
  call_order_test::in_each_order(
      async_task::emits<int>(rt), check,
      std::tuple{[](const auto& b) { return b.sender(std::views::iota(0, 10)); },
                 [](const auto& b) { return b.on_error(error_strategy::continue_on_error()); },
                 [](const auto& b) { return b.capacity(16).name("s"); },
                 [](const auto& b) {
                   return b
                       .receiver(strategy::serial{},
                                 [](int x) { return x == 3 ? throw std::runtime_error{"3"} : x; })
                       .template into<std::vector<int>>();
                 }});
}

// One that is told to have several senders first.
BOOST_AUTO_TEST_CASE(a_sender_takes_the_place_of_several) {
  const auto end = async_task::emits<int>(rt)
                       .sender(strategy::parallel{4}, [](emitter<int>&) {})
                       .sender(std::views::iota(0, 10))
                       .receiver(strategy::serial{}, [](int x) { return x; })
                       .into<std::vector<int>>()
                       .await_final_event();
  BOOST_TEST(end.collected.size() == 10u);
}

BOOST_AUTO_TEST_CASE(of_strategies) {
  using builder = strategy::parallel;
  call_order_test::in_each_order<builder>(
      strategy::parallel{3},
      {[](const builder& b) { return b.ordered(); }, [](const builder& b) { return b.timeout(2s); },
       [](const builder& b) { return b.rate_limit({.per_second = 5, .burst = 2}); }},
      [](const builder& described) {
        const auto& rules = described.rules();
        BOOST_TEST(rules.receivers == 3u);
        BOOST_TEST(rules.ordered);
        BOOST_TEST((rules.timeout == 2s));
        BOOST_TEST(rules.rate.value().burst == 2u);
      });
}

BOOST_AUTO_TEST_CASE(of_runtimes) {
  call_order_test::in_each_order<runtime_builder>(
      runtime_builder{},
      {[](const runtime_builder& b) { return b.name("here"); },
       [](const runtime_builder& b) { return b.workers(1); },
       [](const runtime_builder& b) {
         return b.configure([](caf::actor_system_config& c) {
           c.set("scheduler.max-throughput", std::size_t{77});
         });
       }},
      [](const runtime_builder& described) {
        auto made = described.build();
        BOOST_TEST(made.name() == "here");
        BOOST_TEST(made.workers() == 1u);
        BOOST_TEST(
            caf::get_or(made.system().config(), "scheduler.max-throughput", std::size_t{0}) == 77u);
      });
}

BOOST_AUTO_TEST_SUITE_END()
