#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/runtime.hpp>
#include <sweet/actors/runtime/time/clock.hpp>
#include <sweet/actors/task/spawn.hpp>
#include <sweet/messages/log_record.hpp>
#include <sweet/messages/task_error.hpp>

#include <caf/fwd.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

namespace sweet::testing {

/// What can be wrong with a scenario besides its own failure.
enum class simulation_problem : std::uint8_t {
  deadlock,       ///< it waits for something that will never happen
  tasks_left,     ///< it has ended, but tasks are still there, or handles to ended ones
  actors_left,    ///< it has ended, but CAF actors are still there
  too_many_steps, ///< it goes on and on
  stalled,        ///< a body neither waits nor ends
};

/// Thrown by simulation::run(). The text shows the tasks that were there.
class simulation_error : public std::runtime_error {
public:
  simulation_error(simulation_problem problem, const std::string& text)
      : std::runtime_error(text), problem_(problem) {}

  simulation_problem problem() const noexcept { return problem_; }

private:
  simulation_problem problem_;
};

struct simulation_options {
  /// Decisions after which a run is given up, for scenarios that never come to rest.
  std::size_t max_steps = 1'000'000;
  /// Real time without a decision after which a run is given up, for bodies that loop until
  /// something changes: nothing changes while they run.
  std::chrono::nanoseconds max_stall = std::chrono::seconds{60};
  /// See runtime_options.
  std::function<void(caf::actor_system_config&)> configure{};
  std::function<void(const log_record&)> log{};
};

/// A runtime whose scheduling is drawn from a seed, and whose time passes by itself: the same seed
/// gives the same interleaving, another seed another one, and an hour takes no time.
///
///     sweet::testing::simulation sim{17};
///     int n = sim.run([](sweet::task_context ctx) -> sweet::async<int> {
///       co_await ctx.sleep_for(1h);
///       co_return 1;
///     });
///
/// It decides over everything that the scheduler runs: tasks of all kinds (bodies with blocking()
/// included), event-based CAF actors, and timers. Exactly one of them runs at a time, until it
/// waits or ends; which one is next, which of the timers that are due at the same moment fires
/// first, and whether a body that blocks in await() helps or gives way, are draws. When nothing can
/// run, time moves on to the next timer. CAF actors handle one message at a time unless `configure`
/// says otherwise.
///
/// Outside of it, and therefore not repeatable, are threads of your own, detached and blocking CAF
/// actors, brokers, and child processes: what only they would wake counts as a deadlock. Bodies
/// must not depend on the system's clock, on addresses, or on random numbers of their own; choose()
/// draws from the seed.
///
/// One thread at a time uses it. A run that has thrown a simulation_error has used it up.
class simulation {
public:
  /// @throws what CAF throws
  explicit simulation(std::uint64_t seed, simulation_options options = {});
  ~simulation();
  simulation(const simulation&) = delete;
  simulation& operator=(const simulation&) = delete;

  /// Runs `scenario` as sweet::spawn() does, as a task of this runtime, until it and all that it
  /// has started have ended. Further runs go on where the one before has left time and the
  /// seed.
  /// @returns its value
  /// @throws task_failure if it fails; simulation_error for a deadlock, for tasks, handles or CAF
  /// actors that are left over, and if it does not come to an end; std::logic_error if it is used
  /// up
  template <class Scenario, class... Args>
  auto run(Scenario&& scenario, Args&&... args) {
    begin();
    auto task =
        sweet::spawn(runtime(), std::forward<Scenario>(scenario), std::forward<Args>(args)...);
    finish();
    if (!task.is_done())
      fail(simulation_problem::deadlock);
    auto outcome = task.await();
    task = {};
    check_empty(outcome.error());
    return std::move(outcome).unwrap();
  }

  /// Where tasks beside the scenario's own can be started, by the scenario.
  sweet::runtime& runtime() noexcept;

  std::uint64_t seed() const noexcept;

  /// The virtual time. Any thread.
  clock& time() noexcept;

  /// For a body: goes on as if it had computed for `d`. What is due meanwhile fires; those whom it
  /// wakes run when the body waits or ends. @pre `d >= 0`
  void spend(clock::duration d);

  /// A number below `n`, drawn from the seed: for scenarios with choices of their own. By the
  /// scenario, or while none runs. @pre `n > 0`
  std::size_t choose(std::size_t n) noexcept;

private:
  class world;

  void begin();
  void finish();
  void check_empty(const task_error& failure);
  [[noreturn]] void fail(simulation_problem problem, const task_error& failure = {});

  std::unique_ptr<world> world_;
};

} // namespace sweet::testing
