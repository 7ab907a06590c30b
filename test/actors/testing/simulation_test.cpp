// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/system/sanitizers.hpp>
#include <sweet/sweet.hpp>
#include <sweet/testing/expect.hpp>
#include <sweet/testing/leaves_tasks.hpp>
#include <sweet/testing/simulation.hpp>
#include <sweet/testing/waits_for_ever.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <caf/all.hpp>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::expect;
using sweet::testing::simulation;
using sweet::testing::simulation_error;
using sweet::testing::simulation_options;
using sweet::testing::simulation_problem;
using sweet::testing::waits_for_ever;

namespace simulation_test {
namespace {

/// Notes in which order things happen; only one thread runs at a time.
using record = std::vector<int>;
using sweet::testing::waits_for_ever;

async<void> worker(task_context ctx, record& log, int i) {
  log.push_back(i);
  co_await ctx.yield();
  log.push_back(100 + i);
  co_await ctx.sleep_for(std::chrono::milliseconds{i % 3});
  log.push_back(200 + i);
}

record order_of_fifty_tasks(std::uint64_t seed) {
  simulation sim{seed};
  record log;
  sim.run([&log](task_context ctx) -> async<void> {
    for (int i = 0; i < 50; ++i)
      static_cast<void>(ctx.spawn(worker, std::ref(log), i));
    co_return;
  });
  return log;
}

/// Which kinds of bodies there are.
int forks(task_context ctx, int depth) {
  if (depth == 0)
    return 1;
  auto a = ctx.spawn(forks, depth - 1);
  auto b = ctx.spawn(forks, depth - 1);
  return a.await().value() + b.await().value();
}

/// What `f` throws in a simulation; fails the test if it throws nothing.
template <class Scenario>
std::optional<simulation_problem> problem_of(Scenario scenario, simulation_options options = {},
                                             std::string* text = nullptr) {
  simulation sim{1, std::move(options)};
  try {
    sim.run(scenario);
  } catch (const simulation_error& e) {
    if (text != nullptr)
      *text = e.what();
    BOOST_CHECK_THROW(sim.run([] {}), std::logic_error);
    return e.problem();
  }
  return std::nullopt;
}

} // namespace
} // namespace simulation_test

BOOST_AUTO_TEST_SUITE(simulation_test)

BOOST_AUTO_TEST_CASE(a_scenario_gives_its_value) {
  simulation sim{1};
  BOOST_TEST(sim.run([] { return 3; }) == 3);
  BOOST_TEST(sim.run([](task_context ctx) -> async<std::string> {
    co_await ctx.yield();
    co_return "text";
  }) == "text");
  sim.run([](task_context) {});
}

BOOST_AUTO_TEST_CASE(a_scenario_that_fails_throws_its_failure) {
  simulation sim{1};
  try {
    sim.run([] { throw std::runtime_error{"failed on purpose"}; });
    BOOST_ERROR("nothing was thrown");
  } catch (const task_failure& e) {
    BOOST_TEST(e.error().message() == "failed on purpose");
  }
  // That is no reason not to go on.
  BOOST_TEST(sim.run([] { return 3; }) == 3);
}

BOOST_AUTO_TEST_CASE(the_same_seed_gives_the_same_interleaving) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const auto first = order_of_fifty_tasks(seed);
    BOOST_TEST(first.size() == 150u);
    BOOST_TEST(first == order_of_fifty_tasks(seed), boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(other_seeds_give_other_interleavings) {
  std::set<record> seen;
  for (std::uint64_t seed = 1; seed <= 20; ++seed)
    seen.insert(order_of_fifty_tasks(seed));
  BOOST_TEST(seen.size() == 20u);
}

BOOST_AUTO_TEST_CASE(every_order_of_three_tasks_is_found) {
  std::set<record> seen;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    record log;
    simulation{seed}.run([&log](task_context ctx) {
      for (int i = 0; i < 3; ++i)
        static_cast<void>(ctx.spawn([&log, i] { log.push_back(i); }));
    });
    seen.insert(log);
  }
  BOOST_TEST(seen.size() == 6u);
}

BOOST_AUTO_TEST_CASE(time_passes_by_itself_and_only_when_nothing_can_run) {
  simulation sim{1};
  const auto begin = sim.time().now();
  sim.run([&](task_context ctx) -> async<void> {
    co_await ctx.sleep_for(90min);
    expect(sim.time().now() == begin + 90min);
    for (int i = 0; i < 1000; ++i)
      co_await ctx.yield();
    expect(sim.time().now() == begin + 90min);
    co_await ctx.sleep_for(24h * 365);
  });
  BOOST_TEST((sim.time().now() == begin + 90min + 24h * 365));
}

BOOST_AUTO_TEST_CASE(a_body_can_take_its_time) {
  simulation sim{1};
  const auto begin = sim.time().now();
  record log;
  sim.run([&](task_context ctx) -> async<void> {
    auto sleeper = ctx.spawn([&](task_context own) -> async<void> {
      co_await own.sleep_for(1s);
      log.push_back(2);
    });
    auto busy = async_task::to<void>(ctx.runtime()).timeout(1s).run([&](task_context own) {
      const auto stop = own.stop_token();
      sim.spend(999ms);
      expect(!stop.stop_requested());
      sim.spend(1h);
      expect(stop.stop_requested());
      log.push_back(1);
    });
    expect((co_await busy.result()).error().code() == error_code::timeout);
    expect(sim.time().now() == begin + 1h + 999ms);
    co_await sleeper;
  });
  BOOST_TEST((log == record{1, 2}));
}

BOOST_AUTO_TEST_CASE(timers_that_are_due_at_the_same_moment_fire_in_any_order) {
  std::set<record> seen;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    record log;
    simulation{seed}.run([&log](task_context ctx) -> async<void> {
      // One after the other, lest the order of arming says anything.
      for (int i = 0; i < 3; ++i) {
        static_cast<void>(ctx.spawn([&log, i](task_context child) -> async<void> {
          co_await child.sleep_for(std::chrono::milliseconds{10 - 2 * i});
          log.push_back(i);
        }));
        co_await ctx.sleep_for(2ms);
      }
    });
    seen.insert(log);
  }
  BOOST_TEST(seen.size() == 6u);
}

BOOST_AUTO_TEST_CASE(a_timeout_and_what_it_bounds_may_come_in_either_order) {
  std::set<bool> seen;
  for (std::uint64_t seed = 1; seed <= 40; ++seed)
    seen.insert(simulation{seed}.run([](task_context ctx) -> async<bool> {
      auto bounded =
          async_task::to<void>(ctx.runtime()).timeout(5ms).run([](task_context own) -> async<void> {
            co_await own.sleep_for(5ms);
          });
      co_return (co_await bounded.result()).is_ok();
    }));
  BOOST_TEST(seen.size() == 2u);
}

BOOST_AUTO_TEST_CASE(bodies_that_block_run_one_at_a_time) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    simulation sim{seed};
    int inside = 0;
    const int total = sim.run([&inside](task_context ctx) -> async<int> {
      std::vector<child_task<int>> children;
      for (int i = 0; i < 8; ++i)
        children.push_back(async_task::to<int>(ctx).blocking().run([&inside](task_context own) {
          expect(++inside == 1);
          auto grandchild = own.spawn(forks, 3);
          --inside;
          const int n = grandchild.await().value();
          expect(++inside == 1);
          --inside;
          return n;
        }));
      int sum = 0;
      for (auto& child : children)
        sum += co_await child;
      co_return sum;
    });
    BOOST_TEST(total == 64);
  }
}

BOOST_AUTO_TEST_CASE(bodies_that_await_help_or_give_way) {
  // Whether a parent sees its child on its own stack.
  std::set<bool> seen;
  for (std::uint64_t seed = 1; seed <= 40; ++seed)
    simulation{seed}.run([&seen](task_context ctx) {
      const auto thread = std::this_thread::get_id();
      auto child = ctx.spawn([&] { seen.insert(std::this_thread::get_id() == thread); });
      static_cast<void>(child.await());
    });
  BOOST_TEST(seen.size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_blocking_body_cancelled_before_it_has_a_thread_never_runs) {
  std::set<bool> seen;
  for (std::uint64_t seed = 1; seed <= 60; ++seed)
    simulation{seed}.run([&seen](task_context ctx) -> async<void> {
      bool ran = false;
      auto child = async_task::to<void>(ctx).blocking().run([&ran] { ran = true; });
      co_await ctx.yield();
      child.cancel();
      const auto outcome = co_await child.result();
      expect(outcome.is_ok() == ran);
      seen.insert(ran);
    });
  BOOST_TEST(seen.size() == 2u);
}

BOOST_AUTO_TEST_CASE(ordinary_actors_are_part_of_it) {
  std::set<std::string> seen;
  auto order = [](std::uint64_t seed) {
    std::string log;
    simulation{seed}.run([&log](task_context ctx) -> async<void> {
      auto& system = ctx.runtime().system();
      async_event done;
      int left = 3;
      for (char name : {'a', 'b', 'c'}) {
        auto actor = system.spawn([&, name](caf::event_based_actor* self) -> caf::behavior {
          self->delayed_send(self, 1h, caf::ok_atom::value);
          return {[&, self, name](caf::ok_atom) {
            log += name;
            if (--left == 0)
              done.set();
            self->quit();
          }};
        });
      }
      co_await done;
    });
    return log;
  };
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const auto log = order(seed);
    BOOST_TEST(log == order(seed));
    seen.insert(log);
  }
  BOOST_TEST(seen.size() == 6u);
}

BOOST_AUTO_TEST_CASE(what_actors_have_scheduled_for_later_does_not_keep_it_going) {
  simulation sim{1};
  const auto begin = sim.time().now();
  sim.run([](task_context ctx) {
    ctx.runtime().system().spawn([](caf::event_based_actor* self) -> caf::behavior {
      self->delayed_send(self, 1h, caf::ok_atom::value);
      return {[self](caf::ok_atom) { self->delayed_send(self, 1h, caf::ok_atom::value); }};
    });
  });
  BOOST_TEST((sim.time().now() == begin));
}

BOOST_AUTO_TEST_CASE(a_deadlock_is_reported_with_the_tasks) {
  std::string text;
  async_event never;
  const auto problem = problem_of(
      [&never](task_context ctx) -> async<void> {
        auto child = async_task::to<void>(ctx).name("patient").run(
            [&never]() -> async<void> { co_await never; });
        co_await child;
      },
      {}, &text);
  BOOST_TEST((problem == simulation_problem::deadlock));
  BOOST_TEST(text.find("deadlock") != std::string::npos);
  BOOST_TEST(text.find("patient") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_deadlock_of_blocked_bodies_is_one_too) {
  async_event never;
  BOOST_TEST((problem_of([&never](task_context ctx) {
                auto child = ctx.spawn([&never]() -> async<void> { co_await never; });
                child.await().value();
              }) == simulation_problem::deadlock));
}

BOOST_AUTO_TEST_CASE(tasks_that_never_end_are_reported) {
  async_event never;
  BOOST_TEST((problem_of([&never](task_context ctx) {
                static_cast<void>(
                    ctx.runtime().spawn([&never]() -> async<void> { co_await never; }));
              }) == simulation_problem::tasks_left));
}

BOOST_AUTO_TEST_CASE(handles_that_are_kept_are_reported) {
  spawning_task<void> kept;
  BOOST_TEST((problem_of([&kept](task_context ctx) { kept = ctx.runtime().spawn([] {}); }) ==
              simulation_problem::tasks_left));
}

BOOST_AUTO_TEST_CASE(actors_that_are_left_are_reported) {
  sweet::testing::leaves_tasks();
  caf::actor kept;
  BOOST_TEST((problem_of([&kept](task_context ctx) {
                kept = ctx.runtime().system().spawn(
                    []() -> caf::behavior { return {[](caf::ok_atom) {}}; });
              }) == simulation_problem::actors_left));
}

BOOST_AUTO_TEST_CASE(a_scenario_without_end_is_given_up) {
  BOOST_TEST((problem_of(
                  [](task_context ctx) -> async<void> {
                    for (;;)
                      co_await ctx.yield();
                  },
                  {.max_steps = 1000}) == simulation_problem::too_many_steps));
  BOOST_TEST(
      (problem_of(waits_for_ever, {.max_steps = 1000}) == simulation_problem::too_many_steps));
}

BOOST_AUTO_TEST_CASE(a_body_that_cannot_be_ended_is_left_behind) {
  sweet::testing::leaves_tasks();
  BOOST_TEST((problem_of(
                  [](task_context ctx) -> async<void> {
                    for (;;)
                      try {
                        co_await stopped_as_error(ctx.yield());
                      } catch (const cancelled&) {
                      }
                  },
                  {.max_steps = 1000}) == simulation_problem::too_many_steps));
}

BOOST_AUTO_TEST_CASE(a_body_that_waits_for_others_without_waiting_is_reported) {
  sweet::testing::leaves_tasks();
  static std::atomic<bool> hold{true};
  BOOST_TEST((problem_of(
                  [](task_context ctx) {
                    static_cast<void>(ctx.spawn([] { hold = false; }));
                    while (hold)
                      std::this_thread::yield();
                  },
                  {.max_stall = 20ms}) == simulation_problem::stalled));
  hold = false;
}

BOOST_AUTO_TEST_CASE(many_seeds_of_a_hundred_and_thirty_tasks_are_cheap) {
  // Cheap they are without a sanitizer.
  constexpr std::uint64_t seeds = SWEET_ADDRESS_SANITIZER || SWEET_THREAD_SANITIZER ? 100 : 1000;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    simulation sim{seed};
    const auto n = sim.run([&sim](task_context ctx) -> async<int> {
      std::vector<child_task<int>> children;
      for (int i = 0; i < 16; ++i)
        children.push_back(ctx.spawn([&sim](task_context child) -> async<int> {
          co_await child.sleep_for(std::chrono::milliseconds{sim.choose(10)});
          co_return co_await child.spawn(forks, 2);
        }));
      int sum = 0;
      for (auto& child : children)
        sum += co_await child;
      co_return sum;
    });
    BOOST_REQUIRE(n == 64);
  }
}

BOOST_AUTO_TEST_SUITE_END()
