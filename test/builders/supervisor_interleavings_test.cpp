// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Supervisors under every order of events that a thousand seeds come across: nothing is left over,
// whatever they are told and whenever.

#include <sweet/sweet.hpp>
#include <sweet/testing/expect.hpp>
#include <sweet/testing/for_each_seed.hpp>
#include <sweet/testing/simulation.hpp>

#include <caf/all.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::expect;
using sweet::testing::for_each_seed;
using sweet::testing::simulation;

namespace supervisor_interleavings_test {
namespace {

/// Which services are there. One body runs at a time.
struct roll {
  void enter(const std::string& name) { twice |= !present.insert(name).second; }
  void leave(const std::string& name) { present.erase(name); }

  std::set<std::string> present;
  bool twice = false; ///< two incarnations have served at the same time
};

class presence {
public:
  presence(roll& there, std::string name) : there_(there), name_(std::move(name)) {
    there_.enter(name_);
  }
  presence(const presence&) = delete;
  presence& operator=(const presence&) = delete;
  ~presence() { there_.leave(name_); }

private:
  roll& there_;
  const std::string name_;
};

std::chrono::milliseconds moment(simulation& sim, std::size_t below) {
  return std::chrono::milliseconds{static_cast<std::int64_t>(sim.choose(below))};
}

/// A task that serves until it is stopped, or fails before its time.
auto service(simulation& sim, roll& there, std::string name) {
  return [&sim, &there, name](task_context ctx) -> async<void> {
    const presence here{there, name};
    co_await ctx.sleep_for(moment(sim, 20));
    report_ready(ctx);
    if (sim.choose(3) != 0)
      co_await ctx.sleep_for(1h);
    co_await ctx.sleep_for(moment(sim, 200));
    throw std::runtime_error{name + " crashed"};
  };
}

supervision_strategy any_strategy(simulation& sim) {
  return static_cast<supervision_strategy>(sim.choose(3));
}

/// Two services, or three with a delay before their restarts.
template <class Builder>
auto staffed(Builder builder, simulation& sim, roll& there, const std::string& prefix) {
  builder = builder.service(prefix + "1", service(sim, there, prefix + "1"), says_ready{})
                .service(prefix + "2", service(sim, there, prefix + "2"), says_ready{},
                         static_cast<restart_type>(sim.choose(3)));
  if (sim.choose(2) == 0)
    builder = builder.backoff(backoff::fixed(50ms))
                  .service(prefix + "3", service(sim, there, prefix + "3"), says_ready{});
  return builder;
}

void quiet(const log_record&) {}

} // namespace
} // namespace supervisor_interleavings_test

BOOST_AUTO_TEST_SUITE(supervisor_interleavings_test)

BOOST_AUTO_TEST_CASE(stopped_or_killed_in_any_phase_it_leaves_nobody_behind) {
  for_each_seed(
      1000,
      [](simulation& sim) {
        roll there;
        sim.run([&](task_context ctx) -> async<void> {
          const auto inner = [&](const std::string& prefix) {
            return staffed(supervisor_builder<void>{{}, any_strategy(sim)}, sim, there, prefix);
          };
          auto outer = supervisor_builder<runtime>{&sim.runtime(), any_strategy(sim)}
                           .intensity(5, 1s)
                           .supervisor("a", inner("a"))
                           .supervisor("b", inner("b"));
          auto tree = staffed(outer, sim, there, "c").start();
          co_await ctx.sleep_for(moment(sim, 400));
          tree.stop(sim.choose(2) == 0 ? cancellation_level::graceful : cancellation_level::kill);
          static_cast<void>(co_await tree.result());
          expect(there.present.empty() && !there.twice);
        });
      },
      {.log = quiet});
}

BOOST_AUTO_TEST_CASE(commands_are_answered_whatever_happens_meanwhile) {
  for_each_seed(
      500,
      [](simulation& sim) {
        roll there;
        sim.run([&](task_context ctx) -> async<void> {
          auto tree = staffed(supervisor_builder<runtime>{&sim.runtime(), any_strategy(sim)}, sim,
                              there, "s")
                          .start();
          std::vector<spawning_task<void>> commands;
          for (int i = 0; i < 8; ++i) {
            const auto name = "s" + std::to_string(1 + sim.choose(4));
            switch (sim.choose(6)) {
              case 0: commands.push_back(tree.stop_child(name)); break;
              case 1: commands.push_back(tree.restart_child(name)); break;
              case 2: commands.push_back(tree.delete_child(name)); break;
              case 3: commands.push_back(tree.started()); break;
              case 4:
                commands.push_back(tree.start_child(name, service(sim, there, name), says_ready{}));
                break;
              default: co_await ctx.sleep_for(moment(sim, 100));
            }
          }
          co_await ctx.sleep_for(moment(sim, 100));
          tree.stop();
          for (const auto& command : commands)
            static_cast<void>(co_await command.result());
          static_cast<void>(co_await tree.result());
          expect(there.present.empty() && !there.twice);
        });
      },
      {.log = quiet});
}

BOOST_AUTO_TEST_CASE(every_request_through_a_reference_has_one_answer) {
  for_each_seed(300,
                [](simulation& sim) {
                  sim.run([&](task_context ctx) -> async<void> {
                    auto tree = supervisor::one_for_one(sim.runtime())
                                    .intensity(1000, 1s)
                                    .service("a",
                                             [](caf::event_based_actor*) -> caf::behavior {
                                               return {[](int x) {
                                                 if (x % 5 == 0)
                                                   throw std::runtime_error{"five"};
                                                 return x;
                                               }};
                                             })
                                    .start();
                    const auto a = tree.ref("a");
                    std::vector<child_task<int>> asked;
                    for (int i = 1; i <= 20; ++i)
                      asked.push_back(ctx.spawn([a, i](task_context inner) -> async<int> {
                        const auto answer = co_await inner.request<int>(a, 1h, i).result();
                        if (answer.is_ok())
                          expect(answer.value() == i);
                        else
                          expect(answer.error().code() != error_code::timeout);
                        co_return answer.is_ok() ? 1 : 0;
                      }));
                    int answered = 0;
                    for (auto& one : asked)
                      answered += co_await one;
                    expect(answered <= 16);
                    tree.stop();
                    static_cast<void>(co_await tree.result());
                  });
                },
                {.log = quiet});
}

BOOST_AUTO_TEST_SUITE_END()
